// The statements of a merge. Aliases: s stage, t target, l ledger, p plan.
#include "seed/merge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace bedstone::seed {
namespace {

/// Eight zero bytes: no value has this hash.
std::string unknown(const db::Dialect& dialect) {
  return dialect.engine() == db::Engine::kPostgres ? "'\\x0000000000000000'::pg_catalog.bytea"
                                                   : "x'0000000000000000'";
}

}  // namespace

std::string MergeSql::ledger_of(std::string_view alias) const {
  return fmt::format("{}.set_key = {}", alias, options_.set_key);
}

std::string MergeSql::target_column(std::size_t index) const {
  return dialect_.quote_identifier(layout_.columns[index].target->name);
}

std::string MergeSql::hash_of(const std::string& expression) const {
  return dialect_.hashes(std::vector<std::string>{expression});
}

std::string MergeSql::remembered(std::size_t position, std::string_view hashes) const {
  const std::string& name = layout_.columns[layout_.merged()[position]].target->name;
  const auto& known = options_.known_columns;
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) return {};
  return fmt::format("substr({}, {}, 8)", hashes, 8 * (found - known.begin()) + 1);
}

/// Of what the file says; a reference to a row that is still to be made is like no other value.
std::string MergeSql::file_hash(std::size_t index) const {
  const std::string hash = hash_of("s." + StageSql::column(index));
  std::string waits;
  for (const Reference& one : layout_.references) {
    if (one.column != index || one.may_be_null) continue;
    waits += fmt::format("{}s.{} IS NOT NULL", waits.empty() ? "" : " OR ",
                         StageSql::slot(stage_.first_slot(one)));
  }
  if (waits.empty()) return hash;
  return fmt::format("CASE WHEN s.{} IS NULL AND ({}) THEN {} ELSE {} END", StageSql::column(index),
                     waits, unknown(dialect_), hash);
}

bool MergeSql::refers(std::size_t index) const {
  return std::any_of(layout_.references.begin(), layout_.references.end(),
                     [index](const Reference& one) { return one.column == index; });
}

/// Whether a column holds what the database put there when it, or the row, was made.
std::string MergeSql::is_nobodys(std::size_t index) const {
  const std::string live = "t." + target_column(index);
  const std::string& value = layout_.columns[index].target->constant_default;
  if (value.empty()) return live + " IS NULL";
  return fmt::format("{} IS NULL OR {}", live, dialect_.alike(live, value));
}

/// One column's fate. A column that the ledger never knew and that is still NULL, or has its
/// default, is ours to fill.
std::string MergeSql::letter(std::size_t position) const {
  const std::size_t index = layout_.merged()[position];
  const std::string file = file_hash(index);
  const std::string live = hash_of("t." + target_column(index));
  const std::string base = remembered(position, "l.hashes");
  const std::string alike =
      refers(index) ? fmt::format("{} = {}", file, live)
                    : dialect_.alike("s." + StageSql::column(index), "t." + target_column(index));
  const std::string_view foreign = options_.force_conflicts ? "u" : "f";
  std::string sql = "CASE ";
  if (layout_.rows_differ) {
    sql += fmt::format("WHEN substr(s.absent, {}, 1) = '1' THEN '-' ", index + 1);
  }
  sql += fmt::format("WHEN {} THEN '-' ", alike);
  if (options_.reset) return sql + "ELSE 'u' END";
  sql += fmt::format("WHEN l.row_key IS NULL THEN '{}' ", foreign);
  if (base.empty()) {
    return sql + fmt::format("WHEN ({}) AND l.created = 1 THEN 'u' ELSE '{}' END",
                             is_nobodys(index), foreign);
  }
  return sql + fmt::format(
                   "WHEN {1} = {2} THEN '{5}' WHEN {0} = {1} THEN 'u' WHEN {3} = {1} THEN "
                   "'k' ELSE '{4}' END",
                   live, base, unknown(dialect_), file, options_.force_conflicts ? "u" : "c",
                   foreign);
}

