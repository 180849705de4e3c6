// Rows that refer to one another, in the order in which that works.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "seed/references.hpp"
#include "seed/together.hpp"

namespace bedstone::seed {
namespace {

/// Whether the foreign key of a column may wait until the transaction's end.
bool is_deferrable(const schema::Schema& schema, std::string_view table, std::string_view column) {
  for (const schema::Table& one : schema.tables) {
    if (one.name != table) continue;
    return std::all_of(one.foreign_keys.begin(), one.foreign_keys.end(), [&](const auto& key) {
      const bool concerns =
          std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
      return !concerns || key.options.find("deferrable") != std::string::npos;
    });
  }
  return true;
}

std::string either(const std::string& one, const std::string& other) {
  return one.empty() ? other : one + " OR " + other;
}

}  // namespace

Inserting::Inserting(const std::vector<Run*>& runs, bool rehearsing)
    : rehearsing_(rehearsing), connection_(runs.front()->connection_) {
  for (Run* run : runs) {
    Member member{.run = run, .left = run->report.created};
    member.references = run->company_references();
    look_at_references(member);
    if (runs.size() > 1) look_at_keys(member);
    members_.push_back(std::move(member));
  }
}

void Inserting::look_at_references(Member& member) const {
  const Run& run = *member.run;
  for (const std::size_t index : member.references) {
    const Reference& one = run.layout().references[index];
    const Layout::Column& column = run.layout().columns[one.column];
    std::string waits = run.stage_->is_unresolved(one);
    if (one.falls_back) {
      // The second choice counts only where the first one never comes.
      const auto comes = run.staged(one, 'i');
      if (!comes || comes->empty()) continue;
      waits = fmt::format("({} AND ({}))", waits, text::join(*comes, " OR "));
    }
    std::string empty =
        fmt::format("(s.{} IS NOT NULL AND s.{} IS NULL)",
                    StageSql::slot(run.stage_->first_slot(one)), StageSql::column(one.column));
    if (rehearsing_) {
      const auto made = run.staged(one, 'I');
      if (!made || made->empty()) continue;
      const std::string there = text::join(*made, " OR ");
      waits = fmt::format("({} AND NOT ({}))", waits, there);
      empty = fmt::format("({} AND NOT ({}))", empty, there);
    }
    member.waits = either(member.waits, waits);
    if (column.target->nullable && !column.key) continue;
    member.blocked = either(member.blocked, column.key ? waits : empty);
  }
}

void Inserting::look_at_keys(Member& member) const {
  const Run& run = *member.run;
  const db::Dialect& dialect = connection_.dialect();
  for (const schema::ForeignKey& key : run.layout().table->foreign_keys) {
    const bool ours = std::any_of(run.company_.begin(), run.company_.end(),
                                  [&key](const Run* one) { return one->set_.table == key.table; });
    const auto referenced = referenced_columns(run.context_.schema, key);
    if (!ours || referenced.size() != key.columns.size()) continue;
    Plain plain;
    plain.own = key.table == run.set_.table;
    std::vector<std::string> values;
    std::vector<std::size_t> indices;
    std::string equal;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      const std::size_t at = run.stage_->given(key.columns[i]);
      if (at == Layout::npos) break;
      const Layout::Column& column = run.layout().columns[at];
      if (column.target->nullable && !column.key) plain.gives_way = at;
      indices.push_back(at);
      values.push_back("s." + StageSql::column(at));
      equal += fmt::format("{}x.{} = {}", i == 0 ? "" : " AND ",
                           dialect.quote_identifier(referenced[i]), values.back());
      plain.is_given += fmt::format("{}{} IS NOT NULL", i == 0 ? "" : " AND ", values.back());
    }
    if (indices.size() != key.columns.size()) continue;
    plain.is_there = fmt::format("EXISTS (SELECT 1 FROM {} AS x WHERE {})",
                                 run.stage_->name_of(key.table), equal);
    plain.deferrable = connection_.engine() == db::Engine::kSqlite ||
                       key.options.find("deferrable") != std::string::npos;
    for (const StageSql* stage : run.stages()) {
      if (!rehearsing_ || stage->layout().table->name != key.table) continue;
      const std::string made = stage->holds(referenced, values, 'I');
      if (!made.empty()) plain.is_there = fmt::format("({} OR {})", plain.is_there, made);
    }
    if (plain.own) {
      const std::string beside = run.stage_->holds(referenced, values, 'j');
      if (!beside.empty()) plain.is_there = fmt::format("({} OR {})", plain.is_there, beside);
    } else {
      const std::string waits = fmt::format("({} AND NOT {})", plain.is_given, plain.is_there);
      member.waits = either(member.waits, waits);
      if (plain.gives_way == Layout::npos) member.blocked = either(member.blocked, waits);
    }
    if (plain.gives_way != Layout::npos) {
      member.waited |= plain.own;
      member.instead[plain.gives_way] = fmt::format("CASE WHEN {} THEN s.{} END", plain.is_there,
                                                    StageSql::column(plain.gives_way));
    }
    member.plain.push_back(std::move(plain));
  }
}

