/// Scanning by stepping a statement.
#pragma once

#include "db/scan.hpp"

namespace bedstone::db::sqlite {

/// `connection` is one of this driver's.
Result<std::unique_ptr<Scan>> scan(Connection& connection, std::string select);

}  // namespace bedstone::db::sqlite