std::string MergeSql::mask() const {
  std::string result;
  if (options_.mode != Mode::kInsert) {
    for (std::size_t i = 0; i < layout_.merged().size(); ++i)
      result += fmt::format("{}{}", i == 0 ? "" : " || ", letter(i));
  }
  return result.empty() ? "''" : result;
}

std::string MergeSql::decide() const {
  const bool postgres = dialect_.engine() == db::Engine::kPostgres;
  // What is as it should be, and known to be so, is most of a long set: it needs no plan.
  const std::string_view leave_out = layout_.references.empty() ? " WHERE NOT e.settled" : "";
  return fmt::format(
      "CREATE TEMP TABLE {} {}AS SELECT e.n, e.mask, e.action, e.remembered AS before, e.place "
      "FROM ({}) AS "
      "e{}",
      stage_.plan_name(), postgres ? "ON COMMIT DROP " : "", decisions(), leave_out);
}

std::string MergeSql::decide_again() const {
  return fmt::format(
      "UPDATE {} AS p SET mask = a.mask, action = a.action FROM ({}) AS a WHERE a.n = p.n AND "
      "p.action = 'w'",
      stage_.plan(), decisions());
}

/// Whether the ledger has nothing to learn of a row that needs no change.
std::string MergeSql::is_settled() const {
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const std::size_t index : layout_.merged()) {
    names.push_back(layout_.columns[index].target->name);
    values.push_back("d." + StageSql::column(index));
  }
  if (!options_.ledger) return "1 = 1";
  if (options_.mode == Mode::kInsert || values.empty()) return "d.remembered IS NOT NULL";
  if (names != options_.known_columns) return "1 = 0";
  return fmt::format("d.remembered IS NOT NULL AND d.remembered = {}", dialect_.hashes(values));
}

std::string MergeSql::decisions() const {
  const std::string first_key = target_column(layout_.keys().front());
  const std::string gone = options_.table_was_empty || options_.reset || !options_.ledger
                               ? "'i'"
                               : "CASE WHEN l.row_key IS NULL THEN 'i' ELSE 'x' END";
  const bool postgres = dialect_.engine() == db::Engine::kPostgres;
  // PostgreSQL knows the ledger's keys to be different and nothing of ours, and would build its
  // hash table of all the ledger. Where it knows nothing of either, it takes the smaller one.
  const std::string_view row_key = postgres ? "l.row_key || ''" : "l.row_key";
  const std::string join_ledger =
      options_.ledger ? fmt::format(" LEFT JOIN {} AS l ON {} AND {} = {}", ledger(),
                                    ledger_of("l"), row_key, stage_.key_text("s", true))
                      : "";
  const std::string there = fmt::format("t.{} IS NOT NULL", first_key);
  std::string columns;
  for (const std::size_t index : layout_.merged())
    columns += fmt::format(", s.{0} AS {0}", StageSql::column(index));
  // The limits keep the engines from working out a mask once for each place that mentions it.
  constexpr std::string_view kOnce = "LIMIT 9223372036854775807";
  return fmt::format(
      "SELECT d.n AS n, d.mask AS mask, CASE WHEN d.gone IS NOT NULL THEN d.gone WHEN d.mask LIKE "
      "'%u%' THEN 'u' WHEN d.mask LIKE '%k%' OR d.mask LIKE '%c%' OR d.mask LIKE '%f%' THEN 'k' "
      "ELSE 's' END AS action, CASE WHEN d.gone IS NOT NULL OR d.mask LIKE '%u%' OR d.mask LIKE "
      "'%k%' OR d.mask LIKE '%c%' OR d.mask LIKE '%f%' THEN 1 = 0 ELSE {settled} END AS settled, "
      "d.remembered AS remembered, d.place AS place "
      "FROM (SELECT s.n AS n, CASE WHEN {there} THEN NULL ELSE {gone} END AS gone, CASE WHEN "
      "{there} THEN {mask} ELSE '' END AS mask, {remembered} AS remembered, {place} AS "
      "place{columns} FROM {stage} "
      "AS "
      "s LEFT JOIN {target} AS t ON {same}{ledger} {once}) AS d",
      fmt::arg("settled", is_settled()), fmt::arg("there", there), fmt::arg("gone", gone),
      fmt::arg("mask", mask()), fmt::arg("remembered", options_.ledger ? "l.hashes" : "NULL"),
      fmt::arg("place", options_.ledger && postgres ? "l.ctid" : "NULL"),
      fmt::arg("columns", columns), fmt::arg("stage", stage_.stage()),
      fmt::arg("target", stage_.target()), fmt::arg("same", stage_.same_key("s", "t")),
      fmt::arg("ledger", join_ledger), fmt::arg("once", kOnce));
}