std::int64_t Inserting::left() const {
  std::int64_t sum = 0;
  for (const Member& member : members_)
    sum += member.left;
  return sum;
}

/// Rows that are there and refer to rows that are not are decided about once more, later.
Status Inserting::hold_back(Member& member) {
  if (member.references.empty() || member.waits.empty()) return {};
  Run& run = *member.run;
  return run.execute(
      fmt::format("UPDATE {0} SET action = 'w' WHERE action IN ('s', 'u', 'k') AND n IN (SELECT "
                  "s.n FROM {1} AS s WHERE {2})",
                  run.stage_->plan(), run.stage_->stage(), member.waits),
      &member.held_back);
}

Errors Inserting::insert_where(Member& member, const std::string& condition,
                               std::int64_t& inserted) {
  Run& run = *member.run;
  culprit_ = &run;
  const std::string plan = run.stage_->plan();
  SEED_TRY(run.execute(fmt::format("UPDATE {0} SET action = 'j' WHERE action = 'i' AND n IN "
                                   "(SELECT s.n FROM {1} AS s WHERE {2})",
                                   plan, run.stage_->stage(), condition),
                       &inserted));
  if (inserted == 0) return {};
  member.left -= inserted;
  if (!rehearsing_) {
    if (Errors errors = insert_marked(member); !errors.empty()) return errors;
  }
  SEED_TRY(run.execute(fmt::format("UPDATE {} SET action = 'I' WHERE action = 'j'", plan)));
  for (Member& other : members_) {
    if (other.references.empty() || rehearsing_) continue;
    for (const std::string& sql : other.run->stage_->resolve())
      SEED_TRY(other.run->execute(sql));
  }
  return {};
}

Errors Inserting::insert_marked(Member& member) {
  Run& run = *member.run;
  // Only now all keys are known.
  const bool key_refers =
      std::any_of(member.references.begin(), member.references.end(), [&run](std::size_t index) {
        return run.layout().columns[run.layout().references[index].column].key;
      });
  if (key_refers) {
    if (Errors errors = run.check_keys(); !errors.empty()) return errors;
  }
  const auto kinds = connection_.query(run.merge_->absences('j'));
  if (!kinds) return {kinds.error()};
  for (std::size_t i = 0; i < kinds->size(); ++i)
    SEED_TRY(run.execute(run.merge_->insert(kinds->text(i, 0), 'j', member.instead)));
  return {};
}

/// What everything is there for comes first; where nothing goes on so, what can do without.
Errors Inserting::insert_in_order() {
  while (left() > 0) {
    std::int64_t all = 0;
    const auto each = [&](bool with_nulls) -> Errors {
      for (Member& member : members_) {
        const std::string& unless = with_nulls ? member.blocked : member.waits;
        std::int64_t inserted = 0;
        if (member.left == 0) continue;
        Errors errors = insert_where(
            member, unless.empty() ? "1 = 1" : fmt::format("NOT ({})", unless), inserted);
        if (!errors.empty()) return errors;
        all += inserted;
        if (!with_nulls || inserted == 0) continue;
        member.waited = true;
        break;
      }
      return {};
    };
    if (Errors errors = each(false); !errors.empty()) return errors;
    if (all > 0) continue;
    if (Errors errors = each(true); !errors.empty()) return errors;
    if (all == 0) break;
  }
  return {};
}

