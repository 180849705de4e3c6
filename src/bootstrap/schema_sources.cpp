// Reading the project's SQL for definitions.
#include "bootstrap/schema_sources.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "db/url.hpp"
#include "migrate/file_name.hpp"
#include "migrate/outline.hpp"
#include "schema/canonical.hpp"
#include "schema/diff.hpp"
#include "schema/inspect.hpp"
#include "sql/classify.hpp"
#include "sql/splitter.hpp"

namespace bedstone::bootstrap {
namespace {

using Take = std::function<void(const std::string&, const sql::StatementClass&)>;

/// The statements of the way up, up to the first that cannot be read.
void read_file(const migrate::MigrationFile& file, sql::Flavor flavor, const Take& take) {
  auto reader = files::Reader::open(file.path);
  if (!reader) return;
  sql::SplitOptions options;
  options.flavor = flavor;
  options.file = file.shown;
  options.on_comment = [](const sql::Token& comment, bool inside) {
    return inside || !migrate::is_down_marker(comment.text);
  };
  sql::Splitter splitter(sql::source_of(*std::move(reader)), std::move(options));
  for (;;) {
    const auto next = splitter.next();
    if (!next || !*next) return;
    take((*next)->text, sql::classify((*next)->text, flavor));
  }
}

/// Whether the statements of a file have been run here.
bool is_applied(const migrate::MigrationFile& file,
                const std::vector<store::MigrationRow>& history) {
  return std::any_of(history.begin(), history.end(), [&file](const store::MigrationRow& row) {
    if (file.repeatable) return row.kind == store::kRepeatable && row.version == file.version;
    return row.kind == store::kVersioned &&
           migrate::compare_versions(row.version, file.version) == 0;
  });
}

void read_all(const migrate::Folder& folder, const std::vector<store::MigrationRow>& history,
              sql::Flavor flavor, const Take& take) {
  for (const auto* files : {&folder.versioned, &folder.repeatables}) {
    for (const migrate::MigrationFile& file : *files) {
      if (is_applied(file, history)) read_file(file, flavor, take);
    }
  }
}

bool is_routine(sql::ObjectKind kind) {
  return kind == sql::ObjectKind::kFunction || kind == sql::ObjectKind::kProcedure ||
         kind == sql::ObjectKind::kAggregate;
}

bool defines(const sql::StatementClass& what) {
  return (what.verb == sql::Verb::kCreate || what.verb == sql::Verb::kAlter ||
          what.verb == sql::Verb::kDrop) &&
         !what.temporary;
}

/// The lines of a table, or of another object, in one text.
std::vector<std::string> lines_of(const schema::Recorded& schema,
                                  const schema::RecordedObject& object) {
  std::vector<std::string> lines;
  for (const schema::RecordedObject* one : schema.members(object.relation)) {
    const bool apart = one->kind == "index" || one->kind == "trigger";
    const bool own = object.kind == "table" ? !apart : one == &object;
    if (own) lines.push_back(one->kind + " " + one->object + " " + one->details);
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// What the statements left in memory, where it is what was recorded.
void take_equal(db::Connection& memory, const std::string& recorded_text,
                schema::Sources& sources) {
  const auto model = schema::inspect(memory, {});
  const auto rows =
      memory.query("SELECT type, name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL");
  if (!model || !rows) return;
  const schema::Recorded recorded(recorded_text);
  const schema::Recorded made(
      schema::canonical_text(*model, schema::canonical_format(recorded_text)));
  std::map<std::string, std::string> typed;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    typed[std::string(rows->text(i, 0)) + " " + text::to_lower(rows->text(i, 1))] =
        rows->text(i, 2);
  }
  for (const schema::RecordedObject& object : recorded.objects()) {
    const std::string key = object.kind + " " + text::to_lower(object.name);
    const auto found = typed.find(key);
    const schema::RecordedObject* same = made.find(object.kind, object.object);
    if (found == typed.end() || same == nullptr) continue;
    if (lines_of(recorded, object) == lines_of(made, *same))
      sources.verbatim.emplace(key, found->second);
  }
}

Result<std::unique_ptr<db::Connection>> open_memory() {
  BEDSTONE_ASSIGN(const db::Url url, db::Url::parse("sqlite::memory:"));
  BEDSTONE_ASSIGN(auto memory, db::open(url, {}));
  // Rewriting a table the usual way must find no fault with what uses it.
  BEDSTONE_TRY(memory->execute("PRAGMA foreign_keys = OFF").map([](auto) {}));
  return memory;
}

schema::Sources replay(const migrate::Folder& folder,
                       const std::vector<store::MigrationRow>& history,
                       const std::string& recorded) {
  schema::Sources sources;
  const auto memory = open_memory();
  if (!memory) return sources;
  read_all(folder, history, sql::Flavor::kSqlite,
           [&](const std::string& statement, const sql::StatementClass& what) {
             // One that fails makes its object differ from what is recorded, and so it is not
             // taken.
             if (defines(what)) (void)(*memory)->execute(statement);
           });
  take_equal(**memory, recorded, sources);
  return sources;
}

}  // namespace

schema::Sources read_sources(const migrate::Folder& folder,
                             const std::vector<store::MigrationRow>& history,
                             const std::string& recorded, db::Engine engine) {
  if (engine == db::Engine::kSqlite) return replay(folder, history, recorded);
  schema::Sources sources;
  read_all(folder, history, sql::Flavor::kPostgres,
           [&sources](const std::string& statement, const sql::StatementClass& what) {
             if (what.verb == sql::Verb::kCreate && is_routine(what.object))
               sources.routines[what.name.name].push_back(statement);
           });
  return sources;
}

std::vector<std::string> all_tables(const migrate::Folder& folder, const std::string& project) {
  const auto memory = open_memory();
  if (!memory) return {};
  for (const migrate::MigrationFile& file : folder.versioned) {
    read_file(file, sql::Flavor::kSqlite,
              [&](const std::string& statement, const sql::StatementClass& what) {
                if (defines(what)) (void)(*memory)->execute(statement);
              });
  }
  store::Store store(**memory, project);
  (void)((*memory)->begin() && store.upgrade(0) && (*memory)->commit());
  std::vector<std::string> statements;
  const auto rows = (*memory)->query(
      "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND sql IS NOT NULL"
      " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL %'");
  for (std::size_t i = 0; rows && i < rows->size(); ++i)
    statements.emplace_back(rows->text(i, 0));
  return statements;
}

}  // namespace bedstone::bootstrap
