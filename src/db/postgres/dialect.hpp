/// PostgreSQL's dialect.
#pragma once

#include "db/dialect.hpp"

namespace bedstone::db::postgres {

/// For version 11 and later.
const Dialect& dialect();
/// `server_version` as in SessionInfo: before 11 hashes() goes by md5.
const Dialect& dialect_for(int server_version);

}  // namespace bedstone::db::postgres
