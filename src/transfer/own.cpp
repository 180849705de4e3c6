// The ledger of seeds is the one thing of it that depends on the engine.
#include "transfer/own.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "transfer/copy.hpp"

namespace bedstone::transfer {
namespace {

constexpr std::size_t kHashBytes = 8;

/// "name" is text, "name#" a whole number, "name*" bytes.
std::vector<ColumnRule> rules(db::Engine from, db::Engine to,
                              std::initializer_list<std::string_view> columns) {
  std::vector<ColumnRule> result;
  for (const std::string_view column : columns) {
    ColumnRule& rule = result.emplace_back();
    const char mark = column.back();
    const bool marked = mark == '#' || mark == '*';
    rule.source = rule.target = column.substr(0, column.size() - (marked ? 1 : 0));
    rule.from = from;
    rule.to = to;
    rule.type.kind = from == to    ? Kind::kStored
                     : mark == '#' ? Kind::kInteger
                     : mark == '*' ? Kind::kBytes
                                   : Kind::kText;
    rule.affinity = mark == '#'   ? Affinity::kInteger
                    : mark == '*' ? Affinity::kBlob
                                  : Affinity::kText;
  }
  return result;
}

Status replace_rows(db::Connection& source, db::Connection& target, std::string_view table,
                    const std::string& where, const std::vector<ColumnRule>& columns) {
  CopyJob job{"bedstone's " + std::string(table), source.dialect().store_table(table),
              target.dialect().store_table(table), where, columns};
  const auto gone = target.execute(fmt::format("DELETE FROM {}{}", job.target, where));
  if (!gone) return fail(gone.error());
  BEDSTONE_ASSIGN(const Contents read, copy_rows(source, target, job));
  BEDSTONE_ASSIGN(const Contents arrived, contents_of(target, false, job));
  if (read == arrived) return {};
  return fail(Error(ErrorCode::kTransferMismatch,
                    fmt::format("{}: {} rows were sent, {} arrived, or others", job.shown,
                                read.rows(), arrived.rows())));
}

/// As the ledger has it: several parts with a bar between them, which is escaped in them.
std::string key_text(const db::Dialect& dialect, const std::vector<std::string>& columns) {
  std::string result;
  for (const std::string& name : columns) {
    const std::string one = dialect.as_text("t." + dialect.quote_identifier(name));
    if (columns.size() == 1) return one;
    result += fmt::format("{}replace(replace({}, '\\', '\\\\'), '|', '\\|')",
                          result.empty() ? "" : " || '|' || ", one);
  }
  return result;
}

std::string live_hashes(const db::Dialect& dialect, const std::vector<std::string>& columns) {
  std::vector<std::string> expressions;
  for (const std::string& column : columns)
    expressions.push_back("t." + dialect.quote_identifier(column));
  return dialect.hashes(expressions);
}

/// `\x00ff` as bytes.
db::Blob bytes_of(std::string_view hexadecimal) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  db::Blob bytes;
  for (std::size_t i = 2; i + 1 < hexadecimal.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(digit(hexadecimal[i]) * 16 + digit(hexadecimal[i + 1])));
  return bytes;
}

}  // namespace

