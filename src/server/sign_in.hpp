/// SignIn: passwords of local accounts, and how often one may guess.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "server/database.hpp"
#include "server/request.hpp"
#include "store/accounts.hpp"

namespace bedstone::server {

/// How long somebody has to wait after so many failures: nothing for the first few, then a second,
/// twice as long each time, a quarter of an hour at most.
Milliseconds pause_after(std::int64_t failures, std::int64_t free);

/// Thread-safe.
class SignIn {
 public:
  SignIn(const bootstrap::Host& host, Database& database);

  /// The account whose address and password these are. Unknown accounts, disabled ones and those
  /// without a password take as long as wrong passwords, and have the same error. Errors:
  /// kSignInFailed, kTooManySignIns, kServerBusy; those of the database.
  Result<store::AccountRow> check(const std::string& email, const Secret& password,
                                  const Request& request);
  /// Whether the project has a table of accounts.
  Result<bool> has_accounts();
  /// kPasswordRefused; those of hashing and of the database.
  Status set_password(const store::AccountRow& account, const Secret& password);
  // Of people whom somebody else lets in.
  /// Counts the end of a sign-in that was begun elsewhere, by its `state`. kTooManySignIns;
  /// kRequestForged, when it was ended before.
  Status admit_foreign(const std::string& state, const std::string& address);
  /// It was none that counts.
  void admitted_foreign(const std::string& address);
  /// The account of an address; nullopt: none. Errors: those of the database.
  Result<std::optional<store::AccountRow>> read(const std::string& email);
  /// Makes one without a password.
  Status add(const std::string& email, const std::string& name);

  /// As set_password(), of an account that may not be there yet.
  Status provide(const std::string& email, const std::string& name, const Secret& password);

 private:
  Status admit(const std::string& email, const std::string& address);
  void succeeded(const std::string& email, const std::string& address);
  Result<bool> matches(const store::AccountRow* account, const Secret& password, bool& rehash);
  Result<Secret> hash(const Secret& password) const;

  const bootstrap::Host& host_;
  Database& database_;
  std::optional<Secret> pepper_;
  Secret nobody_;  ///< The hash of a password that nobody has.
  std::mutex mutex_;
  std::condition_variable free_;
  int hashing_ = 0;
};

/// kPasswordRefused, unless it may become an account's password.
Status check_new_password(const Secret& password, const std::string& email);

}  // namespace bedstone::server
