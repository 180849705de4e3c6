// SQL over an application's accounts; the same text serves both engines.
#include "store/accounts.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/store.hpp"

namespace bedstone::store {

std::string AccountTable::table(std::string_view name) const {
  return connection_.dialect().qualified(schema_, name);
}

Result<std::optional<AccountRow>> AccountTable::find(const std::string& email) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(fmt::format("SELECT id, email, name, password_local, active FROM {} WHERE "
                                    "lower(email) = $1",
                                    table("accounts")),
                        {text::to_lower(email)}));
  if (rows.empty()) return std::nullopt;
  AccountRow row;
  row.id = rows.text(0, 0);
  row.email = rows.text(0, 1);
  row.name = rows.text(0, 2);
  row.password = Secret(std::string(rows.text(0, 3)));
  row.active = rows.boolean(0, 4);
  const auto roles = connection_.query(
      fmt::format("SELECT r.name FROM {} g JOIN {} r ON r.id = g.role_id JOIN {} a ON a.id = "
                  "g.account_id WHERE lower(a.email) = $1 ORDER BY r.name",
                  table("account_roles"), table("roles"), table("accounts")),
      {text::to_lower(email)});
  if (!roles && !is_missing(roles.error())) return fail(roles.error());
  for (std::size_t i = 0; roles && i < roles->size(); ++i)
    row.roles.emplace_back(roles->text(i, 0));
  return row;
}

Result<bool> AccountTable::set_password(const std::string& id, const Secret& hash) {
  BEDSTONE_ASSIGN(
      const auto changed,
      connection_.execute(fmt::format("UPDATE {} SET password_local = $1 WHERE CAST(id AS text) = "
                                      "$2",
                                      table("accounts")),
                          {std::string(hash.expose()), id}));
  return changed == 1;
}

Status AccountTable::add(const std::string& email, const std::string& name, const Secret& hash) {
  const auto added = connection_.execute(
      fmt::format("INSERT INTO {} (email, name, password_local) VALUES ($1, $2, $3)",
                  table("accounts")),
      {email, name, hash.empty() ? db::Value(db::Null{}) : db::Value(std::string(hash.expose()))});
  return added ? Status() : fail(added.error());
}

}  // namespace bedstone::store
