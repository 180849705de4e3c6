// The statements: t is the table, l0, l1, … are the ledgers of its sets.
#include "seed/row_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "seed/stage.hpp"

namespace bedstone::seed {
namespace {

/// For LIKE … ESCAPE '!'.
std::string pattern_of(std::string_view search) {
  std::string pattern = "%";
  for (const char c : text::to_lower(search)) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + "%";
}

std::string place(const std::vector<db::Value>& values) {
  return fmt::format("${}", values.size());
}

/// What a ledger holds of values that were never ours.
std::string_view never_ours(const db::Dialect& dialect) {
  return dialect.engine() == db::Engine::kPostgres ? "'\\x0000000000000000'::pg_catalog.bytea"
                                                   : "x'0000000000000000'";
}

}  // namespace

std::string_view origin_name(Origin origin) {
  switch (origin) {
    case Origin::kOurs:
      return "ours";
    case Origin::kEdited:
      return "edited";
    case Origin::kOwn:
      break;
  }
  return "own";
}

std::optional<Origin> origin_of(std::string_view name) {
  for (const Origin origin : {Origin::kOurs, Origin::kEdited, Origin::kOwn}) {
    if (origin_name(origin) == name) return origin;
  }
  return std::nullopt;
}

RowReader::RowReader(db::Connection& connection, const std::string& schema,
                     const std::string& table, std::vector<RowLedger> ledgers)
    : connection_(connection),
      dialect_(connection.dialect()),
      name_(dialect_.qualified(schema, table)),
      ledgers_(std::move(ledgers)) {}

Status RowReader::begin() {
  const auto begun = connection_.execute("BEGIN");
  if (!begun) return fail(begun.error());
  for (const std::string& sql : dialect_.fixed_formats()) {
    const auto set = connection_.query(sql);
    if (!set) return fail(set.error());
  }
  return {};
}

std::string RowReader::quoted(const std::string& column) const {
  return "t." + dialect_.quote_identifier(column);
}

std::string RowReader::text_of(const std::string& column) const {
  return dialect_.as_text(quoted(column));
}

std::string RowReader::conditions(const RowQuery& query, std::vector<db::Value>& values) const {
  std::vector<std::string> all;
  if (!query.search.empty() && !query.searched.empty()) {
    values.emplace_back(pattern_of(query.search));
    std::vector<std::string> tests;
    for (const std::string& column : query.searched)
      tests.push_back(fmt::format("lower({}) LIKE {} ESCAPE '!'", text_of(column), place(values)));
    all.push_back(fmt::format("({})", text::join(tests, " OR ")));
  }
  for (const auto& [column, value] : query.filters) {
    if (!value) {
      all.push_back(quoted(column) + " IS NULL");
      continue;
    }
    values.emplace_back(*value);
    const bool indexed =
        std::find(query.indexed.begin(), query.indexed.end(), column) != query.indexed.end();
    all.push_back(indexed ? fmt::format("{} = {}", quoted(column), place(values))
                          : dialect_.alike(text_of(column), place(values)));
  }
  return all.empty() ? "" : " WHERE " + text::join(all, " AND ");
}

/// Rows of which the columns say, one after the other, that they come later than the place does.
std::string RowReader::beyond(const RowQuery& query, std::vector<db::Value>& values) const {
  const auto& known = query.from->values;
  std::vector<std::string> names;
  std::vector<std::string> places;
  for (std::size_t i = 0; i < known.size(); ++i) {
    names.push_back(quoted(query.order[i]));
    if (known[i]) values.emplace_back(*known[i]);
    places.push_back(known[i] ? place(values) : "");
  }
  const bool first_down = query.descending != query.from->backwards;
  const bool rest_down = query.from->backwards;
  const bool filled = std::all_of(known.begin(), known.end(), [](const auto& one) { return one; });
  const bool by_key = std::find(query.indexed.begin(), query.indexed.end(), query.order.front()) !=
                      query.indexed.end();
  // In this form the engines go to the place by the index of the key.
  if (filled && by_key && (known.size() == 1 || first_down == rest_down)) {
    return fmt::format("({}) {} ({})", text::join(names, ", "), first_down ? "<" : ">",
                       text::join(places, ", "));
  }
  const bool postgres = dialect_.engine() == db::Engine::kPostgres;
  std::vector<std::string> ways;
  std::string same;
  for (std::size_t i = 0; i < known.size(); ++i) {
    const bool down = i == 0 ? first_down : rest_down;
    // NULL is the greatest value in PostgreSQL, and the smallest in SQLite.
    const bool nulls_later = postgres != down;
    std::string later;
    if (!known[i])
      later = nulls_later ? "" : names[i] + " IS NOT NULL";
    else if (nulls_later)
      later = fmt::format("({0} {1} {2} OR {0} IS NULL)", names[i], down ? "<" : ">", places[i]);
    else
      later = fmt::format("{} {} {}", names[i], down ? "<" : ">", places[i]);
    if (!later.empty()) ways.push_back(same + later);
    same += known[i] ? fmt::format("{} = {} AND ", names[i], places[i])
                     : fmt::format("{} IS NULL AND ", names[i]);
  }
  return ways.empty() ? "1 = 0" : fmt::format("(({}))", text::join(ways, ") OR ("));
}

std::string RowReader::order(const RowQuery& query, bool backwards) const {
  std::vector<std::string> all;
  for (const std::string& column : query.order) {
    const bool down = (query.descending && all.empty()) != backwards;
    all.push_back(quoted(column) + (down ? " DESC" : ""));
  }
  return all.empty() ? "" : " ORDER BY " + text::join(all, ", ");
}

std::string RowReader::key_of(const RowLedger& ledger) const {
  std::vector<std::string> names;
  for (const std::string& column : ledger.key)
    names.push_back(dialect_.quote_identifier(column));
  return key_text(dialect_, "t", names);
}

std::string RowReader::joins() const {
  std::string all;
  for (std::size_t i = 0; i < ledgers_.size(); ++i) {
    all +=
        fmt::format(" LEFT JOIN {0} AS l{1} ON l{1}.set_key = {2} AND l{1}.row_key = {3}",
                    dialect_.store_table("seed_rows"), i, ledgers_[i].set_key, key_of(ledgers_[i]));
  }
  return all;
}

/// A letter for each column of the ledger: 1 when it is not what was written.
std::string RowReader::mask(std::size_t number) const {
  const RowLedger& ledger = ledgers_[number];
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < ledger.columns.size(); ++i) {
    const std::string live = dialect_.hashes(std::vector<std::string>{quoted(ledger.columns[i])});
    const std::string known = fmt::format("substr(l{}.hashes, {}, 8)", number, 8 * i + 1);
    parts.push_back(fmt::format("CASE WHEN {0} <> {1} AND {0} <> {2} THEN '1' ELSE '0' END", known,
                                live, never_ours(dialect_)));
  }
  return parts.empty() ? "''" : text::join(parts, " || ");
}

