/// PostgreSQL alters in place nearly everything.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "db/dialect.hpp"
#include "schema/mend_parts.hpp"
#include "sql/lexer.hpp"

namespace bedstone::schema {
namespace {

constexpr db::Engine kEngine = db::Engine::kPostgres;
constexpr int kDropsFrom = 1000;

std::string quoted(std::string_view name) {
  return db::dialect_of(kEngine).quote_identifier(name);
}

std::string alter_table(std::string_view table) {
  return "ALTER TABLE " + quoted(table);
}

bool is_partitioned(const Recorded& schema, const std::string& table) {
  const RecordedObject* found = schema.relation(table);
  return found != nullptr && found->details.starts_with("partitioned table");
}

/// Its columns, constraints and indexes come from another table.
bool is_child(const RecordedObject& table) {
  const auto items = list_items(unescaped(table.details), kEngine);
  return std::any_of(items.begin(), items.end(),
                     [](const std::string& item) { return item.starts_with("inherits "); });
}

std::string concurrent(std::string statement) {
  const std::size_t at = statement.find("INDEX ");
  return statement.insert(at + 6, "CONCURRENTLY ");
}

class Planner {
 public:
  explicit Planner(const MendTexts& texts) : texts_(texts) {}

  std::vector<MendStep> run(const std::vector<SchemaDifference>& differences) {
    for (const SchemaDifference& one : differences) {
      if (one.change == "missing") missing(one);
      if (one.change == "extra") extra(one);
      if (one.change == "different") different(one);
    }
    return std::move(steps_);
  }

 private:
  void missing(const SchemaDifference& one) {
    const RecordedObject* object = texts_.recorded.find(one.kind, one.object);
    if (object == nullptr) return;
    create(one, *object, false);
    // What a table inherits comes with it; what is left then is found when one looks again.
    if (!is_relation_kind(one.kind) || (one.kind == "table" && is_child(*object))) return;
    for (const RecordedObject* member : texts_.recorded.members(object->name)) {
      if (member == object || member->kind == "column") continue;
      create({member->kind, member->object, "missing", member->details, {}}, *member, true);
    }
  }

  void create(const SchemaDifference& one, const RecordedObject& object, bool in_new_table) {
    if (object.kind == "column-order") return;
    if (object.kind == "sequence" && is_of_identity(texts_.recorded, object)) return;
    Remade remade = remake_postgres(texts_.recorded, object, texts_.sources);
    if (remade.statements.empty()) {
      steps_.push_back(leave(one, std::move(remade.obstacle)));
      return;
    }
    MendStep step = step_for(one, "create");
    step.statements = std::move(remade.statements);
    if (object.kind == "index" && !in_new_table) make_concurrent(object, step);
    steps_.push_back(std::move(step));
    if (object.kind != "sequence") return;
    if (std::string owner = owned_by(texts_.recorded, object); !owner.empty()) {
      MendStep alter = step_for(one, "alter");
      alter.statements = {std::move(owner)};
      alter.detail = "owned by its column";
      alter.rank = rank_of("column-order");
      steps_.push_back(std::move(alter));
    }
  }

  void make_concurrent(const RecordedObject& object, MendStep& step) {
    if (!texts_.input.concurrently || is_partitioned(texts_.recorded, object.relation)) return;
    step.statements.front() = concurrent(std::move(step.statements.front()));
    step.bare = true;
    step.undo = {"DROP INDEX CONCURRENTLY IF EXISTS " + quoted(object.name)};
  }

  void extra(const SchemaDifference& one) {
    const RecordedObject* object = texts_.live.find(one.kind, one.object);
    if (object == nullptr || object->kind == "column-order" || object->kind == "range") return;
    if (object->kind == "sequence" && is_of_identity(texts_.live, *object)) return;
    std::string sql = drop_postgres(*object);
    if (sql.empty()) {
      steps_.push_back(leave(one, "Bedstone knows no statement that drops it"));
      return;
    }
    MendStep step = step_for(one, "drop");
    step.statements = {std::move(sql)};
    step.destructive = true;
    step.rank = kDropsFrom - step.rank;
    steps_.push_back(std::move(step));
  }

