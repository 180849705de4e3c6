/// Vault: secrets of one database, opened when the first is needed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "config/keyring.hpp"
#include "db/connection.hpp"
#include "store/keys.hpp"

namespace bedstone::config {

struct VaultOptions {
  const Clock* clock = &system_clock();
  std::string project;
  std::vector<KeySource> sources;  ///< key_sources().
  KeySurroundings around;
  /// The value of the setting encryption_key_salt, if it has one; asked when a key is derived.
  std::function<Result<std::optional<std::string>>()> salt;
  /// Values that the setting had before; asked when the key is not the one that is looked for.
  std::function<Result<std::vector<std::string>>()> former_salts = {};
  /// Whether sealed values stand where only the caller knows; asked before a first key is made.
  std::function<Result<bool>()> has_sealed;
  /// Told once, when the key was read and there is something to say about its source. May be empty.
  std::function<void(const Error&)> on_warning;
};

/// Costs nothing until the first call. Reads the key once, and again when it is not the one that
/// the keyring is wrapped with by now; a failure is remembered for ten seconds, since asking a
/// command or deriving a key takes time. Reads the keyring again when a text names a key that it
/// does not know yet. While the key is missing or wrong the vault is *locked*: reading gives
/// kSecretLocked with the reason, as often as asked; all else of the database works. Not
/// thread-safe, as its connection.
class Vault {
 public:
  Vault(db::Connection& connection, VaultOptions options)
      : connection_(connection),
        options_(std::move(options)),
        keys_(connection, options_.project) {}

  /// Opens the keyring. nullptr where no data key was ever made. Errors: those of read_keys() and
  /// Keyring::open().
  Result<const Keyring*> keyring();

  /// What a sealed text holds. Errors: kSecretLocked; those of Keyring::unseal.
  Result<Secret> unseal(const SealPlace& place, std::string_view text);
  /// A keyring to seal with until the open transaction ends: until then nobody can retire its keys.
  /// Makes the first data key where there is none. Errors: those of keyring(); kKeyringDamaged,
  /// when there is no keyring but there are sealed values.
  Result<const Keyring*> writing();
  /// The same for one value.
  Result<std::string> seal(const SealPlace& place, std::string_view value);

  /// Forgets the keyring, which somebody else may have changed; not the key.
  void forget() { ring_.reset(); }

  /// The key that is in use. Errors: those of read_keys().
  Result<const MasterKey*> master();
  /// What keys that are derived are salted with.
  Result<KeySalts> salts();
  store::KeyStore& store() { return keys_; }
  const VaultOptions& options() const { return options_; }

 private:
  Status make_first(const std::string& instance);
  Status read_master();
  Error locked(const SealPlace& place, const Error& why) const;

  db::Connection& connection_;
  VaultOptions options_;
  store::KeyStore keys_;
  struct Failure {
    Error error;
    MonotonicTime at;
  };

  std::optional<MasterKey> master_;
  std::optional<Failure> failure_;
  bool warned_ = false;
  std::optional<Keyring> ring_;
};

}  // namespace bedstone::config
