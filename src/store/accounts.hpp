/// Accounts: the people of an application, in tables of its own that have the usual names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bedstone/secret.hpp"
#include "db/connection.hpp"

namespace bedstone::store {

/// A row of `accounts`, with the names of its roles. Move-only.
struct AccountRow {
  std::string id;  ///< As text.
  std::string email;
  std::string name;
  Secret password;  ///< A PHC string; empty: it signs in elsewhere, or not at all.
  bool active = false;
  std::vector<std::string> roles;  ///< Sorted; empty where the project has no tables of roles.
};

/// Tables `accounts` (id, email, name, password_local, active), `roles` (id, name) and
/// `account_roles` (account_id, role_id) of the project's schema. A project without them gets
/// kObjectMissing. Not thread-safe, as its connection.
class AccountTable {
 public:
  AccountTable(db::Connection& connection, std::string schema)
      : connection_(connection), schema_(std::move(schema)) {}

  /// By its address, upper and lower case aside.
  Result<std::optional<AccountRow>> find(const std::string& email);
  /// False: the account is gone.
  Result<bool> set_password(const std::string& id, const Secret& hash);
  /// An empty hash: it has no password, and signs in elsewhere.
  Status add(const std::string& email, const std::string& name, const Secret& hash);

 private:
  std::string table(std::string_view name) const;

  db::Connection& connection_;
  std::string schema_;
};

}  // namespace bedstone::store
