/// mend: what is to be done so that a live schema becomes the recorded one. Pure: from two texts to
/// a list of steps; bootstrap carries them out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/result.hpp"
#include "bedstone/results.hpp"
#include "db/connection.hpp"
#include "schema/remake.hpp"

namespace bedstone::schema {

struct MendStep {
  std::string action;  ///< create, alter, replace, rename, rebuild, validate, rewrite, drop, leave
  std::string kind;    ///< As SchemaDifference has it.
  std::string object;  ///< "pets.pets_name"
  std::string detail;  ///< For people: "type text → integer".
  std::vector<std::string> statements;
  /// It can lose something: what nobody recorded, or a table's way of being stored.
  bool destructive = false;
  /// Each statement by itself, outside of transactions.
  bool bare = false;
  std::vector<std::string> undo;  ///< Of a bare step that failed, as far as there is something.
  /// SQLite's rewrite: the table whose rows are counted before and behind it.
  std::string counted_table;
  std::string obstacle;  ///< Action leave: why nothing can be done.
  int rank = 0;          ///< Steps come in this order.
};

struct MendInput {
  db::Engine engine = db::Engine::kSqlite;
  std::string_view recorded;  ///< Canonical texts of one format.
  std::string_view live;
  const Sources* sources = nullptr;
  /// PostgreSQL: indexes are made with CONCURRENTLY, which a pooler does not take.
  bool concurrently = true;
};

/// Steps for all differences, in the order in which they run; those of several differences of one
/// SQLite table are one. What depends on what is not known from the texts alone: a step that fails
/// for something that is not there yet is to be tried again behind the others.
std::vector<MendStep> plan_mending(const MendInput& input);

/// Adds the live indexes that are invalid, also where that is what was recorded.
void add_invalid_indexes(std::string_view live, std::vector<SchemaDifference>& differences);

/// A sequence that a column of a table takes its values from.
struct Counter {
  std::string table;
  std::string column;
  std::string sequence;
  std::int64_t increment = 1;
  std::int64_t next = 1;     ///< What it would give next.
  std::int64_t highest = 0;  ///< The column's highest value; counting down, its lowest.
  bool used = false;         ///< There are rows.
};
/// The step that makes the sequence go on behind the values that are there; none where it does.
std::optional<MendStep> advance(const Counter& counter);
/// PostgreSQL: the sequences owned by columns, serial and identity ones. Reads every such table's
/// highest value. SQLite has none: it looks at the rows itself.
Result<std::vector<Counter>> read_counters(db::Connection& connection, const std::string& schema);

/// The same for differences that the caller narrowed down.
std::vector<MendStep> plan_mending(const MendInput& input,
                                   std::vector<SchemaDifference> differences);

/// "create index pets.pets_name".
std::string describe(const MendStep& step);

}  // namespace bedstone::schema
