/// SQLite alters little: most of what differs in a table is mended by writing the table anew, as
/// https://www.sqlite.org/lang_altertable.html (7) tells.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "db/dialect.hpp"
#include "schema/mend_parts.hpp"

namespace bedstone::schema {
namespace {

constexpr db::Engine kEngine = db::Engine::kSqlite;
constexpr int kDropsFrom = 1000;

std::string quoted(std::string_view name) {
  return db::dialect_of(kEngine).quote_identifier(name);
}

bool is_object(std::string_view kind) {
  return kind == "table" || kind == "index" || kind == "view" || kind == "trigger";
}

class Planner {
 public:
  explicit Planner(const MendTexts& texts) : texts_(texts) {}

  std::vector<MendStep> run(const std::vector<SchemaDifference>& differences) {
    std::map<std::string, std::vector<const SchemaDifference*>> tables;
    for (const SchemaDifference& one : differences) {
      const std::string relation = split_object(one.kind, one.object).first;
      const bool whole = is_object(one.kind) && !(one.kind == "table" && one.change == "different");
      if (!whole) tables[relation].push_back(&one);
      if (!whole) continue;
      if (one.change == "missing") missing(one);
      if (one.change == "extra") extra(one);
      if (one.change == "different") different(one);
    }
    for (const auto& [table, found] : tables)
      change(table, found);
    return std::move(steps_);
  }

 private:
  void missing(const SchemaDifference& one) {
    const RecordedObject* object = texts_.recorded.find(one.kind, one.object);
    if (object == nullptr) return;
    create(one, *object);
    if (!is_relation_kind(one.kind)) return;
    for (const RecordedObject* member : texts_.recorded.members(object->name)) {
      if (member->kind == "index" || member->kind == "trigger")
        create({member->kind, member->object, "missing", member->details, {}}, *member);
    }
  }

  void create(const SchemaDifference& one, const RecordedObject& object) {
    Remade remade = remake_sqlite(texts_.recorded, object, texts_.sources);
    if (remade.statements.empty()) {
      steps_.push_back(leave(one, std::move(remade.obstacle)));
      return;
    }
    MendStep step = step_for(one, "create");
    step.statements = std::move(remade.statements);
    steps_.push_back(std::move(step));
  }

  void extra(const SchemaDifference& one) {
    const RecordedObject* object = texts_.live.find(one.kind, one.object);
    if (object == nullptr) return;
    MendStep step = step_for(one, "drop");
    step.statements = {drop_sqlite(*object)};
    step.destructive = true;
    step.rank = kDropsFrom - step.rank;
    steps_.push_back(std::move(step));
  }

  void different(const SchemaDifference& one) {
    const RecordedObject* expected = texts_.recorded.find(one.kind, one.object);
    const RecordedObject* actual = texts_.live.find(one.kind, one.object);
    if (expected == nullptr || actual == nullptr) return;
    Remade remade = remake_sqlite(texts_.recorded, *expected, texts_.sources);
    if (remade.statements.empty()) {
      steps_.push_back(leave(one, std::move(remade.obstacle)));
      return;
    }
    MendStep step = step_for(one, "replace");
    step.statements = {drop_sqlite(*actual), std::move(remade.statements.front())};
    steps_.push_back(std::move(step));
    // The triggers of a view go with it.
    if (one.kind == "view") {
      for (const RecordedObject* member : texts_.recorded.members(expected->name)) {
        if (member->kind == "trigger")
          create({member->kind, member->object, "missing", member->details, {}}, *member);
      }
    }
  }

  /// Whether ALTER TABLE ADD COLUMN brings just what is missing.
  bool can_add(const std::string& table, const std::vector<const SchemaDifference*>& found) const {
    std::set<std::string> missing;
    for (const SchemaDifference* one : found) {
      if (one->kind == "column-order") continue;
      if (one->kind != "column" || one->change != "missing") return false;
      const auto name = split_object(one->kind, one->object).second;
      missing.insert(name);
      const ColumnDetails details = column_details(unescaped(one->expected), kEngine);
      if (details.not_null && (!details.value || text::to_lower(*details.value) == "null"))
        return false;
      // Only what is constant can be added; a stored value has to be computed.
      if (details.value &&
          (details.value->find('(') != std::string::npos || details.value->find("current_") == 0)) {
        return false;
      }
      if (details.generated.ends_with("stored") || !details.identity.empty()) return false;
    }
    // They stand at the end.
    const std::vector<std::string> columns = texts_.recorded.columns(table);
    return missing.size() <= columns.size() &&
           std::all_of(columns.end() - static_cast<std::ptrdiff_t>(missing.size()), columns.end(),
                       [&](const std::string& name) { return missing.contains(name); });
  }

  void change(const std::string& table, const std::vector<const SchemaDifference*>& found) {
    const RecordedObject* relation = texts_.recorded.relation(table);
    if (relation == nullptr || relation->kind != "table") return;
    if (!can_add(table, found)) return rewrite(table, found);
    // In the order of the table.
    for (const std::string& name : texts_.recorded.columns(table)) {
      for (const SchemaDifference* one : found) {
        if (one->kind != "column" || split_object(one->kind, one->object).second != name) continue;
        if (const RecordedObject* column = texts_.recorded.find_in("column", table, name))
          create(*one, *column);
      }
    }
  }

