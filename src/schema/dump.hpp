/// dump: a live schema as statements that make it again.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bedstone/result.hpp"
#include "db/connection.hpp"
#include "schema/inspect.hpp"

namespace bedstone::schema {

/// As the catalog tells it; see db::DumpQueries.
struct DumpItem {
  std::string id;
  std::string parent;  ///< Gone with it when there is none such; may be an alias.
  std::string kind;
  std::string relation;
  std::string name;
  std::optional<std::int64_t> number;    ///< A default stands with the column of its number.
  std::optional<std::string> part;       ///< Within its parent's parentheses.
  std::optional<std::string> statement;  ///< By itself.
  std::optional<std::string> tail;       ///< Of what has parentheses.
};

struct DumpSource {
  std::vector<DumpItem> items;
  std::unordered_map<std::string, std::string> aliases;
  std::vector<std::pair<std::string, std::string>> needs;  ///< What, and what must be there before.
  std::vector<std::string> prologue;
  std::vector<std::string> epilogue;
};

/// A statement without its semicolon, or several separated by semicolons.
struct DumpStatement {
  std::string kind;
  std::string relation;
  std::string name;
  std::string sql;
};

struct Dump {
  std::vector<DumpStatement> statements;  ///< In an order in which they run.
  std::vector<std::string> prologue;
  std::vector<std::string> epilogue;
  std::vector<std::string> unsupported;  ///< "operator ===(integer,integer)": not written.
  std::vector<std::string> missing;      ///< Left out by name, but needed by what is written.
};

struct DumpOptions {
  InspectOptions inspect;
  std::vector<std::string> extensions;  ///< Written besides those that something needs.
};

/// Reads everything at one moment and changes nothing, as inspect() does.
Result<DumpSource> read_dump(db::Connection& connection, const InspectOptions& options);

/// Finds the order, the same for equal schemas. What stands in circles is taken out of its table
/// and put behind it: foreign keys first, then checks and defaults. kSchemaNotDumped when that does
/// not help.
Result<Dump> arrange(DumpSource source, const DumpOptions& options);

/// One script. `title` names the schema in its first line.
std::string dump_text(const Dump& dump, const std::string& title);

}  // namespace bedstone::schema
