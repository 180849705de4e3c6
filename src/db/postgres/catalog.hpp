/// PostgreSQL's catalog as SQL text; the contract is db/catalog.hpp's.
#pragma once

#include <string>
#include <string_view>

#include "db/catalog.hpp"

namespace bedstone::db::postgres {

CatalogQueries catalog_queries(const CatalogScope& scope);
std::string catalog_objects();
std::string catalog_table_columns(std::size_t count);
std::string catalog_stamp(std::string_view schema_expression);

}  // namespace bedstone::db::postgres