Status copy_own_tables(db::Connection& source, db::Connection& target, const std::string& project) {
  const db::Engine from = source.engine();
  const db::Engine to = target.engine();
  // The literal is one for both engines: a project's name holds neither quotes nor backslashes.
  const std::string name = source.dialect().quote_literal(project);
  const std::string ours = fmt::format(" WHERE project = {}", name);
  BEDSTONE_TRY(replace_rows(source, target, "meta",
                            ours + " AND (key IN ('instance_id', 'settings_known', "
                                   "'settings_imported') OR substr(key, 1, 7) = 'sealed:')",
                            rules(from, to, {"project", "key", "value"})));
  BEDSTONE_TRY(
      replace_rows(source, target, "keys", ours,
                   rules(from, to, {"project", "id", "state", "wrapped", "kek", "created_at"})));
  BEDSTONE_TRY(
      replace_rows(source, target, "config", ours,
                   rules(from, to, {"project", "revision#", "change_by", "change_reason"})));
  BEDSTONE_TRY(replace_rows(source, target, "seed_sets", ours,
                            rules(from, to,
                                  {"project", "set_name", "set_key#", "digest", "shape", "columns",
                                   "blocks", "applied_at", "run_id", "bedstone_version"})));
  // Each side's sets name their rows; they are the same by now.
  const auto rows_of = [&](db::Connection& side) {
    return fmt::format("SELECT set_key FROM {} WHERE project = {}",
                       side.dialect().store_table("seed_sets"), name);
  };
  BEDSTONE_ASSIGN(const auto keys, source.query(rows_of(source)));
  std::string list;
  for (std::size_t i = 0; i < keys.size(); ++i)
    list += fmt::format("{}{}", list.empty() ? "" : ", ", keys.integer(i, 0));
  if (list.empty()) return {};
  return replace_rows(source, target, "seed_rows", fmt::format(" WHERE set_key IN ({})", list),
                      rules(from, to, {"set_key#", "row_key", "created#", "hashes*"}));
}

Status translate_ledger(db::Connection& source, const std::string& source_schema,
                        db::Connection& target, const std::string& target_schema,
                        std::int64_t set_key, const LedgerSet& set) {
  if (set.columns.empty() || set.key.empty()) return {};
  const db::Dialect& there = source.dialect();
  const db::Dialect& here = target.dialect();
  const std::string table = here.qualified(target_schema, set.target_table);
  const auto unchanged = target.execute(fmt::format(
      "UPDATE {} AS l SET hashes = d.hashes FROM (SELECT {} AS row_key, {} AS hashes FROM {} AS t) "
      "AS d WHERE l.set_key = {} AND l.row_key = d.row_key",
      here.store_table("seed_rows"), key_text(here, set.key), live_hashes(here, set.columns), table,
      set_key));
  if (!unchanged) return fail(unchanged.error());
  BEDSTONE_ASSIGN(
      const auto changed,
      source.query(fmt::format(
          "SELECT l.row_key, l.hashes, d.hashes FROM {} AS l JOIN (SELECT {} AS row_key, {} AS "
          "hashes FROM {} AS t) AS d ON d.row_key = l.row_key WHERE l.set_key = {} AND l.hashes <> "
          "d.hashes",
          there.store_table("seed_rows"), key_text(there, set.key), live_hashes(there, set.columns),
          there.qualified(source_schema, set.source_table), set_key)));
  for (std::size_t i = 0; i < changed.size(); ++i) {
    const std::string key(changed.text(i, 0));
    const db::Blob remembered = bytes_of(changed.text(i, 1));
    const db::Blob live = bytes_of(changed.text(i, 2));
    BEDSTONE_ASSIGN(
        const auto rows,
        target.query(fmt::format("SELECT hashes FROM {} WHERE set_key = {} AND row_key = $1",
                                 here.store_table("seed_rows"), set_key),
                     {key}));
    if (rows.empty()) continue;
    db::Blob merged = bytes_of(rows.text(0, 0));
    for (std::size_t at = 0; at + kHashBytes <= std::min(merged.size(), remembered.size());
         at += kHashBytes) {
      const auto first = remembered.begin() + static_cast<std::ptrdiff_t>(at);
      const bool same =
          at + kHashBytes <= live.size() &&
          std::equal(first, first + kHashBytes, live.begin() + static_cast<std::ptrdiff_t>(at));
      if (same) continue;
      // Zero bytes: a value that was never ours. It is kept whatever the file says.
      std::fill_n(merged.begin() + static_cast<std::ptrdiff_t>(at), kHashBytes, std::byte{0});
    }
    const auto put =
        target.execute(fmt::format("UPDATE {} SET hashes = $1 WHERE set_key = {} AND row_key = $2",
                                   here.store_table("seed_rows"), set_key),
                       {merged, key});
    if (!put) return fail(put.error());
  }
  return {};
}

}  // namespace bedstone::transfer
