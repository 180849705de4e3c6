/// TransferSource: the database that a transfer reads, at one moment.
#pragma once

#include <memory>

#include "bootstrap/observe.hpp"
#include "bootstrap/target.hpp"
#include "schema/model.hpp"

namespace bedstone::bootstrap {

/// Open from construction by open() to its end; one transaction that only reads.
struct TransferSource {
  const Project& project;
  std::unique_ptr<db::Connection> connection;
  schema::Schema model;
  std::vector<Error> warnings;

  /// Errors: kTransferSource, where the project is not all there; those of connect().
  Errors open(const Host& host, const Release& release, Milliseconds wait);
  const std::string& schema() const { return project.database.schema; }
};

/// Everything in the project's schema, with the tables where settings stand, and with what
/// `drift.ignore` names.
Result<schema::Schema> transfer_model(db::Connection& connection, const Project& project);

}  // namespace bedstone::bootstrap
