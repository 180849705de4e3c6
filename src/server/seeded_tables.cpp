// Reading the catalog of seeded tables, and keeping it for a moment.
#include "server/seeded_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "seed/hide.hpp"

namespace bedstone::server {
namespace {

constexpr std::chrono::seconds kAge{2};

const schema::Table* find_model(const schema::Schema& schema, std::string_view name) {
  const auto found = std::find_if(schema.tables.begin(), schema.tables.end(),
                                  [name](const auto& table) { return table.name == name; });
  return found == schema.tables.end() ? nullptr : &*found;
}

void add_views(TablesNow& now) {
  for (const bootstrap::SeededSet& set : now.catalog.sets) {
    const std::string& name = set.status.table;
    if (std::find(now.names.begin(), now.names.end(), name) == now.names.end())
      now.names.push_back(name);
  }
  for (const std::string& name : now.names) {
    const schema::Table* model = find_model(now.catalog.schema, name);
    auto target = seed::target_table(now.catalog.schema, name, {});
    if (model == nullptr || !target) continue;
    auto view = std::make_unique<TableView>(now.catalog.schema, *model, *std::move(target));
    for (const bootstrap::SeededSet& set : now.catalog.sets) {
      if (set.status.table != name) continue;
      view->secret.insert(set.secret.begin(), set.secret.end());
      if (set.schema) view->schemas.push_back(*set.schema);
      if (!set.ledger) continue;
      seed::RowLedger ledger = *set.ledger;
      const auto there = [&](const std::string& column) {
        return view->target.find(column) != nullptr;
      };
      // The schema may have moved on since the set was applied.
      if (std::all_of(ledger.key.begin(), ledger.key.end(), there) &&
          std::all_of(ledger.columns.begin(), ledger.columns.end(), there))
        view->ledgers.push_back(std::move(ledger));
    }
    view->complete_rules();
    now.views.emplace(name, std::move(view));
  }
}

}  // namespace

TableView::TableView(const schema::Schema& the_schema, const schema::Table& the_model,
                     seed::TargetTable the_target)
    : schema(the_schema), model(the_model), target(std::move(the_target)) {
  for (const schema::Column& column : model.columns)
    rules_.emplace(column.name, schema::column_rules(schema, model, column));
}

void TableView::complete_rules() {
  // Of several sets each has rows of its own, which the others' rules are not about.
  if (schemas.size() != 1) return;
  for (auto& [column, rules] : rules_) {
    schema::ColumnRules said = schemas.front().rules_of(column);
    if (rules.values.empty()) rules.values = std::move(said.values);
    if (!rules.minimum) {
      rules.minimum = std::move(said.minimum);
      rules.above_minimum = said.above_minimum;
    }
    if (!rules.maximum) {
      rules.maximum = std::move(said.maximum);
      rules.below_maximum = said.below_maximum;
    }
    if (!rules.min_length) rules.min_length = said.min_length;
    if (!rules.max_length) rules.max_length = said.max_length;
  }
}

std::vector<std::string> TableView::key() const {
  if (!target.primary_key.empty()) return target.primary_key;
  return target.unique_keys.empty() ? std::vector<std::string>() : target.unique_keys.front();
}

bool TableView::is_hidden(std::string_view column) const {
  return seed::is_telling(column) || secret.contains(column);
}

bool TableView::is_clock(const seed::TargetColumn& column) {
  const bool named = column.name == "created_at" || column.name == "updated_at";
  return named && !column.generated &&
         (column.kind == seed::ColumnKind::kText || column.kind == seed::ColumnKind::kOther);
}

const schema::ColumnRules& TableView::rules_of(const std::string& column) const {
  static const schema::ColumnRules kNone;
  const auto found = rules_.find(column);
  return found == rules_.end() ? kNone : found->second;
}

const schema::ForeignKey* TableView::reference_of(std::string_view column) const {
  for (const schema::ForeignKey& key : target.foreign_keys) {
    if (key.columns.size() == 1 && key.columns.front() == column) return &key;
  }
  return nullptr;
}

Result<const TableView*> TablesNow::view(std::string_view table) const {
  const auto found = views.find(table);
  if (found != views.end()) return found->second.get();
  if (std::find(names.begin(), names.end(), table) == names.end()) {
    return fail(Error(ErrorCode::kNoSuchPage, fmt::format("no seed set fills a table {}", table))
                    .advise("GET /api/v1/tables lists those that there are"));
  }
  return fail(Error(ErrorCode::kObjectMissing, fmt::format("there is no table {} yet", table))
                  .because("seed sets name it, and the database does not have it")
                  .advise("bedstone up"));
}

std::vector<SeedSetStatus> TablesNow::sets_of(std::string_view table) const {
  std::vector<SeedSetStatus> sets;
  for (const bootstrap::SeededSet& set : catalog.sets) {
    if (set.status.table == table) sets.push_back(set.status);
  }
  return sets;
}

Result<std::shared_ptr<const TablesNow>> SeededTables::now() {
  const std::lock_guard lock(mutex_);
  if (last_ && host_.clock.monotonic() - read_at_ <= kAge) return last_;
  auto now = std::make_shared<TablesNow>();
  BEDSTONE_ASSIGN(now->catalog, database_.use([&](db::Connection& connection) {
    return bootstrap::seed_catalog(host_, project_, connection);
  }));
  if (now->catalog.sets.empty() && !now->catalog.errors.empty())
    return fail(now->catalog.errors.front());
  add_views(*now);
  last_ = std::move(now);
  read_at_ = host_.clock.monotonic();
  return last_;
}

void SeededTables::expire() {
  const std::lock_guard lock(mutex_);
  last_.reset();
}

}  // namespace bedstone::server
