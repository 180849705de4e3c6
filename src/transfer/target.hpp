/// Target: what has to hold still while rows come in as they are: triggers, foreign keys, counters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "transfer/plan.hpp"

namespace bedstone::transfer {

/// All functions work in the open transaction, and leave nothing changed when it rolls back. Not
/// thread-safe, as its connection.
class Target {
 public:
  Target(db::Connection& connection, std::string schema)
      : connection_(connection), schema_(std::move(schema)) {}

  /// Empties tables, without triggers.
  Status clear(const std::vector<std::string>& tables);
  /// From here on no trigger of the tables runs, and foreign keys of a circle wait. `circle`: the
  /// tables are one.
  Status open(const std::vector<std::string>& tables, bool circle);
  /// Checks what waits, and puts everything back as it was.
  Status close();

 private:
  Status triggers_off(const std::string& table);
  Status execute(const std::string& sql);
  std::string quoted(const std::string& table) const;
  bool is_sqlite() const { return connection_.engine() == db::Engine::kSqlite; }

  db::Connection& connection_;
  std::string schema_;
  std::vector<std::string> undo_;  ///< Statements that put back what open() changed.
};

/// How far the counter behind a column has come; nothing: there is none, or it never counted.
Result<std::optional<std::int64_t>> counter_of(db::Connection& connection,
                                               const std::string& schema, const std::string& table,
                                               const std::string& column);
/// The counter goes on behind `counter` and behind the largest value of the column.
Status set_counter(db::Connection& connection, const std::string& schema, const std::string& table,
                   const std::string& column, const std::optional<std::int64_t>& counter);
/// PostgreSQL to PostgreSQL: sequences of the same name, whoever uses them.
Status copy_sequences(db::Connection& source, const std::string& source_schema,
                      db::Connection& target, const std::string& target_schema);

}  // namespace bedstone::transfer
