/// ConfigStore: an application's settings in its database, read and written one call at a time.
#pragma once

#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bedstone/config_results.hpp"
#include "bedstone/library.hpp"
#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone {

struct SetOptions {
  bool secret = false;  ///< Encrypted. A declaration says so by itself; of use for undeclared ones.
  std::string by;       ///< Who; "": this process's user, and its host.
  std::string reason;   ///< Why: stands in the history.
  /// The revision that the decision was based on: kConfigConflict, exit code kPersonNeeded, when
  /// the setting was changed after it.
  std::optional<std::int64_t> if_revision;
  bool dry_run = false;
};

/// Settings to change together. Move-only.
class ConfigChanges {
 public:
  /// The text as people write it: "8884", "60s", "a,b", "true".
  ConfigChanges& set(std::string key, std::string value);
  ConfigChanges& set_secret(std::string key, Secret value);
  ConfigChanges& unset(std::string key);
  bool empty() const { return changes_.empty(); }

 private:
  friend class ConfigStore;
  struct Change {
    std::string key;
    std::optional<Secret> value;
    bool secret = false;
  };
  std::vector<Change> changes_;
};

/// What a server listens on and lets in. What is unset is neither read nor written.
struct NetworkConfig {
  std::optional<std::string> bind_address;  ///< Also of a setting called `host`.
  std::optional<std::int64_t> port;
  std::optional<std::vector<std::string>> allowed_origins;
  std::optional<bool> enable_hsts;
  std::optional<std::string> csp_report_uri;
};

/// What `bedstone config …` does, as calls. The promises of DatabaseInitializer hold here too: no
/// connection between calls, any thread, nothing throws. `initialize` must have run once: until
/// then reading gives defaults, and writing kConfigNotProvided. For values that are read all the
/// time ConfigManager keeps them at hand.
///
/// Writing is all or nothing: everything is checked against settings.yaml before (with all errors
/// told), and read back after it. `success` means that the database has it. A value that a variable
/// pins is refused; a mask for a secret ("********") is, too: what is not named keeps what it has.
class ConfigStore {
 public:
  explicit ConfigStore(ProjectOptions project, LibraryOptions library = {});

  /// What counts: the pin, or the stored value, or the default; nullopt when there is none. Values
  /// are canonical texts ("2m", "[\"a\",\"b\"]"). Errors: kUnknownSetting; kSecretNotShown, of a
  /// secret; what is wrong with the value; those of project and database.
  Result<std::optional<std::string>> get(std::string_view key) const;
  /// `fallback` when there is no value. 0, false and the empty text are values.
  Result<std::string> get(std::string_view key, std::string fallback) const;
  /// Also of what is no secret.
  Result<std::optional<Secret>> get_secret(std::string_view key) const;

  ConfigChangeResult set(std::string_view key, std::string_view value,
                         const SetOptions& options = {}) const;
  ConfigChangeResult set(std::string_view key, Secret value, const SetOptions& options = {}) const;
  ConfigChangeResult unset(std::string_view key, const SetOptions& options = {}) const;
  /// Several at once, as one revision: the way to set what depends on one another.
  ConfigChangeResult change(ConfigChanges changes, const SetOptions& options = {}) const;
  /// Removes all stored values: UNCONFIGURED again, where something is required.
  ConfigChangeResult reset(const SetOptions& options = {}) const;

  /// All settings with their sources; of secrets only whether they are there.
  ConfigReport show() const;
  /// The same; exit code kFailed when something is wrong with a value.
  ConfigReport validate() const;
  ConfigExplanation explain(std::string_view key) const;

  /// Newest first; of all settings where `key` is empty.
  ConfigHistory history(std::string_view key = {}, std::int64_t limit = 100) const;
  /// The values of a revision, as a new one.
  ConfigChangeResult rollback(std::int64_t revision, const SetOptions& options = {}) const;

  /// A JSON document of the stored values; with a passphrase (12 characters at least) secrets are
  /// in it, encrypted.
  ConfigExport export_json(const Secret* passphrase = nullptr) const;
  /// With `prune`, what the document does not name is removed.
  ConfigChangeResult import_json(std::string_view document, const Secret* passphrase = nullptr,
                                 bool prune = false, const SetOptions& options = {}) const;

  // Settings that many applications have, by these names; kUnknownSetting where they are not
  // declared.
  Result<std::string> get_app_mode() const;  ///< Of `app_mode`.
  ConfigChangeResult set_app_mode(std::string_view mode, const SetOptions& options = {}) const;
  /// Of those that are declared.
  Result<NetworkConfig> get_network_config() const;
  ConfigChangeResult set_network_config(const NetworkConfig& config,
                                        const SetOptions& options = {}) const;
  /// The secret of a setting with `generate:`; made when it is missing, by one of all who ask.
  Result<Secret> get_or_generate_cookie_password(
      std::string_view key = "workos_cookie_password") const;

  // The same calls on a thread of their own.
  std::future<Result<std::optional<std::string>>> get_async(std::string key) const;
  std::future<Result<std::optional<Secret>>> get_secret_async(std::string key) const;
  std::future<ConfigChangeResult> set_async(std::string key, std::string value,
                                            SetOptions options = {}) const;
  std::future<ConfigChangeResult> set_async(std::string key, Secret value,
                                            SetOptions options = {}) const;
  std::future<ConfigChangeResult> unset_async(std::string key, SetOptions options = {}) const;
  std::future<ConfigChangeResult> change_async(ConfigChanges changes,
                                               SetOptions options = {}) const;
  std::future<ConfigChangeResult> reset_async(SetOptions options = {}) const;
  std::future<ConfigReport> show_async() const;
  std::future<ConfigReport> validate_async() const;
  std::future<ConfigExplanation> explain_async(std::string key) const;
  std::future<ConfigHistory> history_async(std::string key = {}, std::int64_t limit = 100) const;
  std::future<ConfigChangeResult> rollback_async(std::int64_t revision,
                                                 SetOptions options = {}) const;
  std::future<Result<std::string>> get_app_mode_async() const;
  std::future<ConfigChangeResult> set_app_mode_async(std::string mode,
                                                     SetOptions options = {}) const;
  std::future<Result<NetworkConfig>> get_network_config_async() const;
  std::future<ConfigChangeResult> set_network_config_async(NetworkConfig config,
                                                           SetOptions options = {}) const;
  std::future<Result<Secret>> get_or_generate_cookie_password_async(
      std::string key = "workos_cookie_password") const;
  std::future<ConfigExport> export_json_async(std::optional<Secret> passphrase = {}) const;
  std::future<ConfigChangeResult> import_json_async(std::string document,
                                                    std::optional<Secret> passphrase = {},
                                                    bool prune = false,
                                                    SetOptions options = {}) const;

 private:
  ProjectOptions project_;
  LibraryOptions library_;
};

}  // namespace bedstone
