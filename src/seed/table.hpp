/// TargetTable: a table as seeding sees it — its columns, their kinds, what points where.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/result.hpp"
#include "schema/model.hpp"

namespace bedstone::seed {

/// How text becomes a value of a column.
enum class ColumnKind { kText, kInteger, kReal, kNumeric, kBoolean, kJson, kBytes, kArray, kOther };

struct TargetColumn {
  std::string name;
  std::string type;  ///< As the engine says it.
  ColumnKind kind = ColumnKind::kOther;
  bool nullable = true;
  bool has_default = false;  ///< Also an identity, or SQLite's rowid.
  bool generated = false;    ///< Takes no value.
  bool identity_always = false;
  std::string collation;  ///< SQLite's, where it is not the usual one.
  /// What the column has when nobody gives it a value, as SQL; empty: NULL, or no plain constant.
  std::string constant_default;
};

struct TargetTable {
  std::string name;
  std::vector<TargetColumn> columns;
  std::vector<std::string> primary_key;
  /// Column lists that the engine keeps unique; the primary key is the first.
  std::vector<std::vector<std::string>> unique_keys;
  std::vector<schema::ForeignKey> foreign_keys;

  const TargetColumn* find(std::string_view column) const;
  /// The column of this table that `column` of `referring` points to: by a foreign key, else the
  /// primary key if it is a single column.
  std::optional<std::string> referenced_column(const TargetTable& referring,
                                               std::string_view column) const;
};

ColumnKind kind_of(db::Engine engine, std::string_view type);

/// Whether a default is a number, a text, true or false, perhaps with a type behind it: the same
/// for every row, whenever it is asked.
bool is_constant(std::string_view expression);

/// The table of that name; kObjectMissing with the nearest one. `place` is where it was named.
Result<TargetTable> target_table(const schema::Schema& schema, std::string_view name,
                                 const Place& place);
/// The columns that a foreign key points to; empty: its table is not in the schema.
std::vector<std::string> referenced_columns(const schema::Schema& schema,
                                            const schema::ForeignKey& key);
/// kSeedColumn with the nearest one.
Error no_column(const TargetTable& table, std::string_view column, const Place& place);

}  // namespace bedstone::seed
