/// classify: CREATE, ALTER and DROP.
#include <algorithm>

#include "sql/classifier.hpp"

namespace bedstone::sql {
namespace {

struct Kind {
  std::string_view first;
  std::string_view second;  ///< Empty for kinds of one word.
  ObjectKind kind;
};

constexpr Kind kKinds[] = {
    {"table", "", ObjectKind::kTable},
    {"index", "", ObjectKind::kIndex},
    {"view", "", ObjectKind::kView},
    {"materialized", "view", ObjectKind::kMaterializedView},
    {"sequence", "", ObjectKind::kSequence},
    {"function", "", ObjectKind::kFunction},
    {"routine", "", ObjectKind::kFunction},
    {"procedure", "", ObjectKind::kProcedure},
    {"aggregate", "", ObjectKind::kAggregate},
    {"trigger", "", ObjectKind::kTrigger},
    {"event", "trigger", ObjectKind::kEventTrigger},
    {"type", "", ObjectKind::kType},
    {"domain", "", ObjectKind::kDomain},
    {"schema", "", ObjectKind::kSchema},
    {"extension", "", ObjectKind::kExtension},
    {"database", "", ObjectKind::kDatabase},
    {"tablespace", "", ObjectKind::kTablespace},
    {"user", "mapping", ObjectKind::kOther},
    {"role", "", ObjectKind::kRole},
    {"user", "", ObjectKind::kRole},
    {"group", "", ObjectKind::kRole},
    {"policy", "", ObjectKind::kPolicy},
    {"rule", "", ObjectKind::kRule},
    {"publication", "", ObjectKind::kPublication},
    {"subscription", "", ObjectKind::kSubscription},
    {"statistics", "", ObjectKind::kStatistics},
    {"system", "", ObjectKind::kSystem},
    {"foreign", "table", ObjectKind::kTable},
    {"virtual", "table", ObjectKind::kTable},
    {"constraint", "trigger", ObjectKind::kTrigger},
};

/// Dropping one of these loses what is stored in it.
bool holds_data(ObjectKind kind) {
  return kind == ObjectKind::kTable || kind == ObjectKind::kSchema ||
         kind == ObjectKind::kDatabase || kind == ObjectKind::kSequence;
}

}  // namespace

void Classifier::take_modifiers() {
  for (;;) {
    if (cursor_.accept("or", "replace")) {
      result_.or_replace = true;
    } else if (cursor_.accept_any({"temp", "temporary"})) {
      result_.temporary = true;
    } else if (cursor_.accept("unique")) {
      result_.unique = true;
    } else if (!cursor_.accept_any({"global", "local", "unlogged", "recursive", "trusted"})) {
      return;
    }
  }
}

ObjectKind Classifier::take_object_kind() {
  for (const Kind& kind : kKinds) {
    if (kind.second.empty() ? cursor_.accept(kind.first)
                            : cursor_.accept(kind.first, kind.second)) {
      label(kind.first);
      if (!kind.second.empty()) label(kind.second);
      return kind.kind;
    }
  }
  if (!cursor_.at(TokenKind::kWord)) return ObjectKind::kNone;
  label(cursor_.token().text);
  cursor_.next();
  return ObjectKind::kOther;
}

void Classifier::create() {
  take_modifiers();
  result_.object = take_object_kind();
  result_.changes_session = result_.temporary;
  if (result_.object == ObjectKind::kIndex) return create_index();
  take_if_exists();
  if (result_.object == ObjectKind::kSchema) cursor_.accept("authorization");
  if (result_.object != ObjectKind::kOther && !cursor_.at("on")) {
    result_.name = take_qualified_name();
  }
  result_.idempotent = result_.or_replace || result_.if_not_exists;
  switch (result_.object) {
    case ObjectKind::kTrigger:
    case ObjectKind::kPolicy:
      if (cursor_.find("on")) {
        cursor_.next();
        result_.on_table = take_qualified_name();
      }
      return;
    case ObjectKind::kRule:
      if (cursor_.find("to")) {
        cursor_.next();
        result_.on_table = take_qualified_name();
      }
      return;
    case ObjectKind::kDatabase:
    case ObjectKind::kTablespace:
      return cannot_run_in_transaction();
    case ObjectKind::kSubscription:
      return create_subscription();
    default:
      return;
  }
}

void Classifier::create_index() {
  result_.concurrently = postgres() && cursor_.accept("concurrently");
  take_if_exists();
  if (!cursor_.at("on")) result_.name = take_qualified_name();
  if (cursor_.accept("on")) {
    cursor_.accept("only");
    result_.on_table = take_qualified_name();
  }
  if (result_.concurrently) {
    label("concurrently");
    cannot_run_in_transaction();
  }
  result_.idempotent = result_.if_not_exists && !result_.concurrently;
}

/// It runs in a transaction only when it makes no replication slot on the publisher.
void Classifier::create_subscription() {
  bool makes_slot = true;
  if (cursor_.find("with")) {
    cursor_.next();
    makes_slot = option("create_slot").value_or(option("connect").value_or(true));
  }
  if (makes_slot) cannot_run_in_transaction();
}

void Classifier::drop() {
  if (cursor_.accept("owned")) {
    label("owned");
    result_.destructive = true;
    return;
  }
  result_.object = take_object_kind();
  if (postgres() && result_.object == ObjectKind::kIndex && cursor_.accept("concurrently")) {
    label("concurrently");
    result_.concurrently = true;
    cannot_run_in_transaction();
  }
  take_if_exists();
  if (result_.object != ObjectKind::kOther) result_.name = take_qualified_name();
  if (cursor_.accept("on")) result_.on_table = take_qualified_name();
  result_.idempotent = result_.if_exists;
  if (result_.object == ObjectKind::kDatabase || result_.object == ObjectKind::kTablespace ||
      result_.object == ObjectKind::kSubscription) {
    cannot_run_in_transaction();
  }
  result_.destructive = holds_data(result_.object) || cursor_.find("cascade");
}

void Classifier::alter() {
  result_.object = take_object_kind();
  switch (result_.object) {
    case ObjectKind::kTable:
      return alter_table();
    case ObjectKind::kType:
      return alter_type();
    case ObjectKind::kDatabase:
      return alter_database();
    case ObjectKind::kSubscription:
      return alter_subscription();
    case ObjectKind::kSystem:
      return alter_system();
    case ObjectKind::kOther:
    case ObjectKind::kNone:
      return;
    default:
      take_if_exists();
      result_.name = take_qualified_name();
      if (cursor_.accept("on")) result_.on_table = take_qualified_name();
  }
}

void Classifier::alter_table() {
  take_if_exists();
  cursor_.accept("only");
  result_.name = take_qualified_name();
  if (cursor_.at_operator("*")) cursor_.next();
  alter_table_action();
  while (!cursor_.at_end()) {
    if (cursor_.accept(TokenKind::kComma)) {
      alter_table_action();
    } else {
      cursor_.next_group();
    }
  }
}

void Classifier::alter_table_action() {
  if (cursor_.accept("drop")) {
    // DROP CONSTRAINT leaves the rows; everything else that can be dropped here is a column.
    if (cursor_.at("constraint")) return;
    if (!result_.destructive) label("… DROP COLUMN");
    result_.destructive = true;
  } else if (cursor_.accept("detach", "partition")) {
    result_.partition = take_qualified_name();
    if (!cursor_.accept("concurrently")) return;
    label("… DETACH PARTITION CONCURRENTLY");
    result_.concurrently = true;
    cannot_run_in_transaction();
  } else if (cursor_.accept("attach", "partition")) {
    result_.partition = take_qualified_name();
  }
}

void Classifier::alter_type() {
  result_.name = take_qualified_name();
  if (cursor_.accept("add", "value")) {
    label("… ADD VALUE");
    take_if_exists();
    result_.value = take_name();
    result_.idempotent = result_.if_not_exists;
    result_.transactional = Transactional::kEndsTransactionUnit;
    return;
  }
  while (!cursor_.at_end()) {
    if (cursor_.accept("drop", "attribute")) result_.destructive = true;
    cursor_.next_group();
  }
}

void Classifier::alter_database() {
  result_.name = take_qualified_name();
  if (!cursor_.accept("set", "tablespace")) return;
  label("… SET TABLESPACE");
  result_.idempotent = true;
  cannot_run_in_transaction();
}

/// What asks the publisher for its tables, now or by default, and what touches the slot.
void Classifier::alter_subscription() {
  result_.name = take_qualified_name();
  if (cursor_.accept("refresh")) {
    label("… REFRESH");
    result_.idempotent = true;
    return cannot_run_in_transaction();
  }
  const bool set = cursor_.accept("set");
  if (set && (option("failover") || option("two_phase"))) {
    label("… SET");
    return cannot_run_in_transaction();
  }
  if ((set || cursor_.accept_any({"add", "drop"})) && cursor_.accept("publication")) {
    label("… PUBLICATION");
    bool refreshes = true;
    if (cursor_.find("with")) {
      cursor_.next();
      refreshes = option("refresh").value_or(true);
    }
    if (refreshes) cannot_run_in_transaction();
  }
}

void Classifier::alter_system() {
  cannot_run_in_transaction();
  result_.idempotent = true;
  if (cursor_.accept_any({"set", "reset"})) {
    result_.name.name = take_name();
    while (cursor_.accept(TokenKind::kDot))
      result_.name.name += "." + take_name();
  }
}

}  // namespace bedstone::sql
