/// Connecting: from a URL to a Session, asynchronously, with a deadline over all hosts.
#pragma once

#include <memory>

#include "db/connection.hpp"
#include "db/postgres/session.hpp"

namespace bedstone::db::postgres {

/// The errors are those of docs/errors/connection.md.
Result<std::unique_ptr<Session>> connect(const Url& url, const OpenOptions& options);

}  // namespace bedstone::db::postgres
