// Told from the statements; what a DO block or a function does is not seen.
#include "bootstrap/squash_scan.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "migrate/flavor.hpp"
#include "migrate/outline.hpp"
#include "sql/classify.hpp"
#include "sql/redact.hpp"
#include "sql/splitter.hpp"

namespace bedstone::bootstrap {
namespace {

using sql::ObjectKind;
using sql::Verb;

bool is_outside(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kRole:
    case ObjectKind::kDatabase:
    case ObjectKind::kTablespace:
    case ObjectKind::kSystem:
    case ObjectKind::kEventTrigger:
    case ObjectKind::kPublication:
    case ObjectKind::kSubscription:
      return true;
    default:
      return false;
  }
}

/// ALTER … OWNER TO, ALTER DEFAULT PRIVILEGES.
bool alters_rights(std::string_view text, sql::Flavor flavor) {
  sql::Lexer lexer(flavor, text);
  sql::Token token;
  bool owner = false, begins = true;
  int words = 0;
  while (lexer.next(token) == sql::Lexer::Step::kToken) {
    if (token.is_comment()) continue;
    if (owner && token.is("to")) return true;
    owner = token.is("owner");
    begins = begins && (words == 0 ? token.is("alter") : words != 1 || token.is("default"));
    if (++words == 2 && begins) return true;
  }
  return false;
}

bool is_left_out(const std::string& text, const sql::StatementClass& what, const Project& project) {
  const bool postgres = project.database.url->engine() == db::Engine::kPostgres;
  if (what.verb == Verb::kPragma) {
    return !what.value.empty() &&
           (what.name.name == "user_version" || what.name.name == "application_id");
  }
  if (!postgres) return false;
  if (what.verb == Verb::kGrant || is_outside(what.object)) return true;
  const bool changes = what.verb == Verb::kCreate || what.verb == Verb::kAlter ||
                       what.verb == Verb::kInsert || what.verb == Verb::kUpdate;
  if (changes && what.object == ObjectKind::kSchema)
    return what.name.name != project.database.schema;
  if (changes && !what.name.schema.empty() && what.name.schema != project.database.schema)
    return what.object != ObjectKind::kSetting && what.object != ObjectKind::kExtension;
  return what.verb == Verb::kAlter && alters_rights(text, sql::Flavor::kPostgres);
}

}  // namespace

Result<std::vector<std::string>> not_in_a_schema(const std::vector<migrate::MigrationFile>& files,
                                                 const Project& project) {
  const sql::Flavor flavor = migrate::flavor_of(project.database.url->engine());
  std::vector<std::string> found;
  for (const migrate::MigrationFile& file : files) {
    BEDSTONE_ASSIGN(auto reader, files::Reader::open(file.path));
    sql::SplitOptions options;
    options.flavor = flavor;
    options.file = file.shown;
    options.on_comment = [](const sql::Token& comment, bool inside) {
      return inside || !migrate::is_down_marker(comment.text);
    };
    sql::Splitter splitter(sql::source_of(std::move(reader)), std::move(options));
    for (;;) {
      BEDSTONE_ASSIGN(const auto statement, splitter.next());
      if (!statement) break;
      const auto what = sql::classify(statement->text, flavor);
      if (!is_left_out(statement->text, what, project)) continue;
      found.push_back(fmt::format("{}:{}: {}", file.shown, statement->line,
                                  sql::excerpt(statement->text, flavor)));
    }
  }
  return found;
}

}  // namespace bedstone::bootstrap
