// ConfigManager: one for each project of a process, over config::LiveConfig.
#include "bedstone/config_manager.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "base/files.hpp"
#include "config/live.hpp"
#include "config/process.hpp"
#include "library/managed.hpp"

namespace bedstone {
namespace {

/// The manager of one project. Its lock is held while somebody opens it.
struct Place {
  std::mutex mutex;
  std::weak_ptr<ConfigManager> manager;
  ManagerOptions options;
};

/// A child of fork() has places of its own: what its parent's threads held stays locked there.
struct Places {
  const std::uint32_t forks = config::fork_count();
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Place>> by_name;
};

/// Never destroyed, because programs may hold managers until their very end.
Places& places() {
  static std::atomic<Places*> current{new Places};
  Places* found = current.load();
  while (found->forks != config::fork_count()) {
    auto fresh = std::make_unique<Places>();
    if (current.compare_exchange_strong(found, fresh.get())) return *fresh.release();
  }
  return *found;
}

std::shared_ptr<Place> place_of(const Project& project) {
  const std::string name = fmt::format("{}\n{}\n{}", project.name, project.database.url->expose(),
                                       files::resolve(files::current_folder(), project.folder));
  Places& all = places();
  const std::lock_guard lock(all.mutex);
  auto& place = all.by_name[name];
  if (!place) place = std::make_shared<Place>();
  return place;
}

Error differs(const Project& project) {
  return Error(ErrorCode::kManagerDiffers,
               fmt::format("the settings of {} have a manager with other options in this process",
                           project.name))
      .advise("open it once, with the options that are meant, and without options elsewhere");
}

Error file_came_along() {
  return Error(ErrorCode::kManagerForked,
               "this process was forked while its parent had a database of SQLite open, and SQLite "
               "cannot open one here")
      .advise("fork() before the first ConfigManager::open, or exec() a program in the child");
}

}  // namespace

std::string_view watch_name(ConfigWatch watch) {
  switch (watch) {
    case ConfigWatch::kNotification:
      return "notification";
    case ConfigWatch::kFile:
      return "file";
    case ConfigWatch::kRevision:
      return "revision";
    case ConfigWatch::kNone:
      break;
  }
  return "none";
}

Subscription::Subscription(std::shared_ptr<config::Subscriber> subscriber)
    : subscriber_(std::move(subscriber)) {}
Subscription::~Subscription() {
  end();
}
Subscription& Subscription::operator=(Subscription&& other) noexcept {
  if (this != &other) {
    end();
    subscriber_ = std::move(other.subscriber_);
  }
  return *this;
}
void Subscription::end() {
  if (const auto subscriber = std::move(subscriber_)) subscriber->end();
  subscriber_.reset();
}

ConfigManager::ConfigManager(std::shared_ptr<config::LiveConfig> live) : live_(std::move(live)) {}
ConfigManager::~ConfigManager() {
  live_->end_thread();
}

ConfigResult<std::shared_ptr<ConfigManager>> ConfigManager::open(
    const ProjectOptions& options, const ManagerOptions& manager_options,
    const LibraryOptions& library) {
  auto managed = load_managed(options, library);
  if (!managed) return fail(std::move(managed).error());
  const Project& project = (*managed)->project;
  const auto place = place_of(project);
  const std::lock_guard lock(place->mutex);
  if (auto manager = place->manager.lock()) {
    const bool any = manager_options == ManagerOptions();
    if (!any && !(manager_options == place->options)) return fail_all(differs(project));
    return manager;
  }
  if (project.database.url->engine() == db::Engine::kSqlite && config::inherited_file())
    return fail_all(file_came_along());
  const LibraryHost host(library, "config");
  auto connection = connect_managed(**managed, host.host().cancel,
                                    manager_options.wait.value_or(project.database.wait));
  if (!connection) return fail_all(std::move(connection).error());
  auto live =
      config::LiveConfig::open(*std::move(connection), live_tools(*managed), manager_options);
  if (!live) return fail(std::move(live).error());
  auto manager = std::make_shared<ConfigManager>(*std::move(live));
  place->manager = manager;
  place->options = manager_options;
  return manager;
}

std::future<ConfigResult<std::shared_ptr<ConfigManager>>> ConfigManager::open_async(
    ProjectOptions project, ManagerOptions options, LibraryOptions library) {
  return std::async(std::launch::async,
                    [project = std::move(project), options = std::move(options),
                     library = std::move(library)] { return open(project, options, library); });
}

const RuntimeConfig& ConfigManager::current() const {
  return live_->local();
}
RuntimeConfig ConfigManager::snapshot() const {
  return live_->local();
}
Result<RuntimeConfig> ConfigManager::reload() {
  return live_->reload();
}
std::future<Result<RuntimeConfig>> ConfigManager::reload_async() {
  return live_->reload_async();
}
Subscription ConfigManager::on_change(std::function<void(const ConfigChanged&)> call) {
  return Subscription(live_->subscribe(std::move(call)));
}
ConfigWatch ConfigManager::watch() const {
  return live_->watch();
}
const std::string& ConfigManager::instance_id() const {
  return live_->instance_id();
}

bool is_super_admin(ConfigManager& manager, std::string_view email) {
  const ConfigWatch watch = manager.watch();
  const bool told = watch == ConfigWatch::kNotification || watch == ConfigWatch::kFile;
  if (!told) {
    // What was read last counts when this fails.
    [[maybe_unused]] const auto asked = manager.reload();
  }
  return is_super_admin(manager.snapshot(), email);
}

std::future<bool> is_super_admin_async(std::shared_ptr<ConfigManager> manager, std::string email) {
  return std::async(std::launch::async, [manager = std::move(manager), email = std::move(email)] {
    return is_super_admin(*manager, email);
  });
}

}  // namespace bedstone