std::string RowReader::origin_expression() const {
  if (ledgers_.empty()) return "'own'";
  std::vector<std::string> made;
  std::vector<std::string> edited;
  for (std::size_t i = 0; i < ledgers_.size(); ++i) {
    made.push_back(fmt::format("l{}.created = 1", i));
    edited.push_back(fmt::format("(l{}.created = 1 AND ({}) LIKE '%1%')", i, mask(i)));
  }
  return fmt::format("CASE WHEN {} THEN CASE WHEN {} THEN 'edited' ELSE 'ours' END ELSE 'own' END",
                     text::join(made, " OR "), text::join(edited, " OR "));
}

/// For each ledger three columns from `column` on: whether it made the row, its mask, the key.
RowOrigin RowReader::origin_at(const db::Rows& rows, std::size_t row, std::size_t column) const {
  RowOrigin result;
  for (std::size_t i = 0; i < ledgers_.size(); ++i) {
    const std::size_t at = column + 3 * i;
    if (rows.is_null(row, at)) continue;
    const bool made = rows.integer(row, at) == 1;
    if (result.set.empty() || (made && result.origin == Origin::kOwn)) {
      result.set = ledgers_[i].set;
      result.key = rows.text(row, at + 2);
    }
    if (!made) continue;
    if (result.origin == Origin::kOwn) result.origin = Origin::kOurs;
    const std::string_view letters = rows.text(row, at + 1);
    for (std::size_t j = 0; j < ledgers_[i].columns.size() && j < letters.size(); ++j) {
      if (letters[j] != '1') continue;
      result.origin = Origin::kEdited;
      result.edited.push_back(ledgers_[i].columns[j]);
    }
  }
  return result;
}