  static std::string told(const std::vector<const SchemaDifference*>& found) {
    std::string text;
    for (const SchemaDifference* one : found) {
      if (!text.empty()) text += ", ";
      const auto [relation, name] = split_object(one->kind, one->object);
      text += fmt::format("{}{} {}", one->kind, name.empty() || name == relation ? "" : " " + name,
                          one->change);
    }
    return text;
  }

  /// Whether it has a value of its own there. SQLite takes names in any case.
  bool is_stored(const Recorded& schema, const std::string& table, const std::string& name) const {
    for (const RecordedObject* one : schema.members(table)) {
      if (one->kind != "column" || text::to_lower(one->name) != text::to_lower(name)) continue;
      return column_details(unescaped(one->details), kEngine).generated.empty();
    }
    return false;
  }

  static bool is_alias(const Recorded& schema, const std::string& table,
                       const RecordedObject& key) {
    const std::vector<std::string> names =
        plain_names(key.details.substr(0, key.details.find(") ") + 1));
    const RecordedObject* column =
        names.size() == 1 ? schema.find_in("column", table, names.front()) : nullptr;
    return column != nullptr && column_details(column->details, kEngine).type == "integer";
  }

  bool keeps_rowids(const std::string& table) const {
    const RecordedObject* relation = texts_.recorded.relation(table);
    if (relation->details.find("without rowid") != std::string::npos) return false;
    const RecordedObject* live = texts_.live.relation(table);
    if (live == nullptr || live->details.find("without rowid") != std::string::npos) return false;
    for (const Recorded* schema : {&texts_.recorded, &texts_.live}) {
      for (const RecordedObject* one : schema->members(table)) {
        if (one->kind == "column" && text::to_lower(one->name) == "rowid") return false;
        // An alias of the rowid carries it.
        if (one->kind == "primary-key" && is_alias(*schema, table, *one)) return false;
      }
    }
    return true;
  }

  void rewrite(const std::string& table, const std::vector<const SchemaDifference*>& found) {
    SchemaDifference whole{"table", texts_.recorded.relation(table)->object, "different", {}, {}};
    if (texts_.recorded.relation(table)->details.starts_with("virtual table")) {
      steps_.push_back(leave(whole, "a virtual table cannot be altered"));
      return;
    }
    const std::string fresh = "repaired " + table;
    Remade remade = remake_table_sqlite(texts_.recorded, table, texts_.sources, fresh);
    if (remade.statements.empty()) {
      steps_.push_back(leave(whole, std::move(remade.obstacle)));
      return;
    }
    MendStep step = step_for(whole, "rewrite");
    step.rank = rank_of("column-order");
    step.detail = told(found);
    step.destructive = true;
    step.counted_table = table;
    step.statements = std::move(remade.statements);
    copy(table, fresh, step);
    step.statements.push_back("DROP TABLE " + quoted(table));
    step.statements.push_back(
        fmt::format("ALTER TABLE {} RENAME TO {}", quoted(fresh), quoted(table)));
    // They went with the old table: those that are recorded, and those that are there besides.
    std::set<std::string> made;
    for (const bool recorded : {true, false}) {
      const Recorded& schema = recorded ? texts_.recorded : texts_.live;
      for (const std::string_view kind : {"index", "trigger"}) {
        for (const RecordedObject* one : schema.members(table)) {
          if (one->kind != kind || !made.insert(one->name).second) continue;
          Remade part = remake_sqlite(schema, *one, recorded ? texts_.sources : Sources());
          for (std::string& sql : part.statements)
            step.statements.push_back(std::move(sql));
        }
      }
    }
    steps_.push_back(std::move(step));
  }

  void copy(const std::string& table, const std::string& fresh, MendStep& step) {
    std::string into, from;
    const auto add = [&](const std::string& name) {
      into += (into.empty() ? "" : ", ") + name;
      from += (from.empty() ? "" : ", ") + name;
    };
    if (keeps_rowids(table)) add("rowid");
    for (const std::string& name : texts_.recorded.columns(table)) {
      if (is_stored(texts_.recorded, table, name) && is_stored(texts_.live, table, name))
        add(quoted(name));
    }
    if (!into.empty()) {
      step.statements.push_back(fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", quoted(fresh),
                                            into, from, quoted(table)));
    }
    const auto counts = [&](const Recorded& schema) {
      const auto members = schema.members(table);
      return std::any_of(members.begin(), members.end(), [](const RecordedObject* one) {
        return one->kind == "column" &&
               !column_details(unescaped(one->details), kEngine).identity.empty();
      });
    };
    if (!counts(texts_.recorded) || !counts(texts_.live)) return;
    // Numbers that were given once are not given again.
    const std::string old_name = db::dialect_of(kEngine).quote_literal(table);
    const std::string new_name = db::dialect_of(kEngine).quote_literal(fresh);
    step.statements.push_back("DELETE FROM sqlite_sequence WHERE name = " + new_name);
    step.statements.push_back(
        fmt::format("INSERT INTO sqlite_sequence (name, seq) SELECT {}, seq FROM sqlite_sequence"
                    " WHERE name = {}",
                    new_name, old_name));
  }

  const MendTexts& texts_;
  std::vector<MendStep> steps_;
};

}  // namespace

std::vector<MendStep> mend_sqlite(const MendTexts& texts,
                                  const std::vector<SchemaDifference>& differences) {
  return Planner(texts).run(differences);
}

}  // namespace bedstone::schema
