/// SQLite's catalog as SQL text; the contract is db/catalog.hpp's.
#pragma once

#include <string>
#include <string_view>

#include "db/catalog.hpp"

namespace bedstone::db::sqlite {

CatalogQueries catalog_queries();
std::string catalog_objects();
std::string catalog_table_columns(std::size_t count);
std::string catalog_stamp();

}  // namespace bedstone::db::sqlite
