// Grouping statements into what takes effect together.
#include "migrate/units.hpp"

#include <fmt/format.h>

#include "migrate/flavor.hpp"
#include "sql/redact.hpp"

namespace bedstone::migrate {

using sql::Transactional;
using sql::TransactionControl;

Error UnitBuilder::refuse(const sql::Statement& statement, std::string message,
                          std::string hint) const {
  return Error(ErrorCode::kMigrationTransaction, std::move(message))
      .advise(std::move(hint))
      .at(shown_, statement.line, statement.column)
      .with_statement(sql::excerpt(statement.text, flavor_of(engine_)));
}

void UnitBuilder::open_unit(const sql::Statement& statement, bool bare) {
  Unit unit;
  unit.bare = bare;
  unit.first = unit.last = statement.number;
  unit.line = statement.line;
  unit.begin = std::move(begin_);
  begin_.clear();
  units.push_back(std::move(unit));
  open_ = !bare;
}

Status UnitBuilder::control(const sql::Statement& statement, const sql::StatementClass& what) {
  switch (what.control) {
    case TransactionControl::kBegin:
      if (explicit_) {
        return fail(refuse(
            statement, "BEGIN stands inside a transaction that is already open",
            fmt::format("the one before is in line {}; remove one of them", begin_place_.line)));
      }
      explicit_ = true;
      open_ = false;
      begin_place_ = {shown_, statement.line, statement.column};
      // SQLite's plain BEGIN would only find out later that somebody else is writing.
      if (engine_ == db::Engine::kPostgres) begin_ = statement.text;
      skipped.push_back(statement.number);
      return {};
    case TransactionControl::kCommit:
      if (!explicit_) {
        return fail(refuse(statement, "COMMIT stands where no transaction was begun",
                           "remove it: Bedstone runs each migration in a transaction of its own"));
      }
      explicit_ = open_ = false;
      begin_.clear();
      skipped.push_back(statement.number);
      return {};
    case TransactionControl::kSavepoint:
    case TransactionControl::kRelease:
    case TransactionControl::kRollbackTo:
    case TransactionControl::kSetTransaction:
      return {};
    default:
      return fail(refuse(
          statement, fmt::format("{} cannot be used in a migration", what.label),
          "Bedstone decides when a migration's transaction ends, so that its effects and its "
          "record in the history stand or fall together; split the file, or put the logic into a "
          "DO block"));
  }
}

Status UnitBuilder::add(const sql::Statement& statement, const sql::StatementClass& what,
                        const Directives& directives) {
  if (what.verb == sql::Verb::kDiscard && what.transactional != Transactional::kTransactional) {
    return fail(refuse(statement, "DISCARD ALL would also drop Bedstone's lock",
                       "remove it: every migration starts from a fresh session anyway"));
  }
  if (what.transactional == Transactional::kTransactionControl) {
    const bool joins = what.control == TransactionControl::kSavepoint ||
                       what.control == TransactionControl::kRelease ||
                       what.control == TransactionControl::kRollbackTo ||
                       what.control == TransactionControl::kSetTransaction;
    BEDSTONE_TRY(control(statement, what));
    if (!joins) return {};
  }
  // With transaction=off a CALL or DO may commit by itself, so nobody may wrap it.
  const bool own_commits = !directives.transaction && !explicit_ &&
                           (what.verb == sql::Verb::kCall || what.verb == sql::Verb::kDo);
  if (what.transactional == Transactional::kCannotRunInTransaction || own_commits) {
    if (explicit_) {
      return fail(refuse(statement,
                         fmt::format("{} cannot run between BEGIN and COMMIT", what.label),
                         fmt::format("end the transaction of line {} before it; what stands "
                                     "outside runs by itself",
                                     begin_place_.line)));
    }
    open_unit(statement, true);
    units.back().what = what;
    units.back().excerpt = sql::excerpt(statement.text, flavor_of(engine_));
    return {};
  }
  if (!open_) {
    open_unit(statement, false);
  } else {
    units.back().last = statement.number;
  }
  const bool ends = what.transactional == Transactional::kEndsTransactionUnit;
  if (!explicit_ && (ends || !directives.transaction)) open_ = false;
  return {};
}

Status UnitBuilder::finish() {
  if (!explicit_) return {};
  return fail(Error(ErrorCode::kMigrationTransaction, "a transaction is begun and never committed")
                  .advise("add COMMIT, or remove BEGIN: Bedstone runs each migration in a "
                          "transaction of its own")
                  .at(begin_place_));
}

}  // namespace bedstone::migrate
