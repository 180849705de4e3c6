/// Who owns a database without a history of ours: nobody, somebody, or another migration tool.
#pragma once

#include <string>
#include <vector>

#include "bedstone/result.hpp"
#include "db/connection.hpp"
#include "schema/inspect.hpp"

namespace bedstone::schema {

enum class OwnerKind {
  kNone,     ///< The schema is empty.
  kUnknown,  ///< There are objects, and no history that we recognise.
  kTool,     ///< Another tool's history table is there.
};

struct ForeignOwner {
  OwnerKind kind = OwnerKind::kNone;
  std::string tool;                  ///< "flyway", "golang-migrate": its name in lower case.
  std::string history_table;         ///< As the database writes it: "public.flyway_schema_history".
  std::vector<std::string> objects;  ///< The first few names, tables first, without the history.
  std::size_t object_count = 0;      ///< All of them.
};

/// Reads only the catalog, in at most two queries. `schema_migrations` is told apart by its
/// columns: dbmate's and old Rails' look the same, and are called dbmate.
Result<ForeignOwner> detect(db::Connection& connection, const InspectOptions& options);

/// Whether the schema holds nothing, objects of extensions, of the engine and of Bedstone aside. A
/// schema that does not exist is empty.
Result<bool> is_empty(db::Connection& connection, const InspectOptions& options);

}  // namespace bedstone::schema
