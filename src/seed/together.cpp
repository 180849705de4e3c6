// Several sets as one: all is read and checked, then all is written, or nothing is.
#include "seed/together.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"

namespace bedstone::seed {
namespace {

bool any(const std::vector<Errors>& errors) {
  return std::any_of(errors.begin(), errors.end(), [](const Errors& one) { return !one.empty(); });
}

bool refused(const std::vector<Errors>& errors) {
  return std::any_of(errors.begin(), errors.end(), [](const Errors& one) {
    return !one.empty() && one.front().code == ErrorCode::kConstraintViolated;
  });
}

}  // namespace

std::vector<Errors> Together::blame(const Run* culprit, Errors errors) const {
  std::vector<Errors> result(runs_.size());
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (runs_[i] == culprit) result[i] = std::move(errors);
  }
  return result;
}

std::vector<Errors> Together::constraints() const {
  std::vector<Errors> result;
  for (Run* run : runs_)
    result.push_back(run->check_constraints());
  return result;
}

std::vector<Errors> Together::apply() {
  for (Run* run : runs_) {
    if (Errors errors = run->fill_new_values(); !errors.empty())
      return blame(run, std::move(errors));
  }
  Run* const first = runs_.front();
  if (Status saved = first->execute("SAVEPOINT bedstone_seed"); !saved)
    return blame(first, {std::move(saved).error()});
  std::vector<Errors> errors = write();
  if (!refused(errors)) return errors;
  if (!first->execute("ROLLBACK TO SAVEPOINT bedstone_seed")) return errors;
  // A value that only moves from one row to another is in nobody's way once it is taken up.
  bool room = false;
  for (Run* run : runs_) {
    const std::string sql = run->merge_->make_room();
    if (sql.empty() || run->report.updated == 0) continue;
    run->report.listed.clear();
    Status made = run->list_rows();
    if (made) made = run->execute(sql);
    if (!made) return blame(run, {std::move(made).error()});
    room = true;
  }
  if (room) {
    errors = write();
    if (!refused(errors)) return errors;
    if (!first->execute("ROLLBACK TO SAVEPOINT bedstone_seed")) return errors;
  }
  std::vector<Errors> all = constraints();
  const bool told = std::any_of(all.begin(), all.end(), [](const Errors& one) {
    return !one.empty() && one.front().code == ErrorCode::kSeedValue;
  });
  return told ? all : errors;
}

std::vector<Errors> Together::write() {
  Run* const first = runs_.front();
  if (runs_.size() == 1 && first->company_references().empty()) {
    if (Errors errors = first->insert_at_once(); !errors.empty())
      return blame(first, std::move(errors));
  } else {
    Inserting inserting(runs_);
    if (Errors errors = inserting.go(); !errors.empty())
      return blame(inserting.culprit(), std::move(errors));
  }
  for (Run* run : runs_) {
    const std::string update = run->merge_->update();
    if (update.empty() || run->report.updated == 0) continue;
    if (Status done = run->execute(update); !done) return blame(run, {std::move(done).error()});
  }
  if (std::vector<Errors> errors = prune(); any(errors)) return errors;
  for (Run* run : runs_) {
    if (Errors errors = run->write_after_inserting(); !errors.empty())
      return blame(run, std::move(errors));
  }
  const std::string_view settle = connection().dialect().settle_constraints();
  if (settle.empty()) return blame(nullptr, {});
  if (Status done = first->execute(settle); !done) return blame(first, {std::move(done).error()});
  return blame(nullptr, {});
}

/// What comes last when rows are made goes first when they are deleted.
std::vector<Errors> Together::prune() {
  for (Run* run : runs_) {
    if (Errors errors = run->look_for_orphans(); !errors.empty())
      return blame(run, std::move(errors));
  }
  for (Run* run : runs_) {
    if (runs_.size() == 1) break;
    if (Errors errors = run->let_go_of_orphans(); !errors.empty())
      return blame(run, std::move(errors));
  }
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
    if (Errors errors = (*run)->prune(); !errors.empty()) return blame(*run, std::move(errors));
  }
  return blame(nullptr, {});
}