std::string MergeSql::counts() const {
  return fmt::format("SELECT action, count(*) FROM {} GROUP BY action", stage_.plan());
}

std::string MergeSql::count_of(char letter) const {
  return fmt::format("SELECT count(*) FROM {} WHERE mask LIKE '%{}%'", stage_.plan(), letter);
}

std::string MergeSql::listed(std::string_view actions, std::size_t limit) const {
  std::string list;
  for (const char one : actions)
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", one);
  std::string values;
  for (const std::size_t index : layout_.merged()) {
    values += fmt::format(", {}, {}", dialect_.as_text("s." + StageSql::column(index)),
                          dialect_.as_text("t." + target_column(index)));
  }
  return fmt::format(
      "SELECT p.n, p.mask, {}, p.action, s.absent{} FROM (SELECT n, mask, action FROM {} WHERE "
      "action IN ({}) ORDER BY n LIMIT {}) AS p JOIN {} AS s ON s.n = p.n LEFT JOIN {} AS t ON {} "
      "ORDER BY p.n",
      stage_.key_text("s", true), values, stage_.plan(), list, limit, stage_.stage(),
      stage_.target(), stage_.same_key("s", "t"));
}

std::string MergeSql::absences(char action) const {
  return fmt::format(
      "SELECT DISTINCT s.absent FROM {} AS p JOIN {} AS s ON s.n = p.n WHERE p.action "
      "= '{}'",
      stage_.plan(), stage_.stage(), action);
}

std::string MergeSql::insert(std::string_view absent, char action,
                             const std::map<std::size_t, std::string>& instead) const {
  std::string names;
  std::string values;
  bool overriding = false;
  for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
    if (i < absent.size() && absent[i] == '1') continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", target_column(i));
    const auto other = instead.find(i);
    values += values.empty() ? "" : ", ";
    values += other != instead.end() ? other->second : "s." + StageSql::column(i);
    overriding |= layout_.columns[i].target->identity_always;
  }
  return fmt::format(
      "INSERT INTO {} ({}){} SELECT {} FROM {} AS s JOIN {} AS p ON p.n = s.n WHERE "
      "p.action = '{}'{} ORDER BY s.n",
      stage_.target(), names, overriding ? " OVERRIDING SYSTEM VALUE" : "", values, stage_.stage(),
      stage_.plan(), action,
      layout_.rows_differ ? fmt::format(" AND s.absent = {}", dialect_.quote_literal(absent)) : "");
}

std::string MergeSql::update() const {
  const std::vector<std::size_t> merged = layout_.merged();
  if (merged.empty() || options_.mode == Mode::kInsert) return {};
  std::string sets;
  for (std::size_t i = 0; i < merged.size(); ++i) {
    sets += fmt::format("{0}{1} = CASE WHEN substr(p.mask, {2}, 1) = 'u' THEN s.{3} ELSE t.{1} END",
                        i == 0 ? "" : ", ", target_column(merged[i]), i + 1,
                        StageSql::column(merged[i]));
  }
  for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
    if (!layout_.columns[i].clock || layout_.columns[i].target->name != "updated_at") continue;
    sets += fmt::format(", {} = s.{}", target_column(i), StageSql::column(i));
  }
  return fmt::format(
      "UPDATE {} AS t SET {} FROM {} AS s JOIN {} AS p ON p.n = s.n WHERE {} AND "
      "p.action = 'u'",
      stage_.target(), sets, stage_.stage(), stage_.plan(), stage_.same_key("s", "t"));
}

