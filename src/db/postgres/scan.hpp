/// Scanning through a cursor, page by page.
#pragma once

#include "db/scan.hpp"

namespace bedstone::db::postgres {

Result<std::unique_ptr<Scan>> scan(Connection& connection, std::string select);

}  // namespace bedstone::db::postgres
