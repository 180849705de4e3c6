/// What PostgreSQL keeps beside the definitions: comments, owners, rights.
#pragma once

#include <string>

namespace bedstone::db::postgres {

std::string catalog_notes();

}  // namespace bedstone::db::postgres
