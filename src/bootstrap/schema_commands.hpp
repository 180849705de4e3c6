/// bedstone schema …: what the live schema is, how it differs, and how to make it again. All of it
/// reads only, and works with a role that may do nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootstrap/commands.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"
#include "schema/dump.hpp"
#include "schema/model.hpp"
#include "schema/notes.hpp"

namespace bedstone::bootstrap {

/// How each report begins.
struct SchemaSource {
  std::string project;
  std::string database;  ///< The URL without secrets.
  std::string database_type;
  std::string server_version;
  std::string schema;  ///< "" in SQLite.
};

/// Fills it from the project and, when there is one, the session.
void tell_source(const Project& project, const db::Connection* connection, SchemaSource& source);

struct SchemaReport {
  SchemaSource source;
  schema::Schema model;
  std::vector<schema::Note> notes;
  std::string fingerprint;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kDone;
};
/// `names`: only these tables, views, routines, …; kUnknownObject names the nearest.
SchemaReport schema_show(const Host& host, const ProjectOptions& options,
                         const std::vector<std::string>& names);

struct SchemaDumpReport {
  SchemaSource source;
  schema::Dump dump;
  std::string text;
  std::vector<Error> warnings;  ///< What is not in it.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kDone;
};
/// `all`: also what `drift.ignore` names.
SchemaDumpReport schema_dump(const Host& host, const ProjectOptions& options, bool all);

struct SchemaDiffReport {
  SchemaSource source;
  std::string other;  ///< The other database; "" for what was recorded.
  std::vector<SchemaDifference> differences;
  std::vector<Error> warnings;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kDone;
};
/// The live schema against what was recorded, or against another database's as it is.
SchemaDiffReport schema_diff(const Host& host, const ProjectOptions& options,
                             const std::optional<std::string>& other);

/// A difference with what it means and what to do about it.
struct SchemaFinding {
  Severity severity = Severity::kWarning;
  SchemaDifference difference;
  std::string issue;
  std::string suggestion;
};
struct SchemaValidation {
  SchemaSource source;
  bool valid = false;
  std::string fingerprint;  ///< As recorded.
  std::vector<SchemaFinding> findings;
  Severity severity = Severity::kInfo;  ///< The worst of them.
  std::vector<Error> warnings;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kDone;
};
/// Exit 3 when anything differs, 1 when it could not be compared: then a warning says why.
SchemaValidation schema_validate(const Host& host, const ProjectOptions& options);

/// "info", "warning", "error", "critical".
std::string_view severity_name(Severity severity);

}  // namespace bedstone::bootstrap