/// Where no NULL may stand, rows whose keys the files themselves give go in one after the other,
/// and the constraints are looked at when all are there.
Errors Inserting::insert_deferred() {
  Run& first = *members_.front().run;
  culprit_ = &first;
  SEED_TRY(first.execute("SAVEPOINT bedstone_deferred"));
  SEED_TRY(first.execute(connection_.dialect().defer_constraints()));
  for (std::size_t round = 0; round < members_.size(); ++round) {
    for (const Member& member : members_) {
      for (const Member& other : members_) {
        for (const std::string& sql : member.run->stage_->resolve_from(*other.run->stage_))
          SEED_TRY(member.run->execute(sql));
      }
    }
  }
  Errors refused;
  for (Member& member : members_) {
    if (member.left == 0) continue;
    std::string empty;
    for (const std::size_t index : member.references) {
      const Reference& one = member.run->layout().references[index];
      empty = either(empty, fmt::format("(s.{} IS NOT NULL AND s.{} IS NULL)",
                                        StageSql::slot(member.run->stage_->first_slot(one)),
                                        StageSql::column(one.column)));
    }
    std::int64_t inserted = 0;
    const std::map<std::size_t, std::string> instead = std::move(member.instead);
    member.instead.clear();
    refused =
        insert_where(member, empty.empty() ? "1 = 1" : fmt::format("NOT ({})", empty), inserted);
    member.instead = instead;
    if (!refused.empty()) break;
  }
  if (refused.empty()) return {};
  const bool other_cause =
      refused.front().code != ErrorCode::kConstraintViolated || refused.front().sqlstate != "23503";
  if (other_cause) return refused;
  // The constraint is none that waits; whether a row is missing altogether, the rows tell.
  Run& refuser = *culprit_;
  SEED_TRY(first.execute("ROLLBACK TO SAVEPOINT bedstone_deferred"));
  for (Member& member : members_) {
    culprit_ = member.run;
    if (Errors errors = culprit_->check_constraints(); !errors.empty()) return errors;
  }
  culprit_ = &refuser;
  if (members_.size() == 1) return refused;
  culprit_ = &first;
  return {circle()};
}

/// What names nothing, or goes round where NULL may not stand; of some rows only, where told which.
Errors Inserting::dangling_in(const Member& member, const std::set<std::int64_t>* rows) {
  Run& run = *member.run;
  culprit_ = &run;
  std::vector<Refused> refused;
  for (const std::size_t index : member.references) {
    const Reference& reference = run.layout().references[index];
    if (reference.may_be_null) continue;
    const auto waiting =
        members_.size() > 1 ? run.staged(reference, 'i') : std::vector<std::string>();
    auto found = dangling_references(connection_, *run.stage_, index,
                                     waiting.value_or(std::vector<std::string>()), {});
    if (!found) return {found.error()};
    for (Refused& row : *found) {
      if (rows != nullptr && !rows->contains(row.number)) continue;
      row.cause = members_.size() > 1
                      ? "neither the table nor a set has it"
                      : "neither the table nor the set has it, or rows need one another where the "
                        "column takes no NULL";
      refused.push_back(std::move(row));
    }
  }
  return run.at_places(std::move(refused), ErrorCode::kSeedReference);
}

Errors Inserting::dangling() {
  for (const Member& member : members_) {
    if (Errors errors = dangling_in(member, nullptr); !errors.empty()) return errors;
  }
  if (left() == 0) return {};
  culprit_ = members_.front().run;
  return {circle()};
}

Error Inserting::circle() const {
  std::vector<std::string> names;
  for (const Member& member : members_)
    names.push_back(member.run->set_.name);
  const std::string last = names.back();
  names.pop_back();
  return Error(ErrorCode::kSeedCycle,
               fmt::format("{} and {} need one another's rows", text::join(names, ", "), last))
      .because("no column of the circle takes NULL, and no foreign key of it may wait")
      .advise(
          "let one of the columns take NULL; or give the rows' keys in the files, and declare "
          "the foreign key DEFERRABLE; or take the rows that are needed first into a set of "
          "their own, without the column that closes the circle")
      .at(members_.front().run->set_.table_place);
}

