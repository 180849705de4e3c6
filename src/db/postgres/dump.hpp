/// What PostgreSQL is asked to write a schema as SQL.
#pragma once

#include "db/catalog.hpp"

namespace bedstone::db::postgres {

DumpQueries dump_queries(const CatalogScope& scope);

}  // namespace bedstone::db::postgres
