// notes: the smallest program that never starts on a database that is not ready.
#include <bedstone/bedstone.hpp>
#include <iostream>

int main(int argc, char** argv) {
  bedstone::ProjectOptions project;
  project.folder = argc > 1 ? argv[1] : ".";

  bedstone::LibraryOptions library;
  library.log = [](std::string_view line) { std::cerr << line << '\n'; };

  const auto result = bedstone::DatabaseInitializer(project, library).initialize();
  for (const bedstone::Error& error : result.errors) {
    std::cerr << bedstone::code_name(error.code) << ' ' << error.message << '\n'
              << "  " << error.hint << '\n';
  }
  if (!result.success) return static_cast<int>(result.exit_code);

  std::cout << "ready: " << bedstone::state_name(result.state_before) << " -> "
            << bedstone::state_name(result.state_after) << ", " << result.migrations_applied.size()
            << " applied\n";
  return 0;
}
