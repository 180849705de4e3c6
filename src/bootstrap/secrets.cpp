// From a project to its secrets.
#include "bootstrap/secrets.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/outcome.hpp"
#include "store/tables.hpp"

namespace bedstone::bootstrap {
namespace {

Error not_set_up(const Project& project, bool older) {
  return Error(ErrorCode::kNotReady,
               older ? fmt::format("{} was set up by an older Bedstone, which kept no secrets",
                                   project.database.url->redacted())
                     : fmt::format("{} was never set up by Bedstone",
                                   project.database.url->redacted()))
      .because("secrets need a place for their keys")
      .advise(older ? "bedstone up --force" : "bedstone up");
}

}  // namespace

Errors SecretWork::open(const ProjectOptions& options, db::Access access) {
  auto loaded = load(host, options);
  if (!loaded) return std::move(loaded).error();
  project = *std::move(loaded);
  if (files::exists(project->settings.file)) {
    auto read = config::read_settings(project->settings.file, project->settings.file);
    if (!read) return std::move(read).error();
    settings = *std::move(read);
  }
  auto connected = connect(
      host, {.url = *project->database.url, .access = access, .wait = project->database.wait});
  if (!connected) return {std::move(connected).error()};
  connection = std::move(connected->connection);
  const auto layout = store::Store(*connection, project->name).layout();
  if (!layout) return {layout.error()};
  if (*layout < store::kLayout) return {not_set_up(*project, *layout > 0)};
  table.emplace(*connection, project->name, config_place(*project));
  places.emplace(*connection, project->name, project->database.schema, config_place(*project));
  vault.emplace(make_vault(host, *project, settings, *connection));
  return {};
}

Status SecretWork::provide() {
  BEDSTONE_ASSIGN(const bool there, table->is_provided());
  return there ? Status() : table->provide();
}

}  // namespace bedstone::bootstrap