/// To tell rows apart by whose they are, all their values are hashed.
Status RowReader::check_size(const std::string& where, const std::vector<db::Value>& values) {
  const std::string sql =
      fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} AS t{} LIMIT {}) AS c", name_, where,
                  kOriginRows + 1);
  BEDSTONE_ASSIGN(const auto rows, connection_.query(db::Statement{sql, values}));
  if (rows.integer(0, 0) <= kOriginRows) return {};
  return fail(Error(ErrorCode::kRequestTooLarge, "so many rows are not compared here")
                  .because(fmt::format("there are more than {}", kOriginRows))
                  .advise("search or filter first, or: bedstone seed diff"));
}

Result<RowPage> RowReader::page(const RowQuery& query) {
  const bool backwards = query.from && query.from->backwards;
  std::vector<std::string> columns;
  for (const std::string& column : query.columns)
    columns.push_back(text_of(column));
  for (std::size_t i = 0; i < ledgers_.size(); ++i) {
    columns.push_back(fmt::format("l{}.created", i));
    columns.push_back(mask(i));
    columns.push_back(fmt::format("l{}.row_key", i));
  }
  std::vector<db::Value> values;
  std::string where = conditions(query, values);
  if (query.from) where += (where.empty() ? " WHERE " : " AND ") + beyond(query, values);
  if (query.origin) BEDSTONE_TRY(check_size(where, values));
  // One more than the page holds tells whether there is another one.
  const std::string part = fmt::format("{} LIMIT {} OFFSET {}", order(query, backwards),
                                       query.limit + 1, query.from ? 0 : query.offset);
  // Without the question of whose they are, the ledgers are asked for the rows of the page alone.
  const std::string source = fmt::format("(SELECT t.* FROM {} AS t{}{}) AS t{}", name_, where,
                                         query.origin ? "" : part, joins());
  std::string sql = fmt::format("SELECT {} FROM {}", text::join(columns, ", "), source);
  if (query.origin) {
    // Ordered as asked for, and turned round by who takes the rows.
    sql += fmt::format(" WHERE {} = '{}'{}", origin_expression(), origin_name(*query.origin), part);
  } else {
    sql += order(query, backwards);
  }
  RowPage page;
  BEDSTONE_ASSIGN(page.rows, connection_.query(db::Statement{sql, values}));
  const auto limit = static_cast<std::size_t>(query.limit);
  page.more = page.rows.size() > limit;
  for (std::size_t i = 0; i < std::min(page.rows.size(), limit); ++i)
    page.origins.push_back(origin_at(page.rows, i, query.columns.size()));
  page.backwards = backwards;
  return page;
}

Result<RowTotal> RowReader::total(const RowQuery& query, std::int64_t most) {
  std::vector<db::Value> values;
  const std::string where = conditions(query, values);
  const std::string rows =
      query.origin
          ? fmt::format("SELECT 1 FROM (SELECT t.* FROM {} AS t{}) AS t{} WHERE {} = '{}'", name_,
                        where, joins(), origin_expression(), origin_name(*query.origin))
          : fmt::format("SELECT 1 FROM {} AS t{}", name_, where);
  const std::string sql = fmt::format("SELECT count(*) FROM ({} LIMIT {}) AS c", rows, most + 1);
  BEDSTONE_ASSIGN(const auto counted, connection_.query(db::Statement{sql, values}));
  const std::int64_t found = counted.integer(0, 0);
  return RowTotal{std::min(found, most), found > most};
}

/// SQLite and PostgreSQL both build one index of the table's keys for it.
std::string RowReader::removed_keys(const RowLedger& ledger) const {
  return fmt::format(
      "SELECT l.row_key AS row_key FROM {} AS l WHERE l.set_key = {} AND l.created = 1 EXCEPT "
      "SELECT {} FROM {} AS t",
      dialect_.store_table("seed_rows"), ledger.set_key, key_of(ledger), name_);
}

