/// No comments, owners or rights are kept here.
#include "db/sqlite/notes.hpp"

namespace bedstone::db::sqlite {

std::string catalog_notes() {
  return "SELECT 'shadow table', NULL, NULL, name, NULL FROM pragma_table_list"
         " WHERE schema = 'main' AND type = 'shadow' ORDER BY name";
}

}  // namespace bedstone::db::sqlite
