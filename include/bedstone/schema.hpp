/// SchemaManager: the schema of a project's database, from a program.
#pragma once

#include <cstdint>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bedstone/library.hpp"
#include "bedstone/result.hpp"
#include "bedstone/results.hpp"

namespace bedstone {

struct SchemaColumn {
  std::string name;
  std::string type;  ///< As the engine writes it.
  bool nullable = true;
  std::optional<std::string> default_expression;
};

struct SchemaTable {
  std::string name;
  std::string kind;  ///< table, partitioned table, foreign table, virtual table.
  std::vector<SchemaColumn> columns;
  std::vector<std::string> primary_key;
  std::vector<std::string> indexes;  ///< By name, without those that constraints made.
};

/// What is there. Bedstone's own tables and what `drift.ignore` names are left out.
struct SchemaInfo {
  std::string project;
  std::string database;  ///< The URL without secrets.
  std::string database_type;
  std::string server_version;
  std::string schema;                           ///< "" in SQLite.
  std::string fingerprint;                      ///< Equal for equal schemas.
  std::map<std::string, std::int64_t> objects;  ///< How many of each kind: "table", "index" …
  std::vector<SchemaTable> tables;
  std::vector<std::string> views;
};

/// What `bedstone schema …` does, as calls. The promises of DatabaseInitializer hold here too: no
/// connection between calls, any thread, nothing throws.
class SchemaManager {
 public:
  explicit SchemaManager(ProjectOptions project, LibraryOptions library = {});

  /// Whether the database is there and holds this project's history. Writes nothing.
  Result<bool> check_schema_exists() const;
  std::future<Result<bool>> check_schema_exists_async() const;

  /// Makes what is missing: the database where it may be made, and all that pending migrations
  /// bring. Seeds nothing.
  MigrationResult create_schema(const UpOptions& options = {}) const;
  std::future<MigrationResult> create_schema_async(UpOptions options = {}) const;

  /// Compares the live schema with what was recorded, object by object; each issue has a suggestion
  /// at the same place of the list. Writes nothing.
  ValidationResult validate_schema() const;
  std::future<ValidationResult> validate_schema_async() const;

  /// Makes the live schema what was last recorded of it: what is missing is made again, what is
  /// different is changed back. What could lose something is left alone and listed in `errors`
  /// (kRepairConsent) unless `destructive` is true.
  RepairResult repair_schema(bool destructive = false) const;
  std::future<RepairResult> repair_schema_async(bool destructive = false) const;

  /// Writes nothing.
  Result<SchemaInfo> get_schema_info() const;
  std::future<Result<SchemaInfo>> get_schema_info_async() const;

  /// The statements that make the live schema again, by what they make. Those of one table stand
  /// together in its CREATE TABLE where they can; what is added behind it is in `constraints`.
  Result<SchemaDefinition> get_schema_definition() const;
  std::future<Result<SchemaDefinition>> get_schema_definition_async() const;

 private:
  ProjectOptions project_;
  LibraryOptions library_;
};

}  // namespace bedstone
