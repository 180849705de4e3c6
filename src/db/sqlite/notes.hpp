/// What SQLite has beside the definitions: virtual tables' shadow tables.
#pragma once

#include <string>

namespace bedstone::db::sqlite {

std::string catalog_notes();

}  // namespace bedstone::db::sqlite
