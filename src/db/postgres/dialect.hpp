/// PostgreSQL's dialect.
#pragma once

#include "db/dialect.hpp"

namespace bedstone::db::postgres {

const Dialect& dialect();

}  // namespace bedstone::db::postgres
