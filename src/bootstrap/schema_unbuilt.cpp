// The statement that failed is the one that builds it.
#include "bootstrap/schema_unbuilt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "db/dialect.hpp"
#include "schema/mend_parts.hpp"
#include "schema/recorded.hpp"
#include "schema/tidy.hpp"
#include "sql/lexer.hpp"

namespace bedstone::bootstrap {
namespace {

/// Behind a pooler nothing runs outside of transactions.
std::string without_concurrently(const std::string& sql) {
  sql::Lexer lexer(sql::Flavor::kPostgres, sql);
  sql::Token token;
  while (lexer.next(token) == sql::Lexer::Step::kToken) {
    if (!token.is("concurrently")) continue;
    std::string result = sql;
    return result.erase(token.offset, token.text.size());
  }
  return sql;
}

bool has_concurrently(const std::string& sql) {
  return without_concurrently(sql) != sql;
}

bool is_there(const store::UnbuiltIndex& index, std::string_view live, db::Engine engine) {
  const schema::Recorded schema(live);
  return std::any_of(schema.objects().begin(), schema.objects().end(), [&](const auto& one) {
    return one.kind == "index" && same_name(engine, one.name, index.name);
  });
}

}  // namespace

std::string object_of(const store::UnbuiltIndex& index) {
  return schema::written(index.table) + "." + schema::written(index.name);
}

bool same_name(db::Engine engine, std::string_view a, std::string_view b) {
  return engine == db::Engine::kSqlite ? text::to_lower(a) == text::to_lower(b) : a == b;
}

schema::MendStep build_step(const store::UnbuiltIndex& index, std::string_view live,
                            db::Engine engine, bool concurrently) {
  schema::MendStep step;
  step.action = "create";
  step.kind = "index";
  step.object = object_of(index);
  step.rank = schema::rank_of("index");
  if (is_there(index, live, engine)) {
    step.detail = "it is there by now";
    return step;
  }
  step.detail = fmt::format("migration {} could not build it: {}", index.version,
                            text::excerpt(index.reason, 120));
  step.statements = {index.sql};
  if (engine == db::Engine::kSqlite || !has_concurrently(index.sql)) return step;
  if (!concurrently) {
    step.statements = {without_concurrently(index.sql)};
    return step;
  }
  step.bare = true;
  step.undo = {"DROP INDEX CONCURRENTLY IF EXISTS " +
               db::dialect_of(engine).quote_identifier(index.name)};
  return step;
}

void forgive_wanted(const std::vector<store::UnbuiltIndex>& wanted, db::Engine engine,
                    std::vector<SchemaDifference>& differences) {
  std::erase_if(differences, [&](const SchemaDifference& one) {
    if (one.kind != "index" || one.change != "extra") return false;
    const std::string name = schema::split_object(one.kind, one.object).second;
    return std::any_of(wanted.begin(), wanted.end(), [&](const store::UnbuiltIndex& index) {
      return same_name(engine, index.name, name);
    });
  });
}

}  // namespace bedstone::bootstrap
