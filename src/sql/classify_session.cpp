/// classify: transactions, settings, and what else lives as long as the session.
#include <algorithm>
#include <array>

#include "sql/classifier.hpp"

namespace bedstone::sql {

void Classifier::control(TransactionControl control) {
  result_.verb = Verb::kTransaction;
  result_.transactional = Transactional::kTransactionControl;
  result_.control = control;
}

void Classifier::begin() {
  control(TransactionControl::kBegin);
}

void Classifier::start() {
  if (cursor_.accept("transaction")) {
    label("transaction");
    return control(TransactionControl::kBegin);
  }
  result_.verb = Verb::kOther;
}

void Classifier::commit() {
  control(TransactionControl::kCommit);
  if (cursor_.accept("prepared")) {
    label("prepared");
    result_.control = TransactionControl::kCommitPrepared;
    cannot_run_in_transaction();
  }
}

void Classifier::rollback() {
  control(TransactionControl::kRollback);
  if (cursor_.accept("prepared")) {
    label("prepared");
    result_.control = TransactionControl::kRollbackPrepared;
    return cannot_run_in_transaction();
  }
  cursor_.accept_any({"work", "transaction"});
  if (!cursor_.accept("to")) return;
  label("to");
  cursor_.accept("savepoint");
  result_.control = TransactionControl::kRollbackTo;
  result_.name.name = take_name();
}

void Classifier::savepoint() {
  control(TransactionControl::kSavepoint);
  result_.name.name = take_name();
}

void Classifier::release() {
  control(TransactionControl::kRelease);
  cursor_.accept("savepoint");
  result_.name.name = take_name();
}

void Classifier::prepare() {
  if (!cursor_.accept("transaction")) return session();
  label("transaction");
  control(TransactionControl::kPrepare);
}

void Classifier::session() {
  result_.changes_session = true;
}

void Classifier::set() {
  result_.changes_session = true;
  result_.idempotent = true;
  result_.object = ObjectKind::kSetting;
  if (cursor_.accept("constraints")) {
    label("constraints");
    result_.object = ObjectKind::kNone;
    result_.set_local = true;
    return;
  }
  if (cursor_.accept("transaction")) {
    label("transaction");
    result_.changes_session = false;
    return control(TransactionControl::kSetTransaction);
  }
  if (cursor_.accept("local")) {
    label("local");
    result_.set_local = true;
  } else if (cursor_.accept("session", "characteristics")) {
    label("session characteristics");
    return;
  } else if (!cursor_.at("session") || !Cursor(cursor_).accept("session", "authorization")) {
    cursor_.accept("session");
  }
  set_variable();
}

void Classifier::set_variable() {
  if (cursor_.accept("time", "zone")) {
    result_.name.name = "timezone";
  } else if (cursor_.accept("session", "authorization")) {
    result_.name.name = "session_authorization";
  } else {
    result_.name.name = take_name();
    while (cursor_.accept(TokenKind::kDot))
      result_.name.name += "." + take_name();
  }
  if (!cursor_.accept("to") && cursor_.at_operator("=")) cursor_.next();
  result_.value = cursor_.at(TokenKind::kNumber) ? std::string(cursor_.token().text) : take_name();
}

void Classifier::reset() {
  result_.changes_session = true;
  result_.idempotent = true;
  result_.object = ObjectKind::kSetting;
  set_variable();
}

/// SELECT set_config('search_path', '', false): as pg_dump writes it.
void Classifier::set_config() {
  if (!cursor_.at(TokenKind::kString)) return;
  result_.verb = Verb::kSet;
  result_.object = ObjectKind::kSetting;
  result_.name.name = take_name();
  result_.changes_session = true;
  result_.idempotent = true;
  if (cursor_.accept(TokenKind::kComma)) result_.value = take_name();
  if (cursor_.accept(TokenKind::kComma)) result_.set_local = cursor_.at("true");
}

void Classifier::discard() {
  result_.changes_session = true;
  result_.idempotent = true;
  if (!cursor_.at("all")) return;
  label("all");
  cannot_run_in_transaction();
}

void Classifier::pragma() {
  // Each was tried inside a transaction with SQLite 3.40 (tests/lexer tries them again): refused
  // there, or, for foreign_keys and temp_store_directory, without effect.
  static constexpr std::array<std::string_view, 6> kOutside = {
      "foreign_keys", "journal_mode",         "synchronous",
      "temp_store",   "temp_store_directory", "wal_checkpoint"};
  // These write to the file and are undone with the transaction.
  static constexpr std::array<std::string_view, 5> kStored = {
      "application_id", "default_cache_size", "incremental_vacuum", "schema_version",
      "user_version"};
  const auto among = [this](const auto& names) {
    return std::find(names.begin(), names.end(), result_.name.name) != names.end();
  };
  result_.object = ObjectKind::kSetting;
  result_.name = take_qualified_name();
  for (char& c : result_.name.name)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  const bool sets = cursor_.at_operator("=") || cursor_.at(TokenKind::kOpen);
  if (sets) {
    cursor_.next();
    if (cursor_.at_operator("-") || cursor_.at_operator("+")) {
      result_.value = cursor_.token().text;
      cursor_.next();
    }
    result_.value +=
        cursor_.at(TokenKind::kNumber) ? std::string(cursor_.token().text) : take_name();
  }
  result_.changes_session = sets && !among(kStored);
  result_.set_local = sets && result_.name.name == "defer_foreign_keys";
  result_.idempotent = true;
  if (among(kOutside) && (sets || result_.name.name == "wal_checkpoint")) {
    label(result_.name.name);
    cannot_run_in_transaction();
  }
}

void Classifier::attach() {
  cursor_.accept("database");
  result_.object = ObjectKind::kDatabase;
  result_.changes_session = true;
  if (cursor_.find("as")) {
    cursor_.next();
    result_.name.name = take_name();
  }
}

/// "database … is locked", once the transaction has touched it.
void Classifier::detach() {
  cursor_.accept("database");
  result_.object = ObjectKind::kDatabase;
  result_.changes_session = true;
  result_.name.name = take_name();
  cannot_run_in_transaction();
}

}  // namespace bedstone::sql
