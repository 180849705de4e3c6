/// Text backup: a SQLite database as SQL text that `sqlite3` loads.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "db/connection.hpp"

namespace bedstone::db::sqlite {

/// Takes the text piece by piece; its error ends the dump.
using TextSink = std::function<Status(std::string_view piece)>;

/// Writes everything the session sees: within the caller's transaction that is one moment. Tables
/// with their rows (and row ids), indexes, views, triggers, virtual tables with the tables behind
/// them, the counters of AUTOINCREMENT, statistics, encoding, user_version, application_id. Values
/// come back bit by bit. Loaded into an empty database. Not kept: the layout of the file, and rows
/// of virtual tables that have no tables behind them. `row` is called now and then with the rows
/// written. kBackupFailed for what no SQL can say.
Status dump_database(Connection& connection, const TextSink& sink,
                     const std::function<void(std::int64_t rows)>& progress);

}  // namespace bedstone::db::sqlite
