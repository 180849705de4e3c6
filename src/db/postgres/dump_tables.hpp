/// The branches of the dump's union that have to do with tables.
#pragma once

#include <string>
#include <string_view>

namespace bedstone::db::postgres {

/// Tables, and what may stand between their parentheses.
std::string dump_of_tables(int server_version);
/// What stands behind them: sequences, indexes, views, triggers, policies and the like.
std::string dump_of_details(int server_version);

/// The name of a collation given by an expression for its oid.
std::string collation_name(std::string_view oid);

}  // namespace bedstone::db::postgres
