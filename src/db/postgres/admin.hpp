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

}  // namespace bedstone::db::postgres
