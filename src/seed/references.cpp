// What is asked of the stage about its references, and the answers in words.
#include "seed/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace bedstone::seed {
namespace {

/// One column of a reference with the slot that holds its value: "owner.email", 3.
struct Part {
  std::string name;
  std::size_t slot = 0;
};

void add_parts(const Layout& layout, const Reference& reference, const std::string& prefix,
               std::vector<Part>& parts) {
  for (std::size_t i = 0; i < reference.columns.size(); ++i) {
    const std::string name = prefix + reference.columns[i];
    if (reference.nested[i] == Layout::npos)
      parts.push_back({name, reference.slots[i]});
    else
      add_parts(layout, layout.references[reference.nested[i]], name + ".", parts);
  }
}

/// Innermost first, the reference itself last.
void add_chain(const Layout& layout, std::size_t index, std::vector<std::size_t>& chain) {
  for (const std::size_t below : layout.references[index].nested) {
    if (below != Layout::npos) add_chain(layout, below, chain);
  }
  chain.push_back(index);
}

bool is_unique(const Reference& reference) {
  const auto covers = [&reference](const std::vector<std::string>& key) {
    return std::all_of(key.begin(), key.end(), [&reference](const std::string& column) {
      const auto& given = reference.columns;
      return std::find(given.begin(), given.end(), column) != given.end();
    });
  };
  const auto& keys = reference.table->unique_keys;
  return std::any_of(keys.begin(), keys.end(), covers);
}

class References {
 public:
  References(db::Connection& connection, const StageSql& stage, Stages stages)
      : connection_(connection),
        stage_(stage),
        layout_(stage.layout()),
        stages_(std::move(stages)) {}

  Status ambiguous(std::size_t index) {
    const Reference& top = layout_.references[index];
    std::vector<std::size_t> chain;
    add_chain(layout_, index, chain);
    for (const std::size_t one : chain) {
      const Reference& reference = layout_.references[one];
      if (is_unique(reference)) continue;
      BEDSTONE_ASSIGN(const auto rows,
                      connection_.query(fmt::format(
                          "SELECT s.n{} FROM {} AS s WHERE {} > 1 ORDER BY s.n LIMIT 100",
                          slots(one), stage_.stage(), stage_.matches(reference))));
      for (std::size_t row = 0; row < rows.size(); ++row) {
        refused.push_back({rows.integer(row, 0), layout_.columns[top.column].target->name,
                           fmt::format("{} has several rows with {}", reference.table->name,
                                       named(one, rows, row, 1)),
                           "nothing tells which of them is meant",
                           "name more columns of it beside `ref:`"});
      }
      // In PostgreSQL the outer ones would fail.
      if (!refused.empty()) return {};
    }
    return {};
  }

  Status dangling(std::size_t index, const std::vector<std::string>& but) {
    const Reference& top = layout_.references[index];
    std::vector<std::size_t> chain;
    add_chain(layout_, index, chain);
    BEDSTONE_ASSIGN(const auto rows, connection_.query(stage_.dangling(index, chain, but)));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      // A flag for each of the chain: the first that leads nowhere.
      std::size_t blamed = 0;
      while (blamed + 1 < chain.size() && !rows.boolean(row, 1 + blamed))
        ++blamed;
      BEDSTONE_ASSIGN(const auto slots,
                      connection_.query(fmt::format("SELECT s.n{} FROM {} AS s WHERE s.n = {}",
                                                    this->slots(chain[blamed]), stage_.stage(),
                                                    rows.integer(row, 0))));
      const Reference& reference = layout_.references[chain[blamed]];
      BEDSTONE_ASSIGN(const std::string hint, hint_for(reference, slots));
      refused.push_back({rows.integer(row, 0), layout_.columns[top.column].target->name,
                         fmt::format("{} has no row with {}", reference.table->name,
                                     named(chain[blamed], slots, 0, 1)),
                         "", hint});
    }
    return {};
  }

