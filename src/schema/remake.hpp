/// remake: statements that make an object again, from the canonical text that recorded it. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "schema/recorded.hpp"

namespace bedstone::schema {

/// Statements as somebody wrote them, by what they make.
struct Sources {
  /// PostgreSQL: CREATE FUNCTION and the like by name, in the order in which they were run. Of
  /// routines the canonical text has no more than a digest.
  std::map<std::string, std::vector<std::string>> routines;
  /// SQLite: "table pets", "index pets_name": statements known to make just what is recorded.
  std::map<std::string, std::string> verbatim;
};

struct Remade {
  std::vector<std::string> statements;  ///< Empty: it cannot be done.
  std::string obstacle;                 ///< Why.
};

/// PostgreSQL, for a session whose search path begins with the schema. A table comes with its
/// columns alone; a sequence without its owner.
Remade remake_postgres(const Recorded& recorded, const RecordedObject& object,
                       const Sources& sources);
/// ALTER SEQUENCE … OWNED BY; empty when nothing owns it, or when it belongs to an identity column.
std::string owned_by(const Recorded& recorded, const RecordedObject& sequence);
/// Whether an identity column makes the sequence.
bool is_of_identity(const Recorded& recorded, const RecordedObject& sequence);
/// `ADD COLUMN`'s text behind the words.
std::string column_definition_postgres(const Recorded& recorded, const RecordedObject& column);
/// DROP …, without CASCADE; empty where there is no way.
std::string drop_postgres(const RecordedObject& object);

/// SQLite. A table comes with its constraints. `name`, when given, is the table's instead of its
/// own.
Remade remake_sqlite(const Recorded& recorded, const RecordedObject& object,
                     const Sources& sources);
Remade remake_table_sqlite(const Recorded& recorded, const std::string& table,
                           const Sources& sources, const std::string& name);
std::string column_definition_sqlite(const RecordedObject& column);
std::string drop_sqlite(const RecordedObject& object);

}  // namespace bedstone::schema
