/// Admin: databases as a whole, which no session inside the wanted database can handle.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"

namespace bedstone::db::postgres {

/// Creates the database that `url` names, through the server's database "postgres" or, failing
/// that, "template1". True: it was made; false: it existed, or somebody else made it meanwhile.
/// Without a template the server's default counts. kCannotCreateDatabase, and the errors of
/// open().
Result<bool> create_database(const Url& url, const OpenOptions& options,
                             std::string_view template_name = {});

/// The names of the databases one can connect to, sorted: for "did you mean".
Result<std::vector<std::string>> list_databases(const Url& url, const OpenOptions& options);

/// Creates the empty database `name` beside the one that `url` names, and like it: owner, encoding,
/// locale, settings, rights. One of that name that an earlier call left is dropped first.
/// kCannotCreateDatabase; kDatabaseInUse where that one is in use.
Status create_like(const Url& url, const std::string& name, const OpenOptions& options);

/// Gives the database of `url` the name `aside`, and the database `fresh` its name: both or
/// neither. kDatabaseInUse names the sessions that are connected to one of them.
Status exchange_databases(const Url& url, const std::string& fresh, const std::string& aside,
                          const OpenOptions& options);

/// Drops the database of `url`, if it is there and nobody is connected.
Status drop_database(const Url& url, const OpenOptions& options);

/// "process 4711 (app, psql)" for each other session with the connection's database.
Result<std::vector<std::string>> other_sessions(Connection& connection);

}  // namespace bedstone::db::postgres
