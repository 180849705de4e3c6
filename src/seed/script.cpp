// Statements of a set, with their places.
#include "seed/script.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "migrate/batch.hpp"
#include "migrate/flavor.hpp"
#include "sql/classify.hpp"
#include "sql/splitter.hpp"

namespace bedstone::seed {
namespace {

sql::SplitOptions split_options(const SeedSet& set, db::Engine engine) {
  sql::SplitOptions options;
  options.flavor = migrate::flavor_of(engine);
  options.file = set.from.shown;
  return options;
}

Error misplaced(const SeedSet& set, const sql::Statement& statement,
                const sql::StatementClass& kind) {
  return Error(ErrorCode::kSeedSource, fmt::format("{} cannot stand in a seed set", kind.label))
      .because("a set runs in one transaction, which Bedstone begins and ends")
      .advise(kind.control == sql::TransactionControl::kNone ? "move the statement into a migration"
                                                             : "remove the statement")
      .at(set.from.shown, statement.line, statement.column);
}

Status check(const SeedSet& set, db::Engine engine) {
  BEDSTONE_ASSIGN(auto reader, files::Reader::open(set.from.path));
  sql::Splitter splitter(sql::source_of(std::move(reader)), split_options(set, engine));
  for (;;) {
    BEDSTONE_ASSIGN(const auto statement, splitter.next());
    if (!statement) return {};
    const auto kind = sql::classify(statement->text, migrate::flavor_of(engine));
    const bool fits = kind.transactional == sql::Transactional::kTransactional &&
                      kind.control == sql::TransactionControl::kNone;
    if (!fits) return fail(misplaced(set, *statement, kind));
  }
}

}  // namespace

Result<std::int64_t> run_script(db::Connection& connection, const SeedSet& set) {
  BEDSTONE_TRY(check(set, connection.engine()));
  BEDSTONE_ASSIGN(auto reader, files::Reader::open(set.from.path));
  sql::Splitter splitter(sql::source_of(std::move(reader)),
                         split_options(set, connection.engine()));
  migrate::Batch batch(connection, set.from.shown);
  std::int64_t count = 0;
  for (;;) {
    BEDSTONE_ASSIGN(auto statement, splitter.next());
    if (!statement) break;
    ++count;
    if (!statement->copy_data) {
      BEDSTONE_TRY(batch.add(std::move(statement->text), statement->line, statement->column));
      continue;
    }
    BEDSTONE_TRY(batch.send());
    const Status copied =
        connection.copy_in(statement->text, [&splitter] { return splitter.next_copy_data(); });
    if (!copied) {
      return fail(migrate::place_error(copied.error(),
                                       {set.from.shown, statement->line, statement->column},
                                       statement->text, connection.engine()));
    }
  }
  BEDSTONE_TRY(batch.send());
  return count;
}

}  // namespace bedstone::seed
