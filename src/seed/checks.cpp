// A table's constraints, asked of the stage instead of the table.
#include "seed/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace bedstone::seed {
namespace {

constexpr std::string_view kLimit = "100";

class Checks {
 public:
  Checks(db::Connection& connection, const schema::Schema& schema, const StageSql& stage,
         const Stages& stages)
      : connection_(connection),
        schema_(schema),
        stage_(stage),
        layout_(stage.layout()),
        stages_(stages) {}

  Result<std::vector<Refused>> run() {
    for (const schema::Table& table : schema_.tables) {
      if (table.name != layout_.table->name) continue;
      BEDSTONE_TRY(not_null());
      for (const schema::Check& one : table.checks)
        BEDSTONE_TRY(check(one));
      for (const auto& key : layout_.table->unique_keys)
        BEDSTONE_TRY(unique(key));
      for (const schema::ForeignKey& key : table.foreign_keys)
        BEDSTONE_TRY(foreign(key));
    }
    return std::move(refused_);
  }

 private:
  const db::Dialect& dialect() const { return connection_.dialect(); }

  /// Rows that would be written, and have a value of their own in this column.
  std::string written(std::size_t column) const {
    std::string sql =
        fmt::format("s.n IN (SELECT p.n FROM {} AS p WHERE p.action IN ('i', 'u'))", stage_.plan());
    if (layout_.rows_differ) {
      sql += fmt::format(" AND substr(s.absent, {}, 1) <> '1'", column + 1);
    }
    return sql;
  }

  std::size_t index_of(std::string_view column) const {
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      const Layout::Column& one = layout_.columns[i];
      const bool given = !one.clock && !one.only_for_new_rows && !one.ungiven;
      if (given && one.target->name == column) return i;
    }
    return Layout::npos;
  }

  /// Fills in what the rows of `sql` (n, …) have in common.
  Status add(const std::string& sql, const std::string& column, const std::string& message,
             const std::string& cause, const std::string& hint, const std::string& other = "") {
    BEDSTONE_ASSIGN(const auto rows, connection_.query(sql));
    for (std::size_t i = 0; i < rows.size(); ++i)
      refused_.push_back({rows.integer(i, 0), column, message, cause, hint, other});
    return {};
  }

