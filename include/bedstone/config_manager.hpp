/// ConfigManager: an application's settings, always those of now.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/library.hpp"
#include "bedstone/result.hpp"
#include "bedstone/runtime_config.hpp"

namespace bedstone {

namespace config {
class LiveConfig;
class Subscriber;
}  // namespace config

struct ManagerOptions {
  /// How old what is read may be at most, where nothing tells of changes.
  std::chrono::milliseconds ttl{60'000};
  /// SQLite: how often it is asked whether somebody committed.
  std::chrono::milliseconds watch_interval{50};
  /// PostgreSQL behind a pooler, where nothing tells of changes: how often the revision is asked
  /// for, used or not. Unset: after `ttl`, and only when somebody reads.
  std::optional<std::chrono::milliseconds> poll_interval;
  /// How long open() waits for the database; unset: as the project says.
  std::optional<std::chrono::milliseconds> wait;
  std::string program;  ///< As `bedstone config status` shows it; "": the executable's name.

  friend bool operator==(const ManagerOptions&, const ManagerOptions&) = default;
};

/// How a manager hears of changes.
enum class ConfigWatch {
  kNone,          ///< Not at all at the moment: the database does not answer.
  kNotification,  ///< PostgreSQL tells.
  kFile,          ///< SQLite is asked every `watch_interval`.
  kRevision,      ///< The revision is asked for, after `ttl` or every `poll_interval`.
};
/// "none", "notification", "file", "revision"
std::string_view watch_name(ConfigWatch watch);

/// What became otherwise.
struct ConfigChanged {
  /// Settings whose value is another one, in the order of settings.yaml. Empty when only
  /// problems(), stale_since() or the revision changed.
  std::vector<std::string> keys;
  RuntimeConfig before;
  RuntimeConfig after;
};

/// Ends a subscription when it goes: then the function is not running and never runs again, unless
/// it goes within that very function. Move-only.
class Subscription {
 public:
  Subscription() = default;
  Subscription(Subscription&&) noexcept = default;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription();
  void end();

 private:
  friend class ConfigManager;
  explicit Subscription(std::shared_ptr<config::Subscriber> subscriber);
  std::shared_ptr<config::Subscriber> subscriber_;
};

/// One for each project and database in a process. A thread of its own watches the database, so
/// that reading costs some nanoseconds. What cannot be used is not taken over: the last good
/// settings stay, and problems() says so. A database that is away leaves them too; it recovers by
/// itself.
///
/// All members are thread-safe. Holds a session with the database; writes one row of Bedstone's
/// tables about this process: when it opens, when the settings change, once a minute while they are
/// read, and takes it away at the end. Without the right to write it does without.
///
/// After fork() the child may read the settings of that moment and must open() its own manager for
/// anything else.
class ConfigManager {
 public:
  /// Reads the settings; what they declare is read here and never again. A second call for the same
  /// project and database gives the same manager as long as somebody holds it; with other options:
  /// kManagerDiffers. When the newest revision cannot be used, the newest one of the history that
  /// can is. Errors: those of the project and its settings.yaml, of the database; all that is wrong
  /// when no revision can be used.
  static ConfigResult<std::shared_ptr<ConfigManager>> open(const ProjectOptions& project,
                                                           const ManagerOptions& options = {},
                                                           const LibraryOptions& library = {});
  static std::future<ConfigResult<std::shared_ptr<ConfigManager>>> open_async(
      ProjectOptions project, ManagerOptions options = {}, LibraryOptions library = {});

  explicit ConfigManager(std::shared_ptr<config::LiveConfig> live);
  /// Ends the thread and its session; takes two seconds at most where the database still answers.
  ~ConfigManager();
  ConfigManager(const ConfigManager&) = delete;
  ConfigManager& operator=(const ConfigManager&) = delete;

  /// The settings of now. Takes no lock; after `ttl` without a watch it waits for the database, a
  /// second at most. Each thread keeps the one that it read last until it reads again or ends.
  RuntimeConfig snapshot() const;
  /// The same, of one value; the fastest way with a key.
  template <SettingType T>
  Result<T> get(std::string_view name) const {
    return current().template get<T>(name);
  }
  template <SettingType T>
  Result<T> get(const Key<T>& key) const {
    return current().get(key);
  }
  template <SettingType T>
  Result<Key<T>> key(std::string_view name) const {
    return current().template key<T>(name);
  }

  /// Reads the database now. The error says why that was not possible; the last settings stay.
  /// kManagerForked in a child of fork().
  Result<RuntimeConfig> reload();
  std::future<Result<RuntimeConfig>> reload_async();

  /// `call` is called on the manager's thread, without any lock, one at a time. It may read the
  /// manager, reload it, and end its subscription.
  [[nodiscard]] Subscription on_change(std::function<void(const ConfigChanged&)> call);

  ConfigWatch watch() const;
  /// This process in `bedstone config status`.
  const std::string& instance_id() const;

 private:
  /// Valid until this thread reads again.
  const RuntimeConfig& current() const;

  std::shared_ptr<config::LiveConfig> live_;
};

/// is_super_admin() of the settings of now. Where nothing tells of changes, the database is asked
/// first; when it does not answer, what was read last counts.
bool is_super_admin(ConfigManager& manager, std::string_view email);
std::future<bool> is_super_admin_async(std::shared_ptr<ConfigManager> manager, std::string email);

}  // namespace bedstone
