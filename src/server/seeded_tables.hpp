/// SeededTables: the tables that seed sets fill, as the project's files and the schema are now.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bootstrap/seed_catalog.hpp"
#include "schema/column_rules.hpp"
#include "seed/table.hpp"
#include "server/database.hpp"

namespace bedstone::server {

/// A table that is there, with what is known of its columns.
class TableView {
 public:
  TableView(const schema::Schema& schema, const schema::Table& model, seed::TargetTable target);

  const std::string& name() const { return target.name; }
  /// What names a row: the primary key, or another one; empty: there is none.
  std::vector<std::string> key() const;
  bool is_hidden(std::string_view column) const;
  /// Filled by whoever writes a row: created_at, updated_at.
  static bool is_clock(const seed::TargetColumn& column);
  const schema::ColumnRules& rules_of(const std::string& column) const;
  /// The foreign key that the column alone is.
  const schema::ForeignKey* reference_of(std::string_view column) const;

  const schema::Schema& schema;
  const schema::Table& model;
  const seed::TargetTable target;
  std::set<std::string, std::less<>> secret;  ///< Of values that sets make up or encrypt.
  std::vector<seed::RowLedger> ledgers;
  /// Of the table's sets; a value fits if one of them takes it.
  std::vector<seed::ColumnSchema> schemas;
  /// Once `schemas` is complete: what the engine does not say of columns, the only schema does.
  void complete_rules();

 private:
  std::map<std::string, schema::ColumnRules> rules_;
};

struct TablesNow {
  bootstrap::SeedCatalog catalog;
  std::vector<std::string> names;  ///< Of tables, in the order of their sets.
  std::map<std::string, std::unique_ptr<const TableView>, std::less<>> views;

  /// kNoSuchPage: no set fills it. kObjectMissing: it is not there.
  Result<const TableView*> view(std::string_view table) const;
  std::vector<SeedSetStatus> sets_of(std::string_view table) const;
};

/// Thread-safe: of many who want to know at once, one reads.
class SeededTables {
 public:
  /// All must outlive it.
  SeededTables(const bootstrap::Host& host, const Project& project, Database& database)
      : host_(host), project_(project), database_(database) {}

  /// At most two seconds old.
  Result<std::shared_ptr<const TablesNow>> now();
  /// What is known is over.
  void expire();

 private:
  const bootstrap::Host& host_;
  const Project& project_;
  Database& database_;
  std::mutex mutex_;
  std::shared_ptr<const TablesNow> last_;
  MonotonicTime read_at_;
};

}  // namespace bedstone::server
