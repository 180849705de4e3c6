// SQL over the keyring's table; the same text serves both engines.
#include "store/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/uuid.hpp"

namespace bedstone::store {
namespace {

constexpr std::string_view kInstance = "instance_id";
constexpr std::string_view kSealed = "sealed:";

db::Value text(std::string_view value) {
  return std::string(value);
}

/// Names may hold any character: each goes behind its length.
std::string packed(const std::vector<std::string_view>& names) {
  std::string result;
  for (const std::string_view name : names)
    result += fmt::format("{}:{}", name.size(), name);
  return result;
}

std::vector<std::string> unpacked(std::string_view packed) {
  std::vector<std::string> names;
  while (!packed.empty()) {
    const auto colon = packed.find(':');
    const auto size = text::parse_integer(packed.substr(0, colon));
    if (colon == std::string_view::npos || !size || *size < 0) return {};
    packed.remove_prefix(colon + 1);
    if (static_cast<std::size_t>(*size) > packed.size()) return {};
    names.emplace_back(packed.substr(0, static_cast<std::size_t>(*size)));
    packed.remove_prefix(static_cast<std::size_t>(*size));
  }
  return names;
}

}  // namespace

Result<std::vector<KeyRow>> KeyStore::keys() {
  std::vector<KeyRow> keys;
  const auto rows = connection_.query(
      fmt::format("SELECT id, state, wrapped, kek, created_at FROM {} WHERE project = $1 ORDER BY "
                  "created_at, id",
                  table("keys")),
      {project_});
  if (!rows && is_missing(rows.error())) return keys;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i)
    keys.push_back({.id = std::string(rows->text(i, 0)),
                    .writes = rows->text(i, 1) == "write",
                    .wrapped = std::string(rows->text(i, 2)),
                    .kek = std::string(rows->text(i, 3)),
                    .created_at = std::string(rows->text(i, 4))});
  // Clocks of several machines need not agree.
  std::stable_sort(keys.begin(), keys.end(), [](const KeyRow& a, const KeyRow& b) {
    return key_number(a.id) < key_number(b.id);
  });
  return keys;
}

Result<std::string> KeyStore::instance_id() {
  const auto rows = connection_.query(
      fmt::format("SELECT value FROM {} WHERE project = $1 AND key = $2", table("meta")),
      {project_, text(kInstance)});
  if (!rows && is_missing(rows.error())) return std::string();
  if (!rows) return fail(rows.error());
  return rows->empty() ? std::string() : std::string(rows->text(0, 0));
}

Result<std::string> KeyStore::lock() {
  const auto made = connection_.execute(
      fmt::format("INSERT INTO {} (project, key, value) VALUES ($1, $2, $3) ON CONFLICT (project, "
                  "key) DO NOTHING",
                  table("meta")),
      {project_, text(kInstance), to_text(uuid_v4())});
  if (!made) return fail(made.error());
  // SQLite's transaction is the only one that writes.
  const bool postgres = connection_.engine() == db::Engine::kPostgres;
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(fmt::format("SELECT value FROM {} WHERE project = $1 AND key = $2{}",
                                    table("meta"), postgres ? " FOR UPDATE" : ""),
                        {project_, text(kInstance)}));
  return std::string(rows.text(0, 0));
}

Status KeyStore::lock_shared() {
  if (connection_.engine() != db::Engine::kPostgres) return {};
  const auto rows = connection_.query(
      fmt::format("SELECT value FROM {} WHERE project = $1 AND key = $2 FOR SHARE", table("meta")),
      {project_, text(kInstance)});
  return rows ? Status() : fail(rows.error());
}

Bound KeyStore::put(const KeyRow& row) const {
  return {fmt::format("INSERT INTO {} (project, id, state, wrapped, kek, created_at) VALUES ($1, "
                      "$2, $3, $4, $5, $6)",
                      table("keys")),
          {project_, row.id, text(row.writes ? "write" : "read"), row.wrapped, row.kek,
           row.created_at}};
}

Bound KeyStore::rewrap(const KeyRow& row) const {
  return {fmt::format("UPDATE {} SET wrapped = $3, kek = $4 WHERE project = $1 AND id = $2",
                      table("keys")),
          {project_, row.id, row.wrapped, row.kek}};
}

Bound KeyStore::promote(std::string_view id) const {
  return {fmt::format("UPDATE {} SET state = CASE WHEN id = $2 THEN 'write' ELSE 'read' END WHERE "
                      "project = $1",
                      table("keys")),
          {project_, text(id)}};
}

Bound KeyStore::remove(std::string_view id) const {
  return {fmt::format("DELETE FROM {} WHERE project = $1 AND id = $2 AND state = 'read'",
                      table("keys")),
          {project_, text(id)}};
}

Result<std::vector<SealedColumn>> KeyStore::sealed_columns() {
  std::vector<SealedColumn> columns;
  const auto rows = connection_.query(
      fmt::format("SELECT value FROM {} WHERE project = $1 AND substr(key, 1, 7) = $2 ORDER BY key",
                  table("meta")),
      {project_, text(kSealed)});
  if (!rows && is_missing(rows.error())) return columns;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    std::vector<std::string> names = unpacked(rows->text(i, 0));
    if (names.size() < 3) continue;
    SealedColumn& column = columns.emplace_back();
    column.table = std::move(names[0]);
    column.column = std::move(names[1]);
    column.key.assign(names.begin() + 2, names.end());
  }
  return columns;
}

Bound KeyStore::note(const SealedColumn& column) const {
  std::vector<std::string_view> names{column.table, column.column};
  const std::string key = std::string(kSealed) + packed(names);
  names.insert(names.end(), column.key.begin(), column.key.end());
  return {fmt::format("INSERT INTO {} (project, key, value) VALUES ($1, $2, $3) ON CONFLICT "
                      "(project, key) DO UPDATE SET value = excluded.value",
                      table("meta")),
          {project_, key, packed(names)}};
}

Result<std::vector<KeyReader>> KeyStore::readers_since(std::string_view time) {
  std::vector<KeyReader> readers;
  const auto rows = connection_.query(
      fmt::format("SELECT instance_id, host, pid, seen_at, keys FROM {} WHERE project = $1 AND "
                  "seen_at >= $2 ORDER BY host, pid",
                  table("instances")),
      {project_, text(time)});
  if (!rows && is_missing(rows.error())) return readers;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    KeyReader& reader = readers.emplace_back();
    reader.instance = rows->text(i, 0);
    reader.host = rows->text(i, 1);
    reader.pid = rows->integer(i, 2);
    reader.seen_at = rows->text(i, 3);
    for (const std::string_view part : text::split(rows->text(i, 4), ',')) {
      if (const auto id = text::trim(part); !id.empty()) reader.keys.emplace_back(id);
    }
  }
  return readers;
}

std::int64_t key_number(std::string_view id) {
  if (!id.starts_with('k')) return 0;
  return text::parse_integer(id.substr(1, id.find('-') - 1)).value_or(0);
}

}  // namespace bedstone::store