std::string MergeSql::fill(std::size_t index) const {
  const std::string there = "t." + target_column(index);
  const std::string wanted = "s." + StageSql::column(index);
  std::string given;
  if (layout_.rows_differ) given = fmt::format(" AND substr(s.absent, {}, 1) <> '1'", index + 1);
  return fmt::format(
      "UPDATE {} AS t SET {} = {} FROM {} AS s JOIN {} AS p ON p.n = s.n WHERE {} AND p.action = "
      "'I' AND NOT ({}){}",
      stage_.target(), target_column(index), wanted, stage_.stage(), stage_.plan(),
      stage_.same_key("s", "t"), dialect_.alike(wanted, there), given);
}

std::string MergeSql::make_room() const {
  const std::vector<std::size_t> merged = layout_.merged();
  if (options_.mode == Mode::kInsert) return {};
  std::string sets;
  for (std::size_t i = 0; i < merged.size(); ++i) {
    const TargetColumn& column = *layout_.columns[merged[i]].target;
    const auto& keys = layout_.table->unique_keys;
    const bool unique = std::any_of(keys.begin(), keys.end(), [&column](const auto& key) {
      return std::find(key.begin(), key.end(), column.name) != key.end();
    });
    if (!unique || !column.nullable) continue;
    sets += fmt::format("{0}{1} = CASE WHEN substr(p.mask, {2}, 1) = 'u' THEN NULL ELSE t.{1} END",
                        sets.empty() ? "" : ", ", target_column(merged[i]), i + 1);
  }
  if (sets.empty()) return {};
  return fmt::format(
      "UPDATE {} AS t SET {} FROM {} AS s JOIN {} AS p ON p.n = s.n WHERE {} AND "
      "p.action = 'u'",
      stage_.target(), sets, stage_.stage(), stage_.plan(), stage_.same_key("s", "t"));
}

/// What is remembered of one column: after a conflict, and for values that were never ours, what it
/// was before; where a new row's file says nothing, what the database put there.
std::string MergeSql::new_hash(std::size_t position) const {
  const std::size_t index = layout_.merged()[position];
  const std::string base = remembered_or_unknown(position, "p.before");
  const std::string written = hash_of("s." + StageSql::column(index));
  std::string sql = "CASE ";
  if (layout_.rows_differ) {
    sql += fmt::format(
        "WHEN substr(s.absent, {}, 1) = '1' THEN CASE WHEN p.action = 'i' THEN {} "
        "ELSE {} END ",
        index + 1, hash_of("t." + target_column(index)), base);
  }
  if (options_.mode == Mode::kInsert) {
    return sql + fmt::format("WHEN p.action = 'i' THEN {} ELSE {} END", written, base);
  }
  return sql + fmt::format("WHEN substr(p.mask, {}, 1) IN ('c', 'f') THEN {} ELSE {} END",
                           position + 1, base, written);
}

/// Byte strings one behind the other, a hash for each merged column.
std::string MergeSql::new_hashes() const {
  const std::vector<std::size_t> merged = layout_.merged();
  if (merged.empty()) return unknown(dialect_);
  std::vector<std::string> values;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < merged.size(); ++i) {
    values.push_back("s." + StageSql::column(merged[i]));
    parts.push_back(new_hash(i));
  }
  if (layout_.rows_differ) return dialect_.join_bytes(parts);
  const std::string_view plain =
      options_.mode == Mode::kInsert ? "p.action = 'i'" : "p.action IN ('i', 's')";
  return fmt::format("CASE WHEN {} THEN {} ELSE {} END", plain, dialect_.hashes(values),
                     dialect_.join_bytes(parts));
}