Result<OriginCounts> RowReader::counts(std::int64_t limit) {
  OriginCounts result;
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query(fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {}) "
                                                "AS t",
                                                name_, limit + 1)));
  result.rows = rows.integer(0, 0);
  result.counted = result.rows <= limit;
  if (!result.counted) return result;
  BEDSTONE_ASSIGN(
      const auto counted,
      connection_.query(fmt::format("SELECT o.origin, count(*) FROM (SELECT {} AS origin FROM {} "
                                    "AS t{}) AS o GROUP BY o.origin",
                                    origin_expression(), name_, joins())));
  for (std::size_t i = 0; i < counted.size(); ++i) {
    if (const auto origin = origin_of(counted.text(i, 0)))
      result.by_origin[*origin] = counted.integer(i, 1);
  }
  for (const RowLedger& ledger : ledgers_) {
    BEDSTONE_ASSIGN(const auto gone, connection_.query(fmt::format("SELECT count(*) FROM ({}) AS g",
                                                                   removed_keys(ledger))));
    result.removed += gone.integer(0, 0);
  }
  return result;
}

Result<std::vector<std::pair<std::string, std::string>>> RowReader::removed(std::size_t limit) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const RowLedger& ledger : ledgers_) {
    if (all.size() >= limit) break;
    BEDSTONE_ASSIGN(const auto gone,
                    connection_.query(fmt::format("{} ORDER BY 1 LIMIT {}", removed_keys(ledger),
                                                  limit - all.size())));
    for (std::size_t i = 0; i < gone.size(); ++i)
      all.emplace_back(ledger.set, gone.text(i, 0));
  }
  return all;
}

Result<std::vector<Choice>> RowReader::values(const std::string& column, std::int64_t rows,
                                              std::size_t limit) {
  BEDSTONE_ASSIGN(
      const auto found,
      connection_.query(fmt::format(
          "SELECT v.value, count(*) FROM (SELECT {} AS value FROM {} AS t LIMIT {}) AS v GROUP BY "
          "v.value ORDER BY 2 DESC, 1 LIMIT {}",
          text_of(column), name_, rows, limit)));
  std::vector<Choice> all;
  for (std::size_t i = 0; i < found.size(); ++i) {
    Choice& one = all.emplace_back();
    if (const auto value = found.at(i, 0)) one.value = std::string(*value);
    one.label = found.text(i, 0);
    one.count = found.integer(i, 1);
  }
  return all;
}

Result<std::vector<Choice>> RowReader::labelled(const std::string& column, const std::string& label,
                                                std::string_view search,
                                                const std::vector<std::string>& of,
                                                std::size_t limit) {
  std::vector<db::Value> values;
  std::vector<std::string> tests{quoted(column) + " IS NOT NULL"};
  if (!search.empty()) {
    values.emplace_back(pattern_of(search));
    tests.push_back(
        fmt::format("(lower({0}) LIKE {2} ESCAPE '!' OR lower({1}) LIKE {2} ESCAPE "
                    "'!')",
                    text_of(label), text_of(column), place(values)));
  }
  if (!of.empty()) {
    std::vector<std::string> places;
    for (const std::string& value : of) {
      values.emplace_back(value);
      places.push_back(place(values));
    }
    tests.push_back(fmt::format("{} IN ({})", quoted(column), text::join(places, ", ")));
  }
  const std::string sql = fmt::format(
      "SELECT {0}, {1} FROM {2} AS t WHERE {3} ORDER BY {4}, {5} LIMIT {6}", text_of(column),
      text_of(label), name_, text::join(tests, " AND "), quoted(label), quoted(column), limit);
  BEDSTONE_ASSIGN(const auto found, connection_.query(db::Statement{sql, values}));
  std::vector<Choice> all;
  for (std::size_t i = 0; i < found.size(); ++i)
    all.push_back({std::string(found.text(i, 0)), std::string(found.text(i, 1)), 0});
  return all;
}

}  // namespace bedstone::seed
