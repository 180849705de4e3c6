/// classify: the table of verbs, and those that read, write and maintain.
#include "sql/classify.hpp"

#include <algorithm>
#include <array>

#include "sql/classifier.hpp"
#include "sql/shape.hpp"

namespace bedstone::sql {

struct Classifier::Row {
  std::string_view word;
  Verb verb;
  Part part;
};

StatementClass classify(std::string_view text, Flavor flavor) {
  return Classifier(text, flavor).run();
}

StatementClass Classifier::run() && {
  statement();
  return std::move(result_);
}

void Classifier::statement() {
  static constexpr Row kRows[] = {
      {"abort", Verb::kTransaction, &Classifier::rollback},
      {"alter", Verb::kAlter, &Classifier::alter},
      {"analyse", Verb::kAnalyze, &Classifier::analyze},
      {"analyze", Verb::kAnalyze, &Classifier::analyze},
      {"attach", Verb::kAttach, &Classifier::attach},
      {"begin", Verb::kTransaction, &Classifier::begin},
      {"call", Verb::kCall, &Classifier::call},
      {"checkpoint", Verb::kCheckpoint, &Classifier::checkpoint},
      {"cluster", Verb::kCluster, &Classifier::cluster},
      {"comment", Verb::kComment, &Classifier::comment},
      {"commit", Verb::kTransaction, &Classifier::commit},
      {"copy", Verb::kCopy, &Classifier::copy},
      {"create", Verb::kCreate, &Classifier::create},
      {"deallocate", Verb::kOther, &Classifier::session},
      {"declare", Verb::kOther, &Classifier::session},
      {"delete", Verb::kDelete, &Classifier::remove},
      {"detach", Verb::kDetach, &Classifier::detach},
      {"discard", Verb::kDiscard, &Classifier::discard},
      {"do", Verb::kDo, &Classifier::do_block},
      {"drop", Verb::kDrop, &Classifier::drop},
      {"end", Verb::kTransaction, &Classifier::commit},
      {"explain", Verb::kSelect, nullptr},
      {"fetch", Verb::kSelect, nullptr},
      {"grant", Verb::kGrant, &Classifier::grant},
      {"insert", Verb::kInsert, &Classifier::insert},
      {"listen", Verb::kOther, &Classifier::session},
      {"load", Verb::kOther, &Classifier::session},
      {"lock", Verb::kLock, &Classifier::lock},
      {"merge", Verb::kMerge, &Classifier::merge},
      {"pragma", Verb::kPragma, &Classifier::pragma},
      {"prepare", Verb::kOther, &Classifier::prepare},
      {"reassign", Verb::kGrant, &Classifier::reassign},
      {"refresh", Verb::kRefresh, &Classifier::refresh},
      {"reindex", Verb::kReindex, &Classifier::reindex},
      {"release", Verb::kTransaction, &Classifier::release},
      {"replace", Verb::kInsert, &Classifier::insert},
      {"reset", Verb::kSet, &Classifier::reset},
      {"revoke", Verb::kGrant, &Classifier::grant},
      {"rollback", Verb::kTransaction, &Classifier::rollback},
      {"savepoint", Verb::kTransaction, &Classifier::savepoint},
      {"security", Verb::kGrant, &Classifier::security},
      {"select", Verb::kSelect, &Classifier::select},
      {"set", Verb::kSet, &Classifier::set},
      {"show", Verb::kSelect, nullptr},
      {"start", Verb::kTransaction, &Classifier::start},
      {"table", Verb::kSelect, nullptr},
      {"truncate", Verb::kTruncate, &Classifier::truncate},
      {"unlisten", Verb::kOther, &Classifier::session},
      {"update", Verb::kUpdate, &Classifier::update},
      {"vacuum", Verb::kVacuum, &Classifier::vacuum},
      {"values", Verb::kSelect, nullptr},
      {"with", Verb::kSelect, &Classifier::with},
  };
  if (cursor_.at(TokenKind::kOpen)) {  // (SELECT …) UNION …
    label("select");
    result_.verb = Verb::kSelect;
    return;
  }
  const auto* const row =
      std::find_if(std::begin(kRows), std::end(kRows),
                   [this](const Row& candidate) { return cursor_.at(candidate.word); });
  if (cursor_.at_end() || row == std::end(kRows)) return;
  label(row->word);
  result_.verb = row->verb;
  cursor_.next();
  if (row->part) (this->*row->part)();
}

void Classifier::label(std::string_view words) {
  if (!result_.label.empty()) result_.label += ' ';
  for (const char c : words) {
    result_.label += c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
  }
}

std::string Classifier::take_name() {
  if (cursor_.at_end()) return {};
  std::string name = name_of(cursor_.token(), flavor_);
  const TokenKind kind = cursor_.token().kind;
  if (kind == TokenKind::kWord || kind == TokenKind::kQuotedName || kind == TokenKind::kString) {
    cursor_.next();
  }
  return name;
}

ObjectName Classifier::take_qualified_name() {
  ObjectName name{{}, take_name()};
  while (cursor_.accept(TokenKind::kDot))
    name = {std::move(name.name), take_name()};
  return name;
}

void Classifier::take_if_exists() {
  result_.if_exists = cursor_.accept("if", "exists") || result_.if_exists;
  if (cursor_.accept("if", "not")) result_.if_not_exists = cursor_.accept("exists");
}

std::optional<bool> Classifier::option(std::string_view wanted) const {
  Cursor look = cursor_;
  if (!look.accept(TokenKind::kOpen)) return std::nullopt;
  while (!look.at_end() && !look.accept(wanted))
    look.next_group();
  if (look.at_end()) return std::nullopt;
  if (look.at_operator("=")) look.next();
  if (look.at_any({"false", "off", "no"})) return false;
  if (look.at(TokenKind::kNumber)) return look.token().text != "0";
  if (!look.at(TokenKind::kString)) return true;
  const std::string value = name_of(look.token(), flavor_);
  return value != "false" && value != "off" && value != "no" && value != "0";
}

/// WITH name AS (…), … then the verb that counts; a part that deletes counts as well.
void Classifier::with() {
  bool deletes_all = false;
  bool behind_parenthesis = false;
  while (!cursor_.at_end()) {
    if (cursor_.at(TokenKind::kOpen)) {
      Cursor inner = cursor_;
      inner.next();
      if (inner.at("delete")) {
        int depth = 1;
        bool where = false;
        for (; !inner.at_end() && depth > 0; inner.next()) {
          depth += inner.at(TokenKind::kOpen) - inner.at(TokenKind::kClose);
          where = where || (depth == 1 && inner.at("where"));
        }
        deletes_all = deletes_all || !where;
      }
      cursor_.next_group();
      behind_parenthesis = true;
      continue;
    }
    if (behind_parenthesis &&
        cursor_.at_any({"select", "insert", "update", "delete", "merge", "values", "replace"})) {
      result_.label.clear();
      statement();
      break;
    }
    behind_parenthesis = false;
    cursor_.next();
  }
  result_.destructive = result_.destructive || deletes_all;
}

void Classifier::select() {
  Cursor ahead = cursor_;
  if (ahead.accept("pg_catalog")) ahead.accept(TokenKind::kDot);
  if (!postgres() || !ahead.accept("set_config") || !ahead.accept(TokenKind::kOpen)) return;
  cursor_ = ahead;
  set_config();
}

void Classifier::insert() {
  if (cursor_.accept("or")) cursor_.next();  // OR REPLACE, OR IGNORE …
  cursor_.accept("into");
  result_.object = ObjectKind::kTable;
  result_.name = take_qualified_name();
}

void Classifier::update() {
  if (cursor_.accept("or")) cursor_.next();
  cursor_.accept("only");
  result_.object = ObjectKind::kTable;
  result_.name = take_qualified_name();
  result_.every_row = !cursor_.find("where");
}

void Classifier::remove() {
  cursor_.accept("from");
  cursor_.accept("only");
  result_.object = ObjectKind::kTable;
  result_.name = take_qualified_name();
  result_.every_row = !cursor_.find("where");
  result_.destructive = result_.every_row;
}

void Classifier::merge() {
  cursor_.accept("into");
  cursor_.accept("only");
  result_.object = ObjectKind::kTable;
  result_.name = take_qualified_name();
}

void Classifier::truncate() {
  cursor_.accept("table");
  cursor_.accept("only");
  result_.object = ObjectKind::kTable;
  result_.name = take_qualified_name();
  result_.destructive = true;
}

void Classifier::copy() {
  Shape shape(flavor_);
  shape.add({.kind = TokenKind::kWord, .text = "copy"});
  for (Cursor look = cursor_; !look.at_end() && !shape.is_copy_from_stdin(); look.next()) {
    shape.add(look.token());
  }
  result_.copy_from_stdin = shape.is_copy_from_stdin();
  cursor_.accept("binary");
  if (cursor_.at(TokenKind::kOpen)) return;  // COPY (query) TO …
  result_.object = ObjectKind::kTable;
  result_.name = take_qualified_name();
}

void Classifier::lock() {
  cursor_.accept("table");
  cursor_.accept("only");
  result_.object = ObjectKind::kTable;
  result_.name = take_qualified_name();
}

/// A block that commits cannot run inside another transaction.
void Classifier::do_block() {
  if (cursor_.accept("language")) take_name();
  if (!cursor_.at(TokenKind::kDollarString)) return;
  std::string_view body = cursor_.token().text;
  const std::size_t tag = body.find('$', 1) + 1;
  body = body.substr(tag, body.size() - 2 * tag);
  bool starts = true;  // Whether a statement of the body may begin here.
  for (Cursor inner(body, flavor_); !inner.at_end();) {
    const bool ends_transaction = starts && inner.at_any({"commit", "rollback"});
    starts = inner.at(TokenKind::kSemicolon) || inner.at_any({"begin", "then", "else", "loop"});
    inner.next();
    if (ends_transaction && (inner.at(TokenKind::kSemicolon) || inner.at("and"))) {
      label("… COMMIT");
      cannot_run_in_transaction();
      return;
    }
  }
}

void Classifier::call() {
  result_.object = ObjectKind::kProcedure;
  result_.name = take_qualified_name();
}

void Classifier::refresh() {
  cursor_.accept("materialized", "view");
  label("materialized view");
  // Unlike the others of that name it may run in a transaction.
  result_.concurrently = cursor_.accept("concurrently");
  if (result_.concurrently) label("concurrently");
  result_.object = ObjectKind::kMaterializedView;
  result_.name = take_qualified_name();
  result_.idempotent = true;
}

void Classifier::reindex() {
  result_.idempotent = true;
  if (!postgres()) {
    result_.name = take_qualified_name();
    return;
  }
  bool concurrently = option("concurrently").value_or(false);
  if (cursor_.at(TokenKind::kOpen)) cursor_.next_group();
  const std::string kind = take_name();
  label(kind);
  concurrently = cursor_.accept("concurrently") || concurrently;
  if (concurrently) label("concurrently");
  result_.concurrently = concurrently;
  result_.object = kind == "index"      ? ObjectKind::kIndex
                   : kind == "table"    ? ObjectKind::kTable
                   : kind == "schema"   ? ObjectKind::kSchema
                   : kind == "database" ? ObjectKind::kDatabase
                                        : ObjectKind::kSystem;
  result_.name = take_qualified_name();
  if (concurrently || (kind != "index" && kind != "table")) cannot_run_in_transaction();
}

void Classifier::vacuum() {
  cannot_run_in_transaction();
  result_.idempotent = true;
  if (!postgres()) {
    if (!cursor_.at("into")) result_.name.schema = take_name();
    // The file must not exist yet, so a second time fails.
    if (cursor_.accept("into")) result_.idempotent = false;
    return;
  }
  if (cursor_.at(TokenKind::kOpen)) cursor_.next_group();
  while (cursor_.accept_any({"full", "freeze", "verbose", "analyze", "analyse"})) {
  }
  result_.name = take_qualified_name();
  if (!result_.name.empty()) result_.object = ObjectKind::kTable;
}

void Classifier::analyze() {
  result_.idempotent = true;
  if (postgres()) {
    if (cursor_.at(TokenKind::kOpen)) cursor_.next_group();
    cursor_.accept("verbose");
  }
  result_.name = take_qualified_name();
  if (!result_.name.empty()) result_.object = ObjectKind::kTable;
}

void Classifier::cluster() {
  result_.idempotent = true;
  if (cursor_.at(TokenKind::kOpen)) cursor_.next_group();
  cursor_.accept("verbose");
  result_.name = take_qualified_name();
  if (result_.name.empty()) return cannot_run_in_transaction();
  result_.object = ObjectKind::kTable;
  if (cursor_.accept("on"))
    result_.name = take_qualified_name();  // The old CLUSTER index ON table.
}

void Classifier::checkpoint() {
  result_.idempotent = true;
}

void Classifier::comment() {
  cursor_.accept("on");
  result_.idempotent = true;
  result_.object = take_object_kind();
  result_.name = take_qualified_name();
}

void Classifier::grant() {
  result_.idempotent = true;
}

void Classifier::security() {
  if (cursor_.accept("label")) label("label");
}

void Classifier::reassign() {
  if (cursor_.accept("owned")) label("owned");
}

}  // namespace bedstone::sql
