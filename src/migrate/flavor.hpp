/// The lexer's word for an engine.
#pragma once

#include "db/url.hpp"
#include "sql/lexer.hpp"

namespace bedstone::migrate {

inline sql::Flavor flavor_of(db::Engine engine) {
  return engine == db::Engine::kSqlite ? sql::Flavor::kSqlite : sql::Flavor::kPostgres;
}

}  // namespace bedstone::migrate
