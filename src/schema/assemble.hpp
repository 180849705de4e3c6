/// assemble: from the catalog's rows to the model; the same for every engine.
#pragma once

#include "db/catalog.hpp"
#include "db/value.hpp"
#include "schema/inspect.hpp"
#include "schema/model.hpp"

namespace bedstone::schema {

/// The answers to the queries of db::CatalogQueries; a query that was empty has no rows.
struct CatalogRows {
  db::Rows relations;
  db::Rows columns;
  db::Rows constraints;
  db::Rows indexes;
  db::Rows triggers;
  db::Rows enums;
  db::Rows routines;
  db::Rows sequences;
  db::Rows others;
};

Schema assemble(db::Engine engine, const CatalogRows& rows, const InspectOptions& options);

}  // namespace bedstone::schema
