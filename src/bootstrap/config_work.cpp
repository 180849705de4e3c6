// From a project to its settings' values, and back into the database.
#include "bootstrap/config_work.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/seal.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/outcome.hpp"
#include "config/lifecycle.hpp"

namespace bedstone::bootstrap {
namespace {

Error no_settings(const Project& project) {
  return Error(ErrorCode::kNoSettings,
               fmt::format("the project {} declares no settings", project.name))
      .because(fmt::format("there is no file {}", project.settings.file))
      .advise("declare them there: docs/settings.md begins with an example");
}

}  // namespace

Errors ConfigWork::open(const ProjectOptions& options, db::Access access) {
  auto loaded = load(host, options);
  if (!loaded) return std::move(loaded).error();
  project = *std::move(loaded);
  const Project::Settings& from = project->settings;
  if (from.file_place.empty() && !files::exists(from.file)) return {no_settings(*project)};
  auto read = config::read_settings(from.file, from.file);
  if (!read) return std::move(read).error();
  settings = *std::move(read);
  auto connected =
      connect(host, {*project->database.url, access, false,
                     access == db::Access::kReadOnly ? Milliseconds(0) : project->database.wait});
  if (!connected && connected.error().code == ErrorCode::kDatabaseMissing) {
    if (access == db::Access::kReadOnly) return {};
    return {std::move(connected).error()};
  }
  if (!connected) return {std::move(connected).error()};
  connection = std::move(connected->connection);
  table.emplace(*connection, project->name,
                store::ConfigPlace{project->database.schema, from.table});
  const auto revision = table->revision();
  if (!revision) return {revision.error()};
  provided = revision->has_value();
  secrets_.emplace(host, *project, settings, *connection);
  return {};
}

Result<store::ConfigState> ConfigWork::stored() {
  if (!provided) return store::ConfigState();
  return table->read();
}

Result<config::Resolution> ConfigWork::resolve() {
  BEDSTONE_ASSIGN(const store::ConfigState state, stored());
  return config::resolve(settings, state, host.environment,
                         secrets_ ? secrets_->unseal() : config::Unseal());
}

bool ConfigWork::is_secret(std::string_view name) const {
  const config::SettingDeclaration* declaration = settings.find(name);
  // What once was declared may have been a secret.
  return declaration != nullptr ? declaration->secret() : !settings.keep_unknown;
}

std::optional<std::string> ConfigWork::shown(std::string_view name,
                                             const std::optional<std::string>& stored) const {
  if (!stored) return std::nullopt;
  if (is_secret(name) || config::is_mask(*stored)) return std::string(config::kMask);
  return stored;
}

Result<Secret> ConfigWork::unseal(std::string_view name, std::string_view sealed) const {
  if (!sealed_with(sealed)) return Secret(std::string(sealed));
  return secrets_->unseal()(name, sealed);
}

std::string ConfigWork::key_shown() const {
  const auto& sources = secrets_->vault().options().sources;
  return sources.empty() ? std::string() : config::describe(sources.front());
}

std::string ConfigWork::who() {
  return fmt::format("{}@{}", user_name(), host_name());
}

config::EditRequest ConfigWork::request(const ConfigWriteOptions& options) const {
  config::EditRequest request;
  request.by = options.by.empty() ? who() : options.by;
  request.reason = options.reason;
  request.expected = options.if_revision;
  request.dry_run = options.dry_run;
  return request;
}

/// The connection broke while the server decided: another one tells what became of it.
Checked<config::EditResult> ConfigWork::settle(config::Editor& editor, Errors errors) {
  auto again =
      connect(host, {*project->database.url, db::Access::kReadOnly, false, project->database.wait});
  if (!again) return bedstone::fail(std::move(errors));
  store::ConfigTable seen(*again->connection, project->name, table->place());
  auto settled = editor.settle(seen);
  if (!settled) return bedstone::fail(std::move(errors));
  if (*settled) return **std::move(settled);
  errors.front().outcome_unknown = false;
  errors.front().cause += errors.front().cause.empty() ? "" : "; ";
  errors.front().cause += "nothing was saved";
  return bedstone::fail(std::move(errors));
}

void ConfigWork::edit(const config::EditRequest& request, ConfigChangeResult& result) {
  result.dry_run = request.dry_run;
  if (!provided) {
    result.errors = {config::not_provided()};
    return;
  }
  config::Editor editor(
      {*connection, settings, *table, host.environment, secrets_->unseal(), secrets_->seal()});
  std::optional<store::Transition> moved;
  auto edited = editor.edit(request, [&]() -> Status {
    BEDSTONE_ASSIGN(moved, note_lifecycle(request.by));
    return {};
  });
  if (!edited && edited.error().front().outcome_unknown)
    edited = settle(editor, std::move(edited).error());
  if (!edited) {
    result.errors = std::move(edited).error();
    return;
  }
  result.revision = edited->revision;
  for (config::EditedSetting& one : edited->settings) {
    result.settings.push_back({std::move(one.key), std::string(config::effect_name(one.effect)),
                               std::move(one.before), std::move(one.after), one.secret,
                               one.restart});
  }
  if (request.dry_run || !edited->changed()) return;
  host.log.debug(fmt::format("settings changed: revision {}", result.revision),
                 {{"by", request.by}});
  log_transition(host, project->name, moved);
}

/// What the change makes of the application, in the change's transaction.
Result<std::optional<store::Transition>> ConfigWork::note_lifecycle(const std::string& by) {
  BEDSTONE_ASSIGN(const auto now, table->read());
  return config::record_lifecycle(*connection, project->name, settings, now, host.environment,
                                  fmt::format("{} by {}", host.command, by), host.clock.now());
}

void log_transition(const Host& host, const std::string& project,
                    const std::optional<store::Transition>& moved) {
  if (moved) host.log.info(fmt::format("{}: {} → {}", project, moved->from, moved->to));
}

}  // namespace bedstone::bootstrap
