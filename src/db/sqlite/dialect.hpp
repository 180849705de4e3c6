/// SQLite's dialect.
#pragma once

#include "db/dialect.hpp"

namespace bedstone::db::sqlite {

const Dialect& dialect();

}  // namespace bedstone::db::sqlite