  Status not_null() {
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      const Layout::Column& one = layout_.columns[i];
      if (one.target->nullable || one.clock || one.only_for_new_rows || one.ungiven) continue;
      BEDSTONE_TRY(add(fmt::format("SELECT s.n FROM {} AS s WHERE s.{} IS NULL AND {} ORDER BY s.n "
                                   "LIMIT {}",
                                   stage_.stage(), StageSql::column(i), written(i), kLimit),
                       one.target->name, fmt::format("{} is null", one.target->name),
                       "the column is NOT NULL", "give it a value"));
      if (!layout_.rows_differ || one.target->has_default) continue;
      BEDSTONE_TRY(add(
          fmt::format("SELECT s.n FROM {} AS s JOIN {} AS p ON p.n = s.n WHERE p.action = 'i' AND "
                      "substr(s.absent, {}, 1) = '1' ORDER BY s.n LIMIT {}",
                      stage_.stage(), stage_.plan(), i + 1, kLimit),
          one.target->name, fmt::format("a value for {} is missing", one.target->name),
          "the column is NOT NULL and has no default",
          "give the row one, or add it to `defaults:`"));
    }
    return {};
  }

  /// The rows under the table's own name, with its columns' names: the expression stands as it is.
  Status check(const schema::Check& one) {
    std::string columns = "s.n AS bedstone_n";
    std::string first;
    for (const TargetColumn& column : layout_.table->columns) {
      const std::size_t index = index_of(column.name);
      const bool mentioned = one.expression.find(column.name) != std::string::npos;
      if (index == Layout::npos) {
        if (mentioned) return {};
        continue;
      }
      if (mentioned && first.empty()) first = column.name;
      columns += fmt::format(", s.{} AS {}", StageSql::column(index),
                             dialect().quote_identifier(column.name));
    }
    const std::size_t index = index_of(first);
    const std::string sql = fmt::format(
        "SELECT bedstone_n FROM (SELECT {} FROM {} AS s WHERE {}) AS {} WHERE NOT ({}) ORDER BY "
        "bedstone_n LIMIT {}",
        columns, stage_.stage(), index == Layout::npos ? "1 = 1" : written(index),
        dialect().quote_identifier(layout_.table->name), one.expression, kLimit);
    return add(sql, first, fmt::format("{} does not fit {}", first, layout_.table->name),
               fmt::format("CHECK ({})", one.expression), "correct the value");
  }

  Status unique(const std::vector<std::string>& key) {
    std::vector<std::size_t> indices;
    for (const std::string& name : key)
      indices.push_back(index_of(name));
    if (std::find(indices.begin(), indices.end(), Layout::npos) != indices.end()) return {};
    const bool is_key = std::all_of(indices.begin(), indices.end(),
                                    [this](std::size_t i) { return layout_.columns[i].key; }) &&
                        indices.size() == layout_.keys().size();
    if (is_key) return {};
    std::string list;
    std::string equal;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      list += fmt::format("{}s.{}", i == 0 ? "" : ", ", StageSql::column(indices[i]));
      equal += fmt::format(" AND t.{} = s.{}", dialect().quote_identifier(key[i]),
                           StageSql::column(indices[i]));
    }
    const std::string names = text::join(key, ", ");
    BEDSTONE_TRY(add(fmt::format("SELECT max(s.n) FROM {} AS s WHERE {} GROUP BY {} HAVING "
                                 "count(*) > 1 AND count({}) > 1 ORDER BY 1 LIMIT {}",
                                 stage_.stage(), written(indices.front()), list,
                                 list.substr(0, list.find(',')), kLimit),
                     key.front(), fmt::format("{} stands in two rows", names),
                     fmt::format("it is UNIQUE in {}", layout_.table->name),
                     "change or remove one of the rows"));
    return add(fmt::format("SELECT s.n FROM {} AS s JOIN {} AS t ON NOT ({}){} WHERE {} ORDER BY "
                           "s.n LIMIT {}",
                           stage_.stage(), stage_.target(), stage_.same_key("s", "t"), equal,
                           written(indices.front()), kLimit),
               key.front(), fmt::format("another row has this {} already", names),
               fmt::format("it is UNIQUE in {}", layout_.table->name),
               "change the row, or make that column the set's `key:`; a value moves from one row "
               "to another "
               "where the column takes NULL");
  }

  Status foreign(const schema::ForeignKey& key) {
    std::vector<std::size_t> indices;
    for (const std::string& name : key.columns)
      indices.push_back(index_of(name));
    if (std::find(indices.begin(), indices.end(), Layout::npos) != indices.end()) return {};
    const std::vector<std::string> referenced = referenced_columns(schema_, key);
    if (referenced.size() != indices.size()) return {};
    std::string equal;
    std::string given;
    std::vector<std::string> values;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      values.push_back("s." + StageSql::column(indices[i]));
      equal += fmt::format("{}x.{} = s.{}", i == 0 ? "" : " AND ",
                           dialect().quote_identifier(referenced[i]), StageSql::column(indices[i]));
      given += fmt::format(" AND s.{} IS NOT NULL", StageSql::column(indices[i]));
    }
    for (const StageSql* one : stages_) {
      if (one->layout().table->name != key.table) continue;
      const std::string made = one->holds(referenced, values);
      if (!made.empty()) given += " AND NOT " + made;
    }
    return add(
        fmt::format("SELECT s.n FROM {} AS s WHERE {}{} AND NOT EXISTS (SELECT 1 FROM {} AS x "
                    "WHERE {}) ORDER BY s.n LIMIT {}",
                    stage_.stage(), written(indices.front()), given, stage_.name_of(key.table),
                    equal, kLimit),
        key.columns.front(),
        fmt::format("{} names no row of {}", text::join(key.columns, ", "), key.table),
        fmt::format("it is a foreign key to {} ({})", key.table, text::join(referenced, ", ")),
        fmt::format("seed that row first, or refer to it by what people know it by: {{ref: {}, …}}",
                    key.table),
        key.table);
  }

  db::Connection& connection_;
  const schema::Schema& schema_;
  const StageSql& stage_;
  const Layout& layout_;
  const Stages& stages_;
  std::vector<Refused> refused_;
};

}  // namespace

Result<std::vector<Refused>> refused_rows(db::Connection& connection, const schema::Schema& schema,
                                          const StageSql& stage, const Stages& stages) {
  return Checks(connection, schema, stage, stages).run();
}

}  // namespace bedstone::seed