  std::vector<Refused> refused;

 private:
  std::vector<Part> parts(std::size_t index) const { return parts(layout_.references[index]); }
  std::vector<Part> parts(const Reference& reference) const {
    std::vector<Part> result;
    add_parts(layout_, reference, "", result);
    return result;
  }

  /// ", s.r0, s.r1" as texts.
  std::string slots(std::size_t index) const {
    std::string result;
    for (const Part& part : parts(index))
      result += ", " + connection_.dialect().as_text("s." + StageSql::slot(part.slot));
    return result;
  }

  /// "name red, owner.email ada@example.org"
  std::string named(std::size_t index, const db::Rows& rows, std::size_t row,
                    std::size_t cell) const {
    std::string result;
    for (const Part& part : parts(index)) {
      result += fmt::format("{}{} {}", result.empty() ? "" : ", ", part.name,
                            text::excerpt(rows.text(row, cell), 80));
      ++cell;
    }
    return result;
  }

  /// What stands in the first column that is given as it is.
  Result<std::string> hint_for(const Reference& reference, const db::Rows& slots) {
    std::string hint = "add that row, in a set of its own or by hand, or correct the reference";
    const auto direct = std::find(reference.nested.begin(), reference.nested.end(), Layout::npos);
    if (direct == reference.nested.end()) return hint;
    const auto at = static_cast<std::size_t>(direct - reference.nested.begin());
    BEDSTONE_ASSIGN(const auto* candidates, values_of(reference, at));
    std::size_t cell = 1;
    for (const Part& part : parts(reference)) {
      if (part.slot == reference.slots[at]) break;
      ++cell;
    }
    const std::string_view value = slots.text(0, cell);
    const auto near = text::nearest(value, *candidates);
    if (near && *near != value) return fmt::format("did you mean {}?", *near);
    return hint;
  }

  Result<const std::vector<std::string>*> values_of(const Reference& reference, std::size_t at) {
    const auto& dialect = connection_.dialect();
    const std::string column = dialect.quote_identifier(reference.columns[at]);
    std::string sql =
        fmt::format("SELECT {0} FROM {1} WHERE {2} IS NOT NULL", dialect.as_text(column),
                    stage_.name_of(*reference.table), column);
    for (const StageSql* one : stages_) {
      const Layout& layout = one->layout();
      for (std::size_t i = 0; i < layout.columns.size(); ++i) {
        const bool same = layout.table->name == reference.table->name &&
                          layout.columns[i].target->name == reference.columns[at];
        if (!same) continue;
        sql += fmt::format(" UNION SELECT {} FROM {}", dialect.as_text(StageSql::column(i)),
                           one->stage());
      }
    }
    sql += " LIMIT 1000";
    const auto known = values_.find(sql);
    if (known != values_.end()) return &known->second;
    BEDSTONE_ASSIGN(const auto rows, connection_.query(sql));
    std::vector<std::string>& values = values_[sql];
    for (std::size_t i = 0; i < rows.size(); ++i)
      values.emplace_back(rows.text(i, 0));
    return &values;
  }

  db::Connection& connection_;
  const StageSql& stage_;
  const Layout& layout_;
  Stages stages_;
  std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace

Result<std::vector<Refused>> ambiguous_references(db::Connection& connection, const StageSql& stage,
                                                  const Layout& layout) {
  References references(connection, stage, {});
  for (std::size_t i = 0; i < layout.references.size(); ++i) {
    if (layout.references[i].column != Layout::npos) BEDSTONE_TRY(references.ambiguous(i));
  }
  return std::move(references.refused);
}

Result<std::vector<Refused>> dangling_references(db::Connection& connection, const StageSql& stage,
                                                 std::size_t index,
                                                 const std::vector<std::string>& but,
                                                 const Stages& stages) {
  References references(connection, stage, stages);
  BEDSTONE_TRY(references.dangling(index, but));
  return std::move(references.refused);
}

}  // namespace bedstone::seed