  void different(const SchemaDifference& one) {
    const RecordedObject* expected = texts_.recorded.find(one.kind, one.object);
    const RecordedObject* actual = texts_.live.find(one.kind, one.object);
    if (expected == nullptr || actual == nullptr) return;
    if (one.kind == "column") return column(one, *expected, *actual);
    if (one.kind == "index") return index(one, *expected);
    if (one.kind == "enum") return enumeration(one, *expected, *actual);
    if (one.kind == "table") return table(one, *expected, *actual);
    if (one.kind == "sequence") return sequence(one, *expected);
    if (one.kind == "function" || one.kind == "procedure" || one.kind == "aggregate")
      return routine(one, *expected);
    if (one.kind == "view-default") return replace(one, *expected, {});
    if (one.kind == "view" || one.kind == "materialized-view") return view(one, *expected, *actual);
    if (one.kind == "column-order") {
      steps_.push_back(
          leave(one,
                "PostgreSQL adds columns at the end alone; if the order does not matter: "
                "bedstone migrate repair --accept-drift"));
      return;
    }
    if (is_constraint(one.kind)) return constraint(one, *expected, *actual);
    if (one.kind == "trigger" || one.kind == "rule" || one.kind == "policy" ||
        one.kind == "statistics") {
      return replace(one, *expected, drop_postgres(*actual));
    }
    steps_.push_back(leave(one, "what uses it would have to be made again"));
  }

  static bool is_constraint(std::string_view kind) {
    return kind == "primary-key" || kind == "unique" || kind == "foreign-key" || kind == "check" ||
           kind == "exclusion";
  }

  /// Drops and makes in one transaction.
  void replace(const SchemaDifference& one, const RecordedObject& expected, std::string drop) {
    Remade remade = remake_postgres(texts_.recorded, expected, texts_.sources);
    if (remade.statements.empty()) {
      steps_.push_back(leave(one, std::move(remade.obstacle)));
      return;
    }
    MendStep step = step_for(one, "replace");
    if (!drop.empty()) step.statements.push_back(std::move(drop));
    for (std::string& sql : remade.statements)
      step.statements.push_back(std::move(sql));
    steps_.push_back(std::move(step));
  }

  void view(const SchemaDifference& one, const RecordedObject& expected,
            const RecordedObject& actual) {
    replace(one, expected, drop_postgres(actual));
    // What stands on it goes with it, unless it is recorded too.
    for (const RecordedObject* member : texts_.recorded.members(expected.name)) {
      if (member != &expected && member->kind != "column")
        create({member->kind, member->object, "missing", member->details, {}}, *member, true);
    }
  }

  void constraint(const SchemaDifference& one, const RecordedObject& expected,
                  const RecordedObject& actual) {
    if (actual.details == expected.details + " not valid" ||
        actual.details == expected.details + ", not valid") {
      MendStep step = step_for(one, "validate");
      step.statements = {fmt::format("{} VALIDATE CONSTRAINT {}", alter_table(expected.relation),
                                     quoted(expected.name))};
      step.rank = rank_of("statistics");
      steps_.push_back(std::move(step));
      return;
    }
    replace(one, expected, drop_postgres(actual));
  }

  void index(const SchemaDifference& one, const RecordedObject& expected) {
    const bool broken = one.actual == one.expected + " invalid";
    const bool concurrently =
        texts_.input.concurrently && !is_partitioned(texts_.recorded, expected.relation);
    if (!broken) {
      Remade remade = remake_postgres(texts_.recorded, expected, texts_.sources);
      MendStep step = step_for(one, remade.statements.empty() ? "leave" : "replace");
      step.obstacle = std::move(remade.obstacle);
      if (!remade.statements.empty()) {
        step.statements = std::move(remade.statements);
        if (concurrently) make_concurrent(expected, step);
        step.statements.insert(step.statements.begin(),
                               fmt::format("DROP INDEX {}{}", step.bare ? "CONCURRENTLY " : "",
                                           quoted(expected.name)));
      }
      steps_.push_back(std::move(step));
      return;
    }
    MendStep step = step_for(one, "rebuild");
    step.detail = "a CREATE INDEX CONCURRENTLY had left it invalid";
    step.bare = concurrently;
    step.statements = {fmt::format("REINDEX INDEX {}{}", concurrently ? "CONCURRENTLY " : "",
                                   quoted(expected.name))};
    steps_.push_back(std::move(step));
  }

