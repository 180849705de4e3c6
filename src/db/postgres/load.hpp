/// Rows to PostgreSQL as COPY's text format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "db/load.hpp"
#include "db/postgres/session.hpp"

namespace bedstone::db::postgres {

/// As Connection::load(), in the transaction that is open, or in one of its own. `failed` may be
/// null. Where the server blames a column, the error's cause is "column NAME".
Result<std::int64_t> load(Session& session, const LoadTarget& target, const RowFeed& feed,
                          std::int64_t* failed);

/// The number in the context "COPY t, line 3, column v: …" of an error, in most languages that
/// servers speak; 0: it names none. `table` is quoted.
std::int64_t line_in_context(std::string_view context, std::string_view table);
/// The column's name in it; empty: it names none.
std::string column_in_context(std::string_view context, std::string_view table);

}  // namespace bedstone::db::postgres
