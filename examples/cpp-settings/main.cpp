// greeter: says its greeting until it is told to say "bye"; its settings change while it runs.
#include <bedstone/bedstone.hpp>
#include <iostream>
#include <thread>

int main(int argc, char** argv) {
  bedstone::ProjectOptions project;
  project.folder = argc > 1 ? argv[1] : ".";

  const auto fail = [](const std::vector<bedstone::Error>& errors) {
    for (const bedstone::Error& error : errors)
      std::cerr << bedstone::code_name(error.code) << ' ' << error.message << '\n';
    return 1;
  };

  // The database to ready, and the settings of this moment.
  const auto first = bedstone::bootstrap_application(project);
  if (!first) return fail(first.error());
  std::cout << *first;

  // From here on the settings are always those of now.
  const auto opened = bedstone::ConfigManager::open(project);
  if (!opened) return fail(opened.error());
  bedstone::ConfigManager& settings = **opened;

  const auto subscription = settings.on_change([](const bedstone::ConfigChanged& changed) {
    for (const std::string& key : changed.keys)
      std::cout << key << " changed in revision " << changed.after.revision() << std::endl;
    for (const bedstone::Error& error : changed.after.problems())
      std::cout << bedstone::code_name(error.code) << ' ' << error.message << std::endl;
  });

  for (;;) {
    const bedstone::RuntimeConfig now = settings.snapshot();  // All of one revision.
    const auto greeting = now.get<std::string>("greeting");
    const auto pause = now.get<std::chrono::milliseconds>("pause");
    if (!greeting) return fail({greeting.error()});
    if (!pause) return fail({pause.error()});
    std::cout << *greeting << std::endl;
    if (*greeting == "bye") return 0;
    std::this_thread::sleep_for(*pause);
  }
}