  void enumeration(const SchemaDifference& one, const RecordedObject& expected,
                   const RecordedObject& actual) {
    const auto values = [](const RecordedObject& object) {
      std::string text = unescaped(object.details);
      return list_items(std::string_view(text).substr(1, text.size() - 2), kEngine);
    };
    const std::vector<std::string> wanted = values(expected);
    std::vector<std::string> there = values(actual);
    MendStep step = step_for(one, "alter");
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (std::find(there.begin(), there.end(), wanted[i]) != there.end()) continue;
      // Behind the one before it, which is there by now.
      const auto before =
          i == 0 ? there.begin() : std::find(there.begin(), there.end(), wanted[i - 1]) + 1;
      std::string place;
      if (!there.empty()) place = i == 0 ? " BEFORE " + there.front() : " AFTER " + wanted[i - 1];
      step.statements.push_back(
          fmt::format("ALTER TYPE {} ADD VALUE {}{}", quoted(expected.name), wanted[i], place));
      there.insert(before, wanted[i]);
    }
    if (!step.statements.empty()) {
      // A new value cannot be used in the transaction that adds it.
      step.bare = true;
      step.detail = fmt::format(
          "adds {}", text::count(static_cast<std::int64_t>(step.statements.size()), "value"));
      steps_.push_back(std::move(step));
    }
    if (there != wanted)
      steps_.push_back(leave(one, "PostgreSQL takes no value out of an enum, and moves none"));
  }

  void sequence(const SchemaDifference& one, const RecordedObject& expected) {
    std::string options = unescaped(expected.details);
    std::string owner = "NONE";
    if (const std::size_t at = options.find(" owned by "); at != std::string::npos) {
      owner = options.substr(at + 10);
      options.resize(at);
    }
    if (options.ends_with(" unlogged")) options.resize(options.size() - 9);
    if (!options.ends_with(" cycle")) options += " no cycle";
    MendStep step = step_for(one, "alter");
    step.statements = {fmt::format("ALTER SEQUENCE {} AS {}", quoted(expected.name), options)};
    if (!is_of_identity(texts_.recorded, expected)) step.statements.front() += " OWNED BY " + owner;
    step.rank = rank_of("column-order");
    steps_.push_back(std::move(step));
  }

  void routine(const SchemaDifference& one, const RecordedObject& expected) {
    Remade remade = remake_postgres(texts_.recorded, expected, texts_.sources);
    if (remade.statements.empty()) {
      steps_.push_back(leave(one, std::move(remade.obstacle)));
      return;
    }
    MendStep step = step_for(one, "replace");
    std::string sql = std::move(remade.statements.front());
    // Only functions and procedures can be replaced where they stand.
    sql::Lexer lexer(sql::Flavor::kPostgres, sql);
    sql::Token token;
    bool created = false;
    while (lexer.next(token) == sql::Lexer::Step::kToken) {
      if (token.is_comment()) continue;
      if (created && !token.is("or")) sql.insert(token.offset, "OR REPLACE ");
      if (created) break;
      created = token.is("create");
    }
    step.statements = {std::move(sql)};
    steps_.push_back(std::move(step));
  }

  void column(const SchemaDifference& one, const RecordedObject& expected,
              const RecordedObject& actual) {
    const ColumnDetails want = column_details(unescaped(expected.details), kEngine);
    const ColumnDetails have = column_details(unescaped(actual.details), kEngine);
    const std::string alter =
        fmt::format("{} ALTER COLUMN {} ", alter_table(expected.relation), quoted(expected.name));
    if (want.generated != have.generated) {
      MendStep step = step_for(one, "rewrite");
      step.detail = "it is computed otherwise: dropped and added again";
      step.statements = {drop_postgres(actual),
                         fmt::format("{} ADD COLUMN {}", alter_table(expected.relation),
                                     column_definition_postgres(texts_.recorded, expected))};
      step.destructive = true;
      steps_.push_back(std::move(step));
      return;
    }
    if (want.type != have.type || want.collation != have.collation)
      retype(one, expected, want, have);
    MendStep step = step_for(one, "alter");
    const auto add = [&step, &alter](const std::string& what, std::string_view told) {
      step.statements.push_back(alter + what);
      step.detail += (step.detail.empty() ? "" : ", ") + std::string(told);
    };
    if (have.identity != want.identity && !have.identity.empty() && want.identity.empty())
      add("DROP IDENTITY", "no identity");
    if (want.value != have.value && want.identity.empty()) {
      if (want.value) {
        add("SET DEFAULT " + *want.value, "default " + *want.value);
      } else {
        add("DROP DEFAULT", "no default");
      }
    } else if (have.value && !want.value) {
      add("DROP DEFAULT", "no default");
    }
    if (want.not_null && !have.not_null) add("SET NOT NULL", "not null");
    if (!want.not_null && have.not_null) add("DROP NOT NULL", "nullable");
    if (!want.identity.empty() && have.identity != want.identity) {
      const std::string when = want.identity == "always" ? "ALWAYS" : "BY DEFAULT";
      const std::string definition = column_definition_postgres(texts_.recorded, expected);
      const std::size_t at = definition.find(" GENERATED ");
      add(have.identity.empty() ? "ADD" + definition.substr(at) : "SET GENERATED " + when,
          "generated " + want.identity + " as identity");
    }
    if (want.storage != have.storage) storage(want, add);
    if (!step.statements.empty()) steps_.push_back(std::move(step));
  }

