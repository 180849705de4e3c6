// A program with settings, for stories: settings-tool PROJECT KEY [TTL_MS] prints the setting's
// value now and whenever that changes, and what else becomes of its settings; it ends when the
// value is "end".
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>

#include "bedstone/bedstone.hpp"

namespace {

using namespace bedstone;

void print(const RuntimeConfig& config, const std::string& key) {
  const auto value = config.get<std::string>(key);
  std::cout << "rev " << config.revision() << " of " << config.newest_revision() << ": " << key
            << " = " << (value ? *value : code_name(value.error().code))
            << (config.stale_since() ? ", stale" : "")
            << (config.configured() ? "" : ", unconfigured") << '\n';
  for (const Error& error : config.problems())
    std::cout << "  " << code_name(error.code) << ' ' << error.message << '\n';
  for (const std::string& name : config.restart_needed())
    std::cout << "  restart needed: " << name << '\n';
  std::cout.flush();
}

int run(const ProjectOptions& project, const std::string& key, const ManagerOptions& options) {
  const auto manager = ConfigManager::open(project, options);
  if (!manager) {
    for (const Error& error : manager.error())
      std::cerr << code_name(error.code) << ' ' << error.message << '\n';
    return 1;
  }
  std::mutex mutex;
  std::condition_variable changed;
  bool over = false;
  const auto show = [&](const RuntimeConfig& config) {
    print(config, key);
    const std::lock_guard lock(mutex);
    over = over || config.get<std::string>(key).value_or("") == "end";
    changed.notify_all();
  };
  const auto subscription =
      (*manager)->on_change([&](const ConfigChanged& now) { show(now.after); });
  while ((*manager)->watch() == ConfigWatch::kNone) {
  }
  std::cout << "watch: " << watch_name((*manager)->watch()) << '\n';
  show((*manager)->reload().value_or((*manager)->snapshot()));
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return over; });
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  ProjectOptions project;
  project.folder = argv[1];
  ManagerOptions options;
  if (argc > 3) options.ttl = std::chrono::milliseconds(std::atoi(argv[3]));
  return run(project, argv[2], options);
}
