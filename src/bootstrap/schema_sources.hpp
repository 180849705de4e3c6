/// Sources: what the project's migrations say of objects that the recorded text does not hold
/// whole.
#pragma once

#include <string>
#include <vector>

#include "migrate/folder.hpp"
#include "schema/remake.hpp"
#include "store/store.hpp"

namespace bedstone::bootstrap {

/// From the applied migrations of the folder, as far as they can be read. PostgreSQL: the
/// statements that make routines. SQLite: all definitions are carried out in an empty database in
/// memory, and what they left there is taken where it is just what `recorded` says.
schema::Sources read_sources(const migrate::Folder& folder,
                             const std::vector<store::MigrationRow>& history,
                             const std::string& recorded, db::Engine engine);

/// CREATE TABLE statements of what the folder's migrations leave in SQLite, and of Bedstone's own
/// tables, whether or not they were ever applied.
std::vector<std::string> all_tables(const migrate::Folder& folder, const std::string& project);

}  // namespace bedstone::bootstrap
