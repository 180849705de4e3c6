// From the stage into the table.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "seed/references.hpp"
#include "seed/run.hpp"

namespace bedstone::seed {

/// Writing; when the engine refuses a row, all that it would refuse are told.
Errors Run::apply() {
  if (Errors errors = fill_new_values(); !errors.empty()) return errors;
  SEED_TRY(execute("SAVEPOINT bedstone_seed"));
  Errors errors = write();
  const auto refused = [&errors] {
    return !errors.empty() && errors.front().code == ErrorCode::kConstraintViolated;
  };
  if (!refused()) return errors;
  if (!execute("ROLLBACK TO SAVEPOINT bedstone_seed")) return errors;
  // A value that only moves from one row to another is in nobody's way once it is taken up.
  if (const std::string room = merge_->make_room(); !room.empty() && report.updated > 0) {
    report.listed.clear();
    SEED_TRY(list_rows());
    SEED_TRY(execute(room));
    errors = write();
    if (!refused()) return errors;
    if (!execute("ROLLBACK TO SAVEPOINT bedstone_seed")) return errors;
  }
  Errors all = check_constraints();
  if (all.empty() || all.front().code != ErrorCode::kSeedValue) return errors;
  return all;
}

Errors Run::write() {
  if (Errors errors = insert_rows(); !errors.empty()) return errors;
  if (const std::string update = merge_->update(); !update.empty() && report.updated > 0) {
    SEED_TRY(execute(update));
  }
  if (Errors errors = prune(); !errors.empty()) return errors;
  if (set_.ledger) {
    for (const std::string& sql : merge_->remember())
      SEED_TRY(execute(sql));
    SEED_TRY(analyze_ledger());
    if (const std::string rearranged = merge_->rearrange(); !rearranged.empty()) {
      SEED_TRY(execute(rearranged));
    }
  }
  tell("written");
  if (report.created > 0) SEED_TRY(advance_sequences());
  SEED_TRY(remember());
  report.outcome = "done";
  return {};
}

/// The next run comes perhaps before the server has counted by itself.
Status Run::analyze_ledger() {
  if (report.created <= kManyRows) return {};
  for (const std::string& sql : merge_->analyze())
    BEDSTONE_TRY(execute(sql));
  return {};
}

/// Only the ledger changes. The digest stays as it was, so that the next run compares again.
Errors Run::adopt() {
  std::int64_t adopted = 0;
  for (const std::string& sql : merge_->adopt()) {
    std::int64_t rows = 0;
    SEED_TRY(execute(sql, &rows));
    adopted += rows;
  }
  if (const std::string rearranged = merge_->rearrange(); !rearranged.empty()) {
    SEED_TRY(execute(rearranged));
  }
  SEED_TRY(remember());
  report.created = report.updated = 0;
  report.adopted = adopted;
  report.outcome = "done";
  return {};
}

Errors Run::insert_rows() {
  const std::vector<std::size_t> own = own_references();
  if (!own.empty()) return insert_by_level(own);
  if (report.created == 0) return {};
  const auto kinds = connection_.query(merge_->absences());
  if (!kinds) return {kinds.error()};
  for (std::size_t i = 0; i < kinds->size(); ++i)
    SEED_TRY(execute(merge_->insert(kinds->text(i, 0), 'i')));
  return {};
}

std::string Run::unresolved(const Reference& reference) const {
  return fmt::format("(s.{} IS NOT NULL AND s.{} IS NULL)",
                     StageSql::slot(stage_->first_slot(reference)),
                     StageSql::column(reference.column));
}

/// Rows that refer to rows of the same set: parents first; what goes round in a circle goes through
/// NULL.
Errors Run::insert_by_level(const std::vector<std::size_t>& own) {
  std::string waits;
  bool nullable = true;
  for (const std::size_t index : own) {
    const Reference& reference = layout().references[index];
    waits += (waits.empty() ? "" : " OR ") + unresolved(reference);
    nullable &= layout().columns[reference.column].target->nullable;
  }
  std::int64_t waiting = 0;
  SEED_TRY(execute(fmt::format("UPDATE {0} SET action = 'w' WHERE action IN ('s', 'u', 'k') AND n "
                               "IN (SELECT s.n FROM {1} AS s WHERE {2})",
                               stage_->plan(), stage_->stage(), waits),
                   &waiting));
  const auto insert_marked = [&]() -> Errors {
    const auto kinds = connection_.query(merge_->absences('j'));
    if (!kinds) return {kinds.error()};
    for (std::size_t i = 0; i < kinds->size(); ++i)
      SEED_TRY(execute(merge_->insert(kinds->text(i, 0), 'j')));
    SEED_TRY(execute(fmt::format("UPDATE {} SET action = 'I' WHERE action = 'j'", stage_->plan())));
    for (const std::string& sql : stage_->resolve())
      SEED_TRY(execute(sql));
    return {};
  };
  for (;;) {
    std::int64_t ready = 0;
    SEED_TRY(execute(fmt::format("UPDATE {0} SET action = 'j' WHERE action = 'i' AND n IN (SELECT "
                                 "s.n FROM {1} AS s WHERE NOT ({2}))",
                                 stage_->plan(), stage_->stage(), waits),
                     &ready));
    if (ready == 0) break;
    if (Errors errors = insert_marked(); !errors.empty()) return errors;
  }
  const auto left = connection_.query(
      fmt::format("SELECT n FROM {} WHERE action = 'i' ORDER BY n", stage_->plan()));
  if (!left) return {left.error()};
  if (!left->empty() && nullable) {
    SEED_TRY(execute(fmt::format("UPDATE {} SET action = 'j' WHERE action = 'i'", stage_->plan())));
    if (Errors errors = insert_marked(); !errors.empty()) return errors;
    for (const std::size_t index : own) {
      const Reference& reference = layout().references[index];
      const std::string name =
          connection_.dialect().quote_identifier(layout().columns[reference.column].target->name);
      SEED_TRY(execute(fmt::format(
          "UPDATE {0} AS t SET {1} = s.{2} FROM {3} AS s JOIN {4} AS p ON p.n = s.n WHERE {5} AND "
          "p.action = 'I' AND t.{1} IS NULL AND s.{2} IS NOT NULL",
          stage_->target(), name, StageSql::column(reference.column), stage_->stage(),
          stage_->plan(), stage_->same_key("s", "t"))));
    }
  }
  // What names nothing, or goes round where NULL may not stand.
  std::vector<Refused> refused;
  for (const std::size_t index : own) {
    if (layout().references[index].may_be_null) continue;
    const auto rows = dangling_references(connection_, *stage_, layout(), index, false);
    if (!rows) return {rows.error()};
    for (const Refused& row : *rows) {
      refused.push_back(row);
      refused.back().cause =
          "neither the table nor the set has it, or rows need one another where the column takes "
          "no NULL";
    }
  }
  Errors errors = at_places(refused, ErrorCode::kSeedReference);
  SEED_TRY(execute(fmt::format("UPDATE {} SET action = 'i' WHERE action = 'I'", stage_->plan())));
  if (waiting == 0 || !errors.empty()) return errors;
  SEED_TRY(execute(merge_->decide_again()));
  report.updated = report.kept = report.skipped = 0;
  report.listed.clear();
  SEED_TRY(count());
  SEED_TRY(list_rows());
  return errors;
}

/// Passwords and the like cost time, and are made for rows that are really new.
Errors Run::fill_new_values() {
  if (report.created == 0 || !program_->has_new_values()) return {};
  const auto rows =
      connection_.query(merge_->listed("i", std::numeric_limits<std::int64_t>::max()));
  if (!rows) return {rows.error()};
  SEED_TRY(source_->rewind());
  std::vector<MadeUp> made;
  std::int64_t number = 0;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Row* row = nullptr;
    while (number < rows->integer(i, 0)) {
      const auto next = source_->next();
      if (!next) return {next.error()};
      row = *next;
      ++number;
    }
    if (row == nullptr) continue;
    auto values = program_->for_new_row(*row);
    if (!values) {
      Error error = std::move(values).error();
      if (error.place.line == 0) error.place = row->place();
      return {std::move(error)};
    }
    for (Program::NewValue& value : *values) {
      const auto done =
          connection_.execute(fmt::format("UPDATE {} SET {} = $1 WHERE n = $2", stage_->stage(),
                                          StageSql::column(value.column)),
                              {value.value, number});
      if (!done) return {done.error()};
      if (value.generated.empty()) continue;
      made.push_back({text::printable(fmt::format("{} {} {}", set_.table, rows->text(i, 2),
                                                  layout().columns[value.column].target->name)),
                      std::move(value.generated)});
      report.generated.push_back(made.back().what);
    }
  }
  if (!made.empty()) SEED_TRY(context_.keep_generated(set_.name, std::move(made)));
  return {};
}

