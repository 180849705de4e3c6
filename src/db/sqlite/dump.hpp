/// What SQLite is asked to write a schema as SQL.
#pragma once

#include "db/catalog.hpp"

namespace bedstone::db::sqlite {

DumpQueries dump_queries();

}  // namespace bedstone::db::sqlite
