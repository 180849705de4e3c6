/// The new file of a salvage: tables that take whatever is found. Private to db/sqlite/salvage*.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "db/sqlite/handle.hpp"
#include "db/sqlite/pages.hpp"

namespace bedstone::db::sqlite {

/// In the order in which records hold them.
struct TargetColumn {
  std::string name;
  bool alias = false;  ///< Of the row id: records hold NULL.
  bool not_null = false;
  bool computed = false;  ///< Stored, but not to be written.
  char affinity = 'a';    ///< t(ext), n(umber that is no text), a(nything).
};

struct TargetTable {
  std::string name;
  bool with_rowid = true;
  std::string rowid;  ///< A name of the row id that no column has; empty: there is none.
  std::vector<TargetColumn> columns;
};

std::string utf8_from_16(std::string_view bytes, bool big);

class SalvageTarget {
 public:
  static Result<SalvageTarget> open(const std::string& path, const PageFile& file);

  Status execute(const std::string& sql);
  /// The name of the table that a CREATE TABLE made; it may be another than the schema told.
  Result<std::string> make_table(const std::string& sql);
  Status make_virtual(const std::string& name, const std::string& sql);
  Result<TargetTable> describe(const std::string& name);
  /// The columns of an index, "" for expressions.
  std::vector<std::string> index_columns(const std::string& sql, const std::string& name);

  /// False: the table does not take it.
  Result<bool> insert(const TargetTable& table, const FoundRow& row);
  Status insert_lost(std::uint32_t root, std::uint32_t page, const FoundRow& row);
  const std::string& lost_table() const { return lost_; }
  Status set_counter(const std::string& table, std::int64_t value);
  /// Commits, and gives the file the marks of the old one.
  Status finish(const PageFile& file);

 private:
  SalvageTarget() = default;
  Status failed(const std::string& what) const;
  Result<sqlite3_stmt*> statement(const std::string& key, const std::string& sql);
  void bind(sqlite3_stmt* statement, int at, const Field& field) const;
  Status widen_lost(std::size_t fields);

  DatabaseHandle handle_;
  std::map<std::string, StatementHandle> statements_;
  int encoding_ = 1;
  std::string lost_;
  std::size_t lost_fields_ = 0;
};

}  // namespace bedstone::db::sqlite