/// Fills in what had to wait, and decides about the rows that were there.
Errors Inserting::conclude() {
  for (Member& member : members_) {
    Run& run = *member.run;
    culprit_ = &run;
    std::set<std::size_t> columns;
    for (const std::size_t index : member.references) {
      const std::size_t column = run.layout().references[index].column;
      if (!run.layout().columns[column].key) columns.insert(column);
    }
    for (const auto& [column, value] : member.instead)
      columns.insert(column);
    if (member.waited) {
      for (const std::size_t column : columns)
        SEED_TRY(run.execute(run.merge_->fill(column)));
    }
  }
  for (Member& member : members_) {
    Run& run = *member.run;
    culprit_ = &run;
    SEED_TRY(run.execute(
        fmt::format("UPDATE {} SET action = 'i' WHERE action = 'I'", run.stage_->plan())));
    if (member.held_back == 0) continue;
    SEED_TRY(run.execute(run.merge_->decide_again()));
    run.report.updated = run.report.kept = run.report.skipped = 0;
    run.report.listed.clear();
    SEED_TRY(run.count());
    SEED_TRY(run.list_rows());
  }
  return {};
}

/// Whether insert_deferred() can do what is left of a set.
bool Inserting::may_be_deferred(const Member& member) const {
  const Run& run = *member.run;
  const bool keys = std::all_of(member.plain.begin(), member.plain.end(), [](const Plain& plain) {
    return plain.own || plain.deferrable || plain.gives_way != Layout::npos;
  });
  return keys &&
         std::all_of(member.references.begin(), member.references.end(), [&](std::size_t index) {
           const Reference& one = run.layout().references[index];
           const Layout::Column& column = run.layout().columns[one.column];
           if (column.target->nullable && !column.key) return true;
           const Stages stages = run.stages();
           return (connection_.engine() == db::Engine::kSqlite ||
                   is_deferrable(run.context_.schema, run.set_.table, column.target->name)) &&
                  std::any_of(stages.begin(), stages.end(), [&one](const StageSql* stage) {
                    return !stage->holds(one, 'i').empty() &&
                           stage->given(one.target) != Layout::npos;
                  });
         });
}

/// Of rows that could not be inserted: those of one set by their places, a circle of sets as such.
Errors Inserting::rehearse() {
  const bool fine = std::all_of(members_.begin(), members_.end(), [this](const Member& member) {
    return member.left == 0 || may_be_deferred(member);
  });
  Errors errors;
  if (!fine && members_.size() > 1) errors.push_back(circle());
  if (!fine && members_.size() == 1) {
    const auto rows = connection_.query(
        fmt::format("SELECT n FROM {} WHERE action = 'i'", culprit_->stage_->plan()));
    if (!rows) return {rows.error()};
    std::set<std::int64_t> left;
    for (std::size_t i = 0; i < rows->size(); ++i)
      left.insert(rows->integer(i, 0));
    errors = dangling_in(members_.front(), &left);
  }
  for (const Member& member : members_) {
    SEED_TRY(member.run->execute(
        fmt::format("UPDATE {} SET action = 'i' WHERE action = 'I'", member.run->stage_->plan())));
  }
  return errors;
}

Errors Inserting::go() {
  culprit_ = members_.front().run;
  if (rehearsing_) {
    if (Errors errors = insert_in_order(); !errors.empty()) return errors;
    return rehearse();
  }
  for (Member& member : members_) {
    culprit_ = member.run;
    SEED_TRY(hold_back(member));
  }
  if (Errors errors = insert_in_order(); !errors.empty()) return errors;
  if (left() > 0) {
    if (Errors errors = insert_deferred(); !errors.empty()) return errors;
  }
  if (Errors errors = dangling(); !errors.empty()) return errors;
  return conclude();
}

}  // namespace bedstone::seed
