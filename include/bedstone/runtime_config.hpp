/// RuntimeConfig: an application's settings at one moment, typed and immutable.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone {

/// Either a value or all that was wrong, in the order in which a reader meets it; never empty.
template <typename T>
using ConfigResult = tl::expected<T, std::vector<Error>>;

/// What a setting of the type `size` holds.
struct ByteSize {
  std::int64_t bytes = 0;
  friend bool operator==(const ByteSize&, const ByteSize&) = default;
};

/// What a setting may be asked for as, and the types of settings.yaml that answer:
/// bool (bool), std::int64_t (int), double (float, int), std::chrono::milliseconds (duration),
/// ByteSize (size), std::string (string, url, email, enum; json as compact JSON),
/// std::vector<std::string> (list; each item as text).
template <typename T>
concept SettingType =
    std::same_as<T, bool> || std::same_as<T, std::int64_t> || std::same_as<T, double> ||
    std::same_as<T, std::chrono::milliseconds> || std::same_as<T, ByteSize> ||
    std::same_as<T, std::string> || std::same_as<T, std::vector<std::string>>;

namespace config {
struct Snapshot;
struct SnapshotAccess;
}  // namespace config

/// A setting's name, looked up once: of use for every snapshot of the same project in this process.
template <SettingType T>
class Key {
 public:
  const std::string& name() const { return name_; }

 private:
  friend class RuntimeConfig;
  Key(std::string name, std::size_t index, const void* declarations)
      : name_(std::move(name)), index_(index), declarations_(declarations) {}

  std::string name_;
  std::size_t index_;
  const void* declarations_;
};

/// All values are of one revision. Copies share them, and cost one atomic increment; what is read
/// from one never changes. Thread-safe.
///
/// Errors of the getters: kUnknownSetting (with the nearest name), kSettingType, kSettingMissing
/// (neither a value nor a default), of a secret that is locked why it does not open, and of a value
/// that does not fit what is wrong with it.
class RuntimeConfig {
 public:
  /// No settings, at revision 0.
  RuntimeConfig();

  /// Of the values. Each change in the database takes one.
  std::int64_t revision() const;
  /// The database's; not revision() while that one cannot be used: see problems().
  std::int64_t newest_revision() const;
  /// When the database was read.
  std::chrono::system_clock::time_point loaded_at() const;
  /// Since when the database could not be asked whether there is something newer.
  std::optional<std::chrono::system_clock::time_point> stale_since() const;
  /// CONFIGURED, not UNCONFIGURED: every required setting that counts has a value.
  bool configured() const;
  /// What is wrong: with the newest revision, with single values, with the database.
  const std::vector<Error>& problems() const;
  /// Settings with `restart: true` whose value changed: here they still have that of the process's
  /// start.
  const std::vector<std::string>& restart_needed() const;

  /// Of all that are declared, in the order of settings.yaml.
  std::vector<std::string> names() const;
  /// Whether a getter would give a value. False for names that nobody declared.
  bool has(std::string_view name) const;

  template <SettingType T>
  Result<T> get(std::string_view name) const;
  template <SettingType T>
  Result<T> get(const Key<T>& key) const;
  template <SettingType T>
  Result<Key<T>> key(std::string_view name) const;
  /// Of a setting with `secret: true`, which is handed out in no other way; a list as JSON. Lives
  /// as long as this or a copy of it.
  Result<std::reference_wrapper<const Secret>> secret(std::string_view name) const;

  // Settings that many applications have, by these names; kUnknownSetting where they are not
  // declared.
  Result<std::string> host() const;  ///< `bind_address`, or `host` where that is declared.
  Result<std::int64_t> port() const;
  Result<std::string> database_path() const;
  Result<std::vector<std::string>> allowed_origins() const;
  Result<bool> enable_hsts() const;
  Result<std::optional<std::string>> csp_report_uri() const;
  Result<std::vector<std::string>> super_admin_emails() const;
  Result<std::reference_wrapper<const Secret>> workos_cookie_password() const;
  Result<std::string> app_mode() const;

  /// For people: a line for each setting with its value and where that comes from. Of a secret only
  /// whether it is there.
  std::string describe() const;
  friend std::ostream& operator<<(std::ostream& out, const RuntimeConfig& config);

 private:
  friend struct config::SnapshotAccess;
  explicit RuntimeConfig(std::shared_ptr<const config::Snapshot> snapshot);

  std::shared_ptr<const config::Snapshot> snapshot_;
};

/// Whether an address is among `super_admin_emails`. Upper and lower case of ASCII letters and
/// blanks around the address make no difference. False where that setting is not declared.
bool is_super_admin(const RuntimeConfig& config, std::string_view email);

}  // namespace bedstone
