/// TransferTable: how far a transfer into this database is, table by table.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace bedstone::store {

struct TransferRow {
  std::string table;  ///< As the target calls it; "": the transfer as a whole.
  std::string state;  ///< copying, done.
  std::int64_t rows = 0;
  std::string hash;    ///< Of the contents, whichever engine holds them.
  std::string source;  ///< The source's URL without secrets.
  std::string started_at;
  std::string finished_at;
};

/// Reading answers "nothing" where the tables are missing. Not thread-safe, as its connection.
class TransferTable {
 public:
  TransferTable(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}

  Result<std::map<std::string, TransferRow>> list();
  /// The transfer as a whole; nothing where none ever was.
  Result<std::optional<TransferRow>> whole();
  Bound put(const TransferRow& row) const;

 private:
  Result<std::map<std::string, TransferRow>> read(std::string_view condition);
  std::string table() const { return connection_.dialect().store_table("transfers"); }

  db::Connection& connection_;
  std::string project_;
};

}  // namespace bedstone::store
