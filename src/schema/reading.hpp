/// A look at the catalog: one moment, the settings it takes, and no trace left behind.
#pragma once

#include <functional>
#include <string>

#include "db/catalog.hpp"
#include "db/connection.hpp"

namespace bedstone::schema {

/// Calls `ask` within a reading transaction (a savepoint in the caller's), with the session set up
/// as db::CatalogQueries says; calls it again where somebody's DDL got in between.
/// kPermissionDenied when the role may not use the schema, kDdlLockTimeout when a table stays
/// locked.
Status read_catalog(db::Connection& connection, const std::string& schema,
                    const std::function<Status(const db::CatalogQueries&)>& ask);

}  // namespace bedstone::schema