  void retype(const SchemaDifference& one, const RecordedObject& expected,
              const ColumnDetails& want, const ColumnDetails& have) {
    MendStep step = step_for(one, "rewrite");
    step.detail = fmt::format("type {} → {}", have.type, want.type);
    step.destructive = true;
    const std::string name = quoted(expected.name);
    const std::string alter =
        fmt::format("{} ALTER COLUMN {} ", alter_table(expected.relation), name);
    // A default of the old type may not be one of the new; it comes back behind the change.
    if (have.value) step.statements.push_back(alter + "DROP DEFAULT");
    step.statements.push_back(
        fmt::format("{}TYPE {}{} USING {}::{}", alter, want.type,
                    want.collation.empty() ? "" : " COLLATE " + want.collation, name, want.type));
    if (have.value && want.value) step.statements.push_back(alter + "SET DEFAULT " + *want.value);
    steps_.push_back(std::move(step));
  }

  template <typename Add>
  static void storage(const ColumnDetails& want, const Add& add) {
    const auto items = list_items(want.storage, kEngine);
    bool compressed = false;
    for (const std::string& item : items) {
      if (item.starts_with("storage ")) add("SET STORAGE " + item.substr(8), item);
      if (item.starts_with("with (")) add("SET " + item.substr(5), item);
      if (item.starts_with("compression ")) {
        compressed = true;
        add("SET COMPRESSION " + item.substr(12), item);
      }
    }
    if (!compressed && items.empty()) add("SET COMPRESSION default", "compression default");
  }

  void table(const SchemaDifference& one, const RecordedObject& expected,
             const RecordedObject& actual) {
    const std::string want_text = unescaped(expected.details);
    const std::string have_text = unescaped(actual.details);
    const auto set_of = [](const std::string& text) {
      const auto items = list_items(text, kEngine);
      return std::set<std::string>(items.begin(), items.end());
    };
    const std::set<std::string> want = set_of(want_text), have = set_of(have_text);
    const std::string alter = alter_table(expected.name) + " ";
    MendStep step = step_for(one, "alter");
    std::vector<std::string> unknown;
    for (const std::string& item : want) {
      if (!have.contains(item)) option(item, true, alter, step, unknown);
    }
    for (const std::string& item : have) {
      if (!want.contains(item)) option(item, false, alter, step, unknown);
    }
    if (!unknown.empty()) {
      steps_.push_back(leave(one, "the table is of another kind: " + text::join(unknown, ", ")));
    }
    if (!step.statements.empty()) steps_.push_back(std::move(step));
  }

  static void option(const std::string& item, bool wanted, const std::string& alter, MendStep& step,
                     std::vector<std::string>& unknown) {
    if (item == "row security") {
      step.statements.push_back(alter + (wanted ? "ENABLE" : "DISABLE") + " ROW LEVEL SECURITY");
    } else if (item == "row security forced") {
      step.statements.push_back(alter + (wanted ? "" : "NO ") + "FORCE ROW LEVEL SECURITY");
    } else if (item == "unlogged") {
      step.statements.push_back(alter + (wanted ? "SET UNLOGGED" : "SET LOGGED"));
      step.destructive = true;
      step.detail = "the table is written anew";
    } else if (item.starts_with("replica identity ")) {
      step.statements.push_back(alter + "REPLICA IDENTITY " +
                                (wanted ? item.substr(17) : std::string("DEFAULT")));
    } else if (item.starts_with("with(")) {
      if (wanted) {
        step.statements.push_back(alter + "SET " + item.substr(4));
        return;
      }
      std::string names;
      for (const std::string& one :
           list_items(std::string_view(item).substr(5, item.size() - 6), kEngine)) {
        names +=
            (names.empty() ? "" : ", ") + std::string(text::trim(one.substr(0, one.find('='))));
      }
      // What is set again behind it stays.
      step.statements.insert(step.statements.begin(), alter + "RESET (" + names + ")");
    } else {
      unknown.push_back(item);
    }
  }

  const MendTexts& texts_;
  std::vector<MendStep> steps_;
};

}  // namespace

std::vector<MendStep> mend_postgres(const MendTexts& texts,
                                    const std::vector<SchemaDifference>& differences) {
  return Planner(texts).run(differences);
}

}  // namespace bedstone::schema
