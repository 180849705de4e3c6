// The key's order as the set's own run has it.
#include "seed/row_ledger.hpp"

namespace bedstone::seed {
namespace {

std::vector<std::string> declared_key(const SeedSet& set, const schema::Schema& schema) {
  if (!set.key.empty()) return set.key;
  const auto table = target_table(schema, set.table, set.table_place);
  return table ? table->primary_key : std::vector<std::string>();
}

std::vector<std::string> key_of(const SeedSet& set, const store::SeedSetRow& known,
                                const schema::Schema& schema, const Surroundings& around) {
  const std::vector<std::string> declared = declared_key(set, schema);
  if (declared.size() < 2) return declared;
  const auto source = open_rows(set);
  if (!source) return declared;
  Tables tables(schema);
  const auto program = Program::make(set, tables, around, **source, known.columns);
  if (!program) return declared;
  std::vector<std::string> key;
  for (const std::size_t index : program->layout().keys())
    key.push_back(program->layout().columns[index].target->name);
  return key;
}

bool is_secret(const Expression& expression) {
  if (expression.only_for_new_rows() && expression.kind != Expression::Kind::kNow) return true;
  for (const Expression& other : expression.otherwise) {
    if (is_secret(other)) return true;
  }
  return false;
}

}  // namespace

std::optional<RowLedger> row_ledger(const SeedSet& set, const store::SeedSetRow& known,
                                    const schema::Schema& schema, const Surroundings& around,
                                    std::int64_t set_key) {
  const bool script = set.from.kind == RowsFrom::Kind::kSql;
  if (script || !set.ledger) return std::nullopt;
  RowLedger ledger{set.name, set_key, key_of(set, known, schema, around), known.columns};
  if (ledger.key.empty()) return std::nullopt;
  return ledger;
}

std::vector<std::string> secret_columns(const SeedSet& set) {
  std::vector<std::string> names;
  for (const Expressions* expressions : {&set.columns, &set.defaults}) {
    for (const auto& [name, expression] : *expressions) {
      if (is_secret(expression)) names.push_back(name);
    }
  }
  if (set.rows == nullptr) return names;
  for (const data::Node& row : set.rows->items()) {
    for (const data::Entry& entry : row.entries()) {
      if (!entry.value.is_mapping()) continue;
      const auto expression = read_expression(entry.value, set.document);
      if (expression && *expression && is_secret(**expression)) names.push_back(entry.key);
    }
  }
  return names;
}

}  // namespace bedstone::seed