std::vector<Errors> Together::rehearse() {
  std::vector<Errors> errors = constraints();
  for (Run* run : runs_)
    run->report.outcome = "planned";
  const bool circles = runs_.size() > 1 || !runs_.front()->company_references().empty();
  if (circles && !any(errors)) {
    Inserting inserting(runs_, true);
    if (Errors found = inserting.go(); !found.empty())
      return blame(inserting.culprit(), std::move(found));
  }
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (errors[i].empty()) errors[i] = runs_[i]->look_for_orphans();
  }
  return errors;
}

std::vector<Errors> Together::commit() {
  Run* const first = runs_.front();
  Status done = connection().commit();
  if (done) {
    for (Run* run : runs_)
      run->tell("committed");
    return blame(nullptr, {});
  }
  const bool open = connection().in_transaction() && !connection().lost();
  const bool look =
      open && done.error().code == ErrorCode::kConstraintViolated &&
      std::all_of(runs_.begin(), runs_.end(), [](const Run* run) { return run->plans(); });
  if (look) {
    if (std::vector<Errors> all = constraints(); any(all)) return all;
  }
  return blame(first, {std::move(done).error()});
}

bool Together::settle(std::vector<Errors> errors) {
  const bool fine = !any(errors);
  for (std::size_t i = 0; i < runs_.size(); ++i)
    runs_[i]->report.errors = std::move(errors[i]);
  return fine;
}

/// Every set's mistakes are told: after one that the engine refused, the next begins anew.
std::vector<Errors> Together::stage() {
  std::vector<Errors> errors(runs_.size());
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (any(errors)) {
      runs_[i]->undo();
      if (!runs_[i]->begin()) return errors;
    }
    errors[i] = runs_[i]->fill_stage();
    if (connection().lost()) return errors;
  }
  return errors;
}

std::vector<Errors> Together::each(Errors (Run::*step)()) {
  std::vector<Errors> errors;
  for (Run* run : runs_)
    errors.push_back((run->*step)());
  return errors;
}

bool Together::inside() {
  if (!settle(stage())) return false;
  if (!settle(each(&Run::check_stage))) return false;
  if (!settle(each(&Run::decide))) return false;
  const SeedOptions& options = runs_.front()->options_;
  if (options.dry_run) return settle(rehearse());
  return settle(options.adopt ? each(&Run::adopt) : apply());
}

bool Together::carry_out() {
  if (!settle(each(&Run::prepare))) return false;
  Run* const first = runs_.front();
  if (Status begun = first->begin(); !begun)
    return settle(blame(first, {std::move(begun).error()}));
  std::vector<Run*> open;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    runs_[i]->number_ = i;
    const auto opened = runs_[i]->open();
    if (!opened) return settle(blame(runs_[i], {opened.error()}));
    if (*opened) open.push_back(runs_[i]);
  }
  for (Run* run : open)
    run->company_ = open;
  Together company(open);
  if (!open.empty() && !company.inside()) return false;
  if (first->options_.dry_run) return true;
  return open.empty() ? settle(commit()) : company.settle(company.commit());
}

void Together::go() {
  const bool done = carry_out();
  for (Run* run : runs_) {
    run->undo();
    run->drop_stage();
  }
  if (done) return;
  const auto culprit = std::find_if(runs_.begin(), runs_.end(),
                                    [](const Run* run) { return !run->report.errors.empty(); });
  const std::string cause = culprit == runs_.end() ? "" : (*culprit)->set_.name;
  for (Run* run : runs_) {
    if (!run->report.errors.empty()) continue;
    if (run->options_.dry_run) {
      run->report.outcome = "skipped";
      run->report.reason = fmt::format("{} is written together with it, and has mistakes", cause);
      continue;
    }
    run->report.errors.push_back(
        Error(ErrorCode::kSeedFailed, fmt::format("{} was undone with {}", run->set_.name, cause))
            .because("their rows need one another, so both are written, or none is")
            .advise(fmt::format("mend {}, and run `bedstone up` again", cause))
            .at(run->set_.table_place));
  }
}

}  // namespace bedstone::seed