std::string MergeSql::remembered_or_unknown(std::size_t position, std::string_view hashes) const {
  const std::string base = remembered(position, hashes);
  if (base.empty()) return unknown(dialect_);
  return fmt::format("coalesce({}, {})", base, unknown(dialect_));
}

std::vector<std::string> MergeSql::remember() const {
  const std::string name = ledger();
  const std::string rows = fmt::format(
      "(SELECT {} AS row_key, CASE WHEN p.action = 'i' THEN 1 ELSE 0 END AS created, {} AS hashes, "
      "p.before AS before, p.place AS place FROM {} AS s JOIN {} AS p ON p.n = s.n{} WHERE "
      "p.action "
      "<> 'x') AS d",
      stage_.key_text("s", true), new_hashes(), stage_.stage(), stage_.plan(),
      layout_.rows_differ
          ? fmt::format(" LEFT JOIN {} AS t ON {}", stage_.target(), stage_.same_key("s", "t"))
          : "");
  // Nobody else writes the ledger, so its rows are where they were when the plan was made.
  const std::string same = dialect_.engine() == db::Engine::kPostgres
                               ? "k.ctid = d.place"
                               : ledger_of("k") + " AND k.row_key = d.row_key";
  return {
      fmt::format("UPDATE {} AS k SET hashes = d.hashes, created = CASE WHEN d.created = 1 THEN 1 "
                  "ELSE k.created END FROM {} WHERE {} AND d.before IS NOT NULL AND (d.before <> "
                  "d.hashes OR d.created = 1)",
                  name, rows, same),
      fmt::format("INSERT INTO {} (set_key, row_key, created, hashes) SELECT {}, d.row_key, "
                  "d.created, d.hashes FROM {} WHERE d.before IS NULL",
                  name, options_.set_key, rows)};
}

std::string MergeSql::forget() const {
  return fmt::format("DELETE FROM {} WHERE set_key = {}", ledger(), options_.set_key);
}

std::string MergeSql::remember_loaded() const {
  std::vector<std::string> values;
  for (const std::size_t index : layout_.merged())
    values.push_back("t." + target_column(index));
  // Others may have added rows since: ours bear this transaction's number.
  const std::string_view ours =
      dialect_.engine() == db::Engine::kPostgres
          ? " WHERE t.xmin = (pg_catalog.txid_current() % 4294967296)::pg_catalog.text"
            "::pg_catalog.xid"
          // One tree by key grows fastest in its order.
          : " ORDER BY 2";
  return fmt::format(
      "INSERT INTO {} (set_key, row_key, created, hashes) SELECT {}, {}, 1, {} FROM {} AS t{}",
      ledger(), options_.set_key, stage_.key_text("t", false),
      values.empty() ? unknown(dialect_) : dialect_.hashes(values), stage_.target(), ours);
}

std::vector<std::string> MergeSql::analyze() const {
  if (dialect_.engine() == db::Engine::kSqlite) return {};
  return {fmt::format("ANALYZE {} (set_key)", ledger())};
}

std::string MergeSql::rearrange() const {
  std::vector<std::string> names;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < layout_.merged().size(); ++i) {
    names.push_back(layout_.columns[layout_.merged()[i]].target->name);
    parts.push_back(remembered_or_unknown(i, "l.hashes"));
  }
  if (names == options_.known_columns || options_.known_columns.empty()) return {};
  if (parts.empty()) parts.push_back(unknown(dialect_));
  return fmt::format(
      "UPDATE {} AS l SET hashes = {} WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS s JOIN {} AS p "
      "ON p.n = s.n WHERE p.action <> 'x' AND {} = l.row_key)",
      ledger(), dialect_.join_bytes(parts), ledger_of("l"), stage_.stage(), stage_.plan(),
      stage_.key_text("s", true));
}

