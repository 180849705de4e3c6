/// Transaction: rolls back when dropped, so that no early return leaves one open.
#include "db/connection.hpp"

namespace bedstone::db {

Result<Transaction> Transaction::begin(Connection& connection) {
  BEDSTONE_TRY(connection.begin());
  return Transaction(connection);
}

Transaction::~Transaction() {
  // Whoever drops a transaction is already failing for a reason of its own.
  if (connection_ != nullptr) static_cast<void>(connection_->rollback());
}

Status Transaction::commit() {
  BEDSTONE_TRY(connection_->commit());
  connection_ = nullptr;
  return {};
}

}  // namespace bedstone::db
