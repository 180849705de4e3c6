// From the stage into the table.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "seed/references.hpp"
#include "seed/run.hpp"

namespace bedstone::seed {

Errors Run::write_after_inserting() {
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

Errors Run::insert_at_once() {
  if (report.created == 0) return {};
  const auto kinds = connection_.query(merge_->absences());
  if (!kinds) return {kinds.error()};
  for (std::size_t i = 0; i < kinds->size(); ++i)
    SEED_TRY(execute(merge_->insert(kinds->text(i, 0), 'i')));
  return {};
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
      if (!value.sealed.empty()) SEED_TRY(seal(value, rows->at(i, 2)));
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

Status Run::seal(Program::NewValue& value, std::optional<std::string_view> key) {
  const std::string& column = layout().columns[value.column].target->name;
  if (!key) {
    return fail(Error(ErrorCode::kSeedValue,
                      fmt::format("{} cannot be encrypted for a row without a key", column))
                    .because("its key refers to a row that this run makes")
                    .advise("make that row in a set that comes before")
                    .at(set_.shown));
  }
  SealedValue sealed{.table = set_.table,
                     .column = column,
                     .key_columns = {},
                     .key = std::string(*key),
                     .value = value.sealed};
  for (const std::size_t one : layout().keys())
    sealed.key_columns.push_back(layout().columns[one].target->name);
  BEDSTONE_ASSIGN(value.value, context_.seal(sealed));
  return {};
}

/// Rows that left the file.
Errors Run::look_for_orphans() {
  if (!prunes()) return {};
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
  if (options_.dry_run) std::swap(report.deleted, report.left_file);
  return {};
}

/// Rows of several sets that shall go may refer to one another.
Errors Run::let_go_of_orphans() {
  if (!prunes() || !options_.prune || options_.dry_run || report.left_file == 0) return {};
  SEED_TRY(execute(merge_->note_orphans()));
  for (const schema::ForeignKey& key : layout().table->foreign_keys) {
    const bool ours = std::any_of(company_.begin(), company_.end(),
                                  [&key](const Run* run) { return run->set_.table == key.table; });
    for (const std::string& name : key.columns) {
      const TargetColumn* column = layout().table->find(name);
      const std::vector<std::size_t> keys = layout().keys();
      const bool is_key = std::any_of(keys.begin(), keys.end(), [&](std::size_t index) {
        return layout().columns[index].target->name == name;
      });
      if (!ours || is_key || column == nullptr || !column->nullable || column->generated) continue;
      SEED_TRY(execute(merge_->empty_in_orphans(name)));
      break;
    }
  }
  return {};
}

Errors Run::prune() {
  if (!prunes() || !options_.prune || report.left_file == 0) return {};
  SEED_TRY(execute(company_.size() > 1 ? merge_->delete_noted() : merge_->delete_orphans(),
                   &report.deleted));
  SEED_TRY(execute(merge_->forget_gone()));
  report.left_file -= report.deleted;
  return {};
}

/// Identities and serials go on behind the highest value that was given; never back, whoever takes
/// numbers meanwhile. nextval() only goes forward, so it is what steps over the values; setval()
/// alone could undo what others took since it was decided. Over a million at once it may: nobody
/// else takes so many within one statement.
Status Run::advance_sequences() {
  if (connection_.engine() != db::Engine::kPostgres) return {};
  for (const Layout::Column& one : layout().columns) {
    if (!one.target->has_default || one.target->kind != ColumnKind::kInteger) continue;
    const std::string column = connection_.dialect().quote_identifier(one.target->name);
    BEDSTONE_TRY(execute(fmt::format(
        "SELECT CASE WHEN g.steps > 1000000 THEN pg_catalog.setval(g.name, g.top) ELSE (SELECT "
        "max(x.taken) FROM (SELECT pg_catalog.nextval(g.name) AS taken FROM "
        "pg_catalog.generate_series(1, g.steps::pg_catalog.int8)) AS x) END FROM (SELECT q.name, "
        "least(m.top, s.max_value) AS top, ceil((least(m.top, s.max_value)::pg_catalog.numeric - "
        "coalesce(s.last_value, s.start_value::pg_catalog.numeric - s.increment_by)) / "
        "s.increment_by) AS steps FROM (SELECT pg_catalog.pg_get_serial_sequence({0}, "
        "{1})::pg_catalog.regclass AS name) AS q JOIN pg_catalog.pg_class AS c ON c.oid = q.name "
        "JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_catalog.pg_sequences "
        "AS s ON s.schemaname = n.nspname AND s.sequencename = c.relname CROSS JOIN (SELECT "
        "max({2}) AS top FROM {3}) AS m WHERE m.top IS NOT NULL AND s.increment_by > 0) AS g WHERE "
        "g.steps > 0",
        connection_.dialect().quote_literal(stage_->target()),
        connection_.dialect().quote_literal(one.target->name), column, stage_->target())));
  }
  return {};
}

}  // namespace bedstone::seed
