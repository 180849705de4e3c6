/// One statement: sent, waited for, its rows kept or dropped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "db/connection.hpp"
#include "db/postgres/session.hpp"

namespace bedstone::db::postgres {

/// What came of a statement. Feed it each result; it keeps rows only when `keep_rows`.
struct Outcome {
  bool keep_rows = false;
  Rows rows;
  std::int64_t changed = 0;
  std::string tag;  ///< "INSERT 0 3", "COMMIT"; as the server named what it did.

  void add(const LibPq& pq, const PGresult* result);
};

/// Whether the status is one of success.
bool succeeded(ExecStatusType status);

/// Runs exactly one statement: it goes by the extended protocol, in which the server refuses a
/// text that holds several.
Status run_statement(Session& session, const Statement& statement, Outcome& outcome);
/// Runs a text of ours that begins or ends a transaction; several statements are allowed. What ends
/// one is not cancelled when the token fires, as its answer is always worth waiting for.
Status run_control(Session& session, std::string_view sql, Outcome& outcome);

/// COMMIT of a transaction in which a statement failed answers ROLLBACK, and no error.
Error undone_error();

/// What of transactions a statement's first word does.
enum class Control { kNone, kBegin, kCommit, kRollback };
Control control_of(std::string_view sql);
/// Whether a statement only reads, by its first word. WITH may write and counts as writing.
bool only_reads(std::string_view sql);

}  // namespace bedstone::db::postgres