Errors Run::prune() {
  if (set_.mode != Mode::kSync || last_ == nullptr) return {};
  const auto changed = connection_.query(merge_->orphans(true));
  if (!changed) return {changed.error()};
  report.left_changed = static_cast<std::int64_t>(changed->size());
  const auto orphans = connection_.query(merge_->orphans(false));
  if (!orphans) return {orphans.error()};
  report.left_file = static_cast<std::int64_t>(orphans->size());
  for (std::size_t i = 0; i < orphans->size() && i < options_.listed_rows; ++i) {
    report.listed.push_back({.action = "delete", .key = std::string(orphans->text(i, 0))});
  }
  if (!options_.prune || orphans->empty()) return {};
  if (options_.max_delete && report.left_file > *options_.max_delete) {
    return {Error(ErrorCode::kSeedPruneLimit,
                  fmt::format("{} would delete {}, more than {}", set_.name,
                              text::count(report.left_file, "row"), *options_.max_delete))
                .because("so many rows that Bedstone made have left the file")
                .advise(fmt::format("look at them with `bedstone seed diff {}`, and raise "
                                    "--max-delete",
                                    set_.name))
                .at(set_.shown)};
  }
  if (options_.dry_run) {
    std::swap(report.deleted, report.left_file);
    return {};
  }
  SEED_TRY(execute(merge_->delete_orphans(), &report.deleted));
  SEED_TRY(execute(merge_->forget_gone()));
  report.left_file -= report.deleted;
  return {};
}

/// Identities and serials go on behind the highest value that was given; never back.
Status Run::advance_sequences() {
  if (connection_.engine() != db::Engine::kPostgres) return {};
  for (const Layout::Column& one : layout().columns) {
    if (!one.target->has_default || one.target->kind != ColumnKind::kInteger) continue;
    const std::string column = connection_.dialect().quote_identifier(one.target->name);
    BEDSTONE_TRY(execute(fmt::format(
        "SELECT pg_catalog.setval(q.name, m.top) FROM (SELECT "
        "pg_catalog.pg_get_serial_sequence({0}, {1}) AS name) AS q CROSS JOIN (SELECT max({2}) AS "
        "top FROM {3}) AS m WHERE q.name IS NOT NULL AND m.top IS NOT NULL AND m.top > "
        "coalesce((SELECT last_value FROM pg_catalog.pg_sequences WHERE pg_catalog.format('%I.%I', "
        "schemaname, sequencename)::pg_catalog.regclass = q.name::pg_catalog.regclass), 0)",
        connection_.dialect().quote_literal(stage_->target()),
        connection_.dialect().quote_literal(one.target->name), column, stage_->target())));
  }
  return {};
}

}  // namespace bedstone::seed
