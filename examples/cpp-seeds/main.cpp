// shelf: makes its tables, checks its seed sets, and carries them out beside its other work.
#include <bedstone/bedstone.hpp>
#include <csignal>
#include <iostream>

namespace {

bedstone::LibraryOptions library;

extern "C" void stop(int) {
  library.stop.request_stop();
}

int fail(const std::vector<bedstone::Error>& errors, bedstone::ExitCode code) {
  for (const bedstone::Error& error : errors)
    std::cerr << bedstone::code_name(error.code) << ' ' << error.message << '\n';
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  bedstone::ProjectOptions project;
  project.folder = argc > 1 ? argv[1] : ".";
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);

  bedstone::UpOptions tables;
  tables.seed = false;
  const auto ready = bedstone::DatabaseInitializer(project, library).initialize(tables);
  if (!ready.success) return fail(ready.errors, ready.exit_code);

  const bedstone::DataSeeder seeder(project, library);
  const auto check = seeder.validate_seed_data();
  for (const std::string& issue : check.issues)
    std::cerr << issue << '\n';
  if (!check.valid) return 1;

  bedstone::SeedOptions options;
  options.on_progress = [](const bedstone::Progress& progress) {
    std::cerr << progress.step << ' ' << progress.subject << '\n';
  };
  auto seeding = seeder.seed_initial_data_async(options);
  std::cout << "at work\n";
  const auto seeded = seeding.get();
  if (!seeded.success) return fail(seeded.errors, seeded.exit_code);
  for (const auto& [table, count] : seeded.records_created)
    std::cout << table << ": " << count << " created\n";
  std::cout << "ready\n";
  return 0;
}
