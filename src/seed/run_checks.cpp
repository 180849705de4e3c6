// What is wrong with staged rows, all of it, with places.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "seed/references.hpp"
#include "seed/run.hpp"

namespace bedstone::seed {

Errors Run::check_keys() {
  const auto nulls = connection_.query(stage_->without_key());
  if (!nulls) return {nulls.error()};
  // Until the rows are there that keys refer to, all of them look alike.
  const std::vector<std::size_t> keys = layout().keys();
  const bool awaited =
      options_.dry_run && std::any_of(keys.begin(), keys.end(), [this](std::size_t key) {
        return is_awaited(layout().columns[key].target->name);
      });
  const auto twice = awaited ? Result<db::Rows>(db::Rows()) : connection_.query(stage_->twice());
  if (!twice) return {twice.error()};
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < nulls->size(); ++i)
    numbers.push_back(nulls->integer(i, 0));
  for (std::size_t i = 0; i < twice->size(); ++i) {
    numbers.push_back(twice->integer(i, 0));
    numbers.push_back(twice->integer(i, 1));
  }
  if (numbers.empty()) return {};
  std::vector<std::string> names;
  for (const std::size_t key : layout().keys())
    names.push_back(layout().columns[key].target->name);
  const std::string key = text::join(names, ", ");
  const auto where = places(numbers);
  Errors errors;
  std::size_t at = 0;
  // A key that comes from a reference is told by check_references(), with the cause.
  for (std::size_t i = 0; i < nulls->size(); ++i, ++at) {
    const bool refers = std::any_of(
        layout().references.begin(), layout().references.end(), [this](const Reference& reference) {
          return reference.column != Layout::npos && layout().columns[reference.column].key;
        });
    if (refers) continue;
    errors.push_back(Error(ErrorCode::kSeedKey, fmt::format("a row has no {}", key))
                         .because("it is what tells one row from another")
                         .advise("give it a value")
                         .at((*where)[at]));
  }
  for (std::size_t i = 0; i < twice->size(); ++i, at += 2) {
    errors.push_back(Error(ErrorCode::kSeedKey, fmt::format("two rows have the same {}", key))
                         .because(fmt::format("the other one is in line {}", (*where)[at + 1].line))
                         .advise("remove one of them, or add columns to `key:`")
                         .at((*where)[at]));
  }
  return errors;
}

bool Run::refers_to_company(const Reference& reference) const {
  const bool here = std::any_of(company_.begin(), company_.end(), [&reference](const Run* run) {
    return run->set_.table == reference.table->name;
  });
  return here ||
         std::any_of(reference.nested.begin(), reference.nested.end(), [this](std::size_t nested) {
           return nested != Layout::npos && refers_to_company(layout().references[nested]);
         });
}

std::vector<std::size_t> Run::company_references() const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < layout().references.size(); ++i) {
    const Reference& one = layout().references[i];
    if (one.column != Layout::npos && refers_to_company(one)) result.push_back(i);
  }
  return result;
}

Stages Run::stages() const {
  Stages result;
  for (const Run* run : company_)
    result.push_back(&*run->stage_);
  return result;
}

/// Conditions under which a set of the company has the row that is referred to; nothing: one may,
/// which cannot be told from its stage.
std::optional<std::vector<std::string>> Run::staged(const Reference& reference, char action) const {
  std::vector<std::string> conditions;
  for (const StageSql* one : stages()) {
    if (one->layout().table->name != reference.table->name) continue;
    conditions.push_back(one->holds(reference, action));
    if (conditions.back().empty()) return std::nullopt;
  }
  return conditions;
}

Errors Run::check_references() {
  std::vector<Refused> refused;
  for (std::size_t i = 0; i < layout().references.size(); ++i) {
    const Reference& reference = layout().references[i];
    if (reference.column == Layout::npos || reference.may_be_null) continue;
    const bool ours = refers_to_company(reference);
    const auto but = staged(reference);
    if (!but) continue;
    if (!ours && is_awaited(layout().columns[reference.column].target->name)) continue;
    const auto rows = dangling_references(connection_, *stage_, i, *but, stages());
    if (!rows) return {rows.error()};
    if (rows->empty()) continue;
    if (const auto failed = context_.failed.find(reference.table->name);
        failed != context_.failed.end()) {
      // One cause, one error.
      Refused first = rows->front();
      first.cause =
          fmt::format("the set {} fills {}, and failed", failed->second, reference.table->name);
      first.hint = fmt::format("mend {} first, and run `bedstone up` again", failed->second);
      refused.push_back(std::move(first));
      continue;
    }
    refused.insert(refused.end(), rows->begin(), rows->end());
  }
  return at_places(refused, ErrorCode::kSeedReference);
}

/// Whether a column will refer to rows that a dry run does not make: it is NULL until then.
bool Run::is_awaited(std::string_view column) const {
  const auto awaited = [this](const TargetTable* table) {
    return context_.awaited.contains(table->name);
  };
  return std::any_of(
      layout().references.begin(), layout().references.end(), [&](const Reference& one) {
        if (one.column == Layout::npos || layout().columns[one.column].target->name != column) {
          return false;
        }
        return refers_to_company(one) || awaited(one.table) ||
               std::any_of(one.nested.begin(), one.nested.end(), [&](std::size_t nested) {
                 return nested != Layout::npos && awaited(layout().references[nested].table);
               });
      });
}

/// The table's own constraints, all that they would refuse.
Errors Run::check_constraints() {
  auto refused = refused_rows(connection_, context_.schema, *stage_, stages());
  if (!refused) return {refused.error()};
  if (options_.dry_run) {
    std::erase_if(*refused, [this](const Refused& row) {
      // Of foreign keys the stages tell what will be there.
      return row.names_row_of.empty() ? is_awaited(row.column)
                                      : context_.awaited.contains(row.names_row_of);
    });
  }
  return at_places(*refused, ErrorCode::kSeedValue);
}

/// In the order of the file.
Errors Run::at_places(std::vector<Refused> refused, ErrorCode code) {
  if (refused.empty()) return {};
  std::stable_sort(refused.begin(), refused.end(),
                   [](const Refused& a, const Refused& b) { return a.number < b.number; });
  if (refused.size() > kMostErrors) refused.resize(kMostErrors);
  std::vector<std::int64_t> numbers;
  std::vector<std::string> columns;
  for (const Refused& row : refused) {
    numbers.push_back(row.number);
    columns.push_back(row.column);
  }
  const auto where = places(numbers, columns);
  if (!where) return {where.error()};
  Errors errors;
  for (std::size_t i = 0; i < refused.size(); ++i) {
    Refused& row = refused[i];
    Error error(code, std::move(row.message));
    error.cause = std::move(row.cause);
    errors.push_back(std::move(error).advise(std::move(row.hint)).at((*where)[i]));
  }
  return errors;
}

}  // namespace bedstone::seed
