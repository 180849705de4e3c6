/// The PostgreSQL driver.
#pragma once

#include <memory>

#include "db/connection.hpp"

namespace bedstone::db::postgres {

/// See db::open(). Loads libpq.
///
/// Access::kReadOnly sends BEGIN READ ONLY, and makes the transaction of every single statement
/// read-only. durable=false makes transactions commit asynchronously. Both are said anew in each
/// transaction and leave nothing behind in the session, so that they neither get lost nor leak to
/// somebody else behind a pooler.
Result<std::unique_ptr<Connection>> open(const Url& url, const OpenOptions& options);

}  // namespace bedstone::db::postgres