std::vector<std::string> MergeSql::adopt() const {
  std::vector<std::string> values;
  for (const std::size_t index : layout_.merged())
    values.push_back("t." + target_column(index));
  const std::string hashes = values.empty() ? unknown(dialect_) : dialect_.hashes(values);
  const std::string rows = fmt::format("{} AS s JOIN {} AS t ON {}", stage_.stage(),
                                       stage_.target(), stage_.same_key("s", "t"));
  const std::string key = stage_.key_text("s", true);
  return {fmt::format("UPDATE {} AS k SET created = 1, hashes = d.hashes FROM (SELECT {} AS "
                      "row_key, {} AS hashes FROM {}) AS d WHERE {} AND k.row_key = d.row_key AND "
                      "k.created = 0",
                      ledger(), key, hashes, rows, ledger_of("k")),
          fmt::format("INSERT INTO {0} (set_key, row_key, created, hashes) SELECT {1}, {2}, 1, {3} "
                      "FROM {4} WHERE NOT EXISTS (SELECT 1 FROM {0} AS l WHERE {5} AND l.row_key = "
                      "{2})",
                      ledger(), options_.set_key, key, hashes, rows, ledger_of("l"))};
}

/// Rows that we made and that left the file, as they are now.
std::string MergeSql::orphan_source() const {
  return fmt::format(
      "FROM {} AS l JOIN {} AS t ON {} = l.row_key WHERE {} AND l.created = 1 AND NOT "
      "EXISTS (SELECT 1 FROM {} AS s WHERE {} = l.row_key)",
      ledger(), stage_.target(), stage_.key_text("t", false), ledger_of("l"), stage_.stage(),
      stage_.key_text("s", true));
}

/// Whether somebody changed a column of such a row after us.
std::string MergeSql::changed_since() const {
  std::string result;
  for (std::size_t i = 0; i < options_.known_columns.size(); ++i) {
    const std::string& name = options_.known_columns[i];
    if (layout_.table->find(name) == nullptr) continue;
    result += fmt::format("{}{} <> substr(l.hashes, {}, 8)", result.empty() ? "" : " OR ",
                          hash_of("t." + dialect_.quote_identifier(name)), 8 * i + 1);
  }
  return result.empty() ? "1 = 0" : result;
}

std::string MergeSql::orphans(bool changed) const {
  return fmt::format("SELECT l.row_key {} AND {}({})", orphan_source(), changed ? "" : "NOT ",
                     changed_since());
}

std::string MergeSql::delete_orphans() const {
  return fmt::format("DELETE FROM {} AS d WHERE {} IN ({})", stage_.target(),
                     stage_.key_text("d", false), orphans(false));
}

std::string MergeSql::note_orphans() const {
  const bool postgres = dialect_.engine() == db::Engine::kPostgres;
  return fmt::format("CREATE TEMP TABLE {} {}AS {}", stage_.orphans_name(),
                     postgres ? "ON COMMIT DROP " : "", orphans(false));
}

std::string MergeSql::empty_in_orphans(std::string_view column) const {
  return fmt::format("UPDATE {} AS t SET {} = NULL WHERE {} IN (SELECT row_key FROM {})",
                     stage_.target(), dialect_.quote_identifier(column),
                     stage_.key_text("t", false), stage_.orphans());
}

std::string MergeSql::delete_noted() const {
  return fmt::format("DELETE FROM {} AS d WHERE {} IN (SELECT row_key FROM {})", stage_.target(),
                     stage_.key_text("d", false), stage_.orphans());
}

std::string MergeSql::forget_gone() const {
  return fmt::format(
      "DELETE FROM {0} AS l WHERE {1} AND NOT EXISTS (SELECT 1 FROM {2} AS s WHERE {3} "
      "= l.row_key) AND NOT EXISTS (SELECT 1 FROM {4} AS t WHERE {5} = l.row_key)",
      ledger(), ledger_of("l"), stage_.stage(), stage_.key_text("s", true), stage_.target(),
      stage_.key_text("t", false));
}

}  // namespace bedstone::seed
