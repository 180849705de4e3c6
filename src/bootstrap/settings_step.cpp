// The import and all that comes with it.
#include "bootstrap/settings_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/secret_tools.hpp"
#include "bootstrap/work.hpp"
#include "store/tables.hpp"

namespace bedstone::bootstrap {
namespace {

/// Keys of the store's meta table: names of settings, separated by commas.
constexpr std::string_view kKnown = "settings_known";
constexpr std::string_view kImported = "settings_imported";

std::vector<std::string> names_in(const std::optional<std::string>& text) {
  std::vector<std::string> names;
  if (!text) return names;
  for (const std::string_view name : text::split(*text, ',')) {
    if (!name.empty()) names.emplace_back(name);
  }
  return names;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

store::ConfigTable table_of(db::Connection& connection, const Project& project) {
  return {connection, project.name, {project.database.schema, project.settings.table}};
}

bool is_seed(const config::SettingDeclaration& one) {
  return one.environment && one.environment->role == config::EnvironmentName::Role::kSeed;
}

/// Every setting has one chance to be imported: at the first start that knows its declaration.
void look_at_variables(const SettingsSources& sources, const Environment& environment,
                       SettingsView& view) {
  for (const config::SettingDeclaration& one : sources.declared.declared) {
    if (is_seed(one) && !contains(view.known, one.name)) view.newly_known.push_back(one.name);
  }
  // As long as the file cannot be read nobody knows what it holds.
  if (!view.newly_known.empty()) view.broken = sources.file_errors;
  if (view.newly_known.empty()) view.warnings = sources.file_errors;
  for (config::SeedVariable& variable :
       config::seed_variables(sources.declared, environment, sources.file)) {
    const std::string& name = variable.declaration->name;
    const config::Resolved& now = *view.resolved.find(name);
    if (contains(view.newly_known, name) && !now.stored) {
      for (Error& error : config::unfit(variable))
        view.broken.push_back(std::move(error));
      view.fresh.push_back(std::move(variable));
    } else if (auto differs =
                   config::disagreement(variable, view.resolved, contains(view.imported, name))) {
      view.warnings.push_back(*std::move(differs));
    }
  }
}

/// What is pinned or stored and cannot be used. What is missing is told with `lacking`.
void look_at_problems(SettingsView& view) {
  for (const config::Resolved& one : view.resolved.settings) {
    if (one.locked || (one.counts && one.declaration->required)) continue;
    view.warnings.insert(view.warnings.end(), one.problems.begin(), one.problems.end());
  }
}

void look_at_values(SettingsView& view) {
  std::set<std::string_view> coming;
  for (const config::SeedVariable& one : view.fresh)
    coming.insert(one.declaration->name);
  for (const config::Resolved& one : view.resolved.settings) {
    const config::SettingDeclaration& declaration = *one.declaration;
    if (one.in_clear && one.value) view.to_seal.push_back(declaration.name);
    const bool lacks = one.counts && one.source == config::Source::kNone;
    if (lacks && declaration.generated && !coming.contains(declaration.name))
      view.to_make.push_back(declaration.name);
  }
}

std::string listed(const std::vector<std::string>& names) {
  return text::excerpt(text::join(names, ", "), 200);
}

/// "the environment", ".env", "the environment and .env"
std::string origins_of(const SettingsView& view) {
  std::vector<std::string> origins;
  for (const config::SeedVariable& one : view.fresh) {
    if (!contains(origins, one.origin)) origins.push_back(one.origin);
  }
  return text::join(origins, " and ");
}

std::string reason_for(const SettingsView& view) {
  if (!view.fresh.empty()) return "import of " + origins_of(view);
  if (!view.to_make.empty()) return "values made by bedstone up";
  return "secrets in the clear encrypted";
}

config::EditRequest request_for(const SettingsView& view) {
  config::EditRequest request;
  request.by = fmt::format("{}@{}", user_name(), host_name());
  request.reason = reason_for(view);
  request.skip_pinned = true;
  request.may_lack = true;
  request.generate_all = true;
  for (const config::SeedVariable& one : view.fresh)
    request.edits.push_back({one.declaration->name, one.text.clone()});
  for (const std::string& name : view.to_seal)
    request.edits.push_back({name, view.resolved.find(name)->value->text()});
  return request;
}

/// Errors of the import name the variable that they are about.
void name_variables(const SettingsView& view, Errors& errors) {
  for (Error& error : errors) {
    for (const config::SeedVariable& one : view.fresh) {
      if (error.code != ErrorCode::kSettingValue && error.code != ErrorCode::kMaskedValue) continue;
      if (error.message.find(one.declaration->name) == std::string::npos) continue;
      error.cause += error.cause.empty() ? "" : "; ";
      error.cause += fmt::format("the variable {} of {} says it", one.name(), one.origin);
      if (error.place.empty()) error.place = one.place;
      break;
    }
  }
}

/// All of it, in the open transaction.
Errors write_settings(Work& work, const SettingsView& view, config::Editor& editor) {
  if (!view.fresh.empty() || !view.to_make.empty() || !view.to_seal.empty()) {
    auto edited = editor.edit_within(request_for(view));
    if (!edited) {
      Errors errors = std::move(edited).error();
      name_variables(view, errors);
      return errors;
    }
  }
  std::vector<std::string> known = view.known;
  known.insert(known.end(), view.newly_known.begin(), view.newly_known.end());
  std::vector<std::string> imported = view.imported;
  for (const config::SeedVariable& one : view.fresh)
    imported.push_back(one.declaration->name);
  for (const auto& [key, names] : {std::pair(kKnown, &known), std::pair(kImported, &imported)}) {
    const auto set = work.store->set_meta(key, text::join(*names, ","));
    const auto done = work.connection->execute(set.statement());
    if (!done) return {done.error()};
  }
  return {};
}

Status begin(Work& work) {
  const auto begin_locked = work.begin_function();
  return begin_locked ? begin_locked() : work.connection->begin();
}

void roll_back(Work& work) {
  const Status undone = work.connection->rollback();
  if (!undone) work.host.log.debug(undone.error().message);
}

}  // namespace

Checked<SettingsSources> read_settings_sources(const Project& project) {
  auto declared = config::read_settings(project.settings.file, project.settings.file);
  if (!declared) return fail(std::move(declared).error());
  SettingsSources sources;
  sources.declared = *std::move(declared);
  const auto& file = project.settings.import_env;
  if (!file || !files::exists(*file)) return sources;
  auto read = config::read_env(*file);
  if (read)
    sources.file = *std::move(read);
  else
    sources.file_errors = std::move(read).error();
  return sources;
}

Result<SettingsView> look_at_settings(const Host& host, db::Connection* connection,
                                      const Project& project, const SettingsSources& sources,
                                      int layout) {
  SettingsView view;
  store::ConfigState stored;
  std::optional<SecretTools> tools;
  if (connection != nullptr && layout == store::kLayout) {
    auto table = table_of(*connection, project);
    BEDSTONE_ASSIGN(view.provided, table.is_provided());
    if (view.provided) {
      BEDSTONE_ASSIGN(stored, table.read());
    }
    store::Store store(*connection, project.name);
    BEDSTONE_ASSIGN(const auto known, store.meta(kKnown));
    view.known = names_in(known);
    BEDSTONE_ASSIGN(const auto imported, store.meta(kImported));
    view.imported = names_in(imported);
    tools.emplace(host, project, sources.declared, *connection);
  }
  // Only what is compared with a variable has to be opened.
  std::set<std::string, std::less<>> compared;
  for (const config::SeedVariable& one :
       config::seed_variables(sources.declared, host.environment, sources.file))
    compared.insert(one.declaration->name);
  view.resolved =
      config::resolve(sources.declared, stored, host.environment,
                      [&](std::string_view name, std::string_view sealed) -> Result<Secret> {
                        if (tools && compared.contains(name)) return tools->unseal()(name, sealed);
                        return fail(Error(ErrorCode::kSealKey, "not looked at"));
                      });
  look_at_variables(sources, host.environment, view);
  look_at_values(view);
  look_at_problems(view);
  view.lacking = config::lacking(sources.declared, view.resolved);
  return view;
}

std::string describe_import(const SettingsView& view) {
  std::vector<std::string> names;
  for (const config::SeedVariable& one : view.fresh)
    names.push_back(one.declaration->name);
  return fmt::format("{} from {}: {}",
                     text::count(static_cast<std::int64_t>(names.size()), "setting"),
                     origins_of(view), listed(names));
}

std::vector<Step> settings_steps(const Project& project, const SettingsView& view) {
  std::vector<Step> steps;
  const auto add = [&](std::string subject, std::string detail) {
    steps.push_back({.kind = "settings",
                     .subject = std::move(subject),
                     .detail = std::move(detail),
                     .file = project.settings.file});
  };
  if (!view.provided) add("table " + project.settings.table, "holds the values of settings");
  if (!view.fresh.empty()) add("import", describe_import(view));
  if (!view.to_make.empty()) add("make", listed(view.to_make));
  if (!view.to_seal.empty()) add("encrypt", listed(view.to_seal));
  return steps;
}

Status provide_settings(Work& work) {
  auto table = table_of(*work.connection, work.project);
  BEDSTONE_ASSIGN(const bool there, table.is_provided());
  if (there) return {};
  BEDSTONE_TRY(begin(work));
  Status made = table.provide();
  if (made) made = work.connection->commit();
  if (!made) roll_back(work);
  return made;
}

Errors carry_out_settings(Work& work, const SettingsSources& sources, SettingsView& view) {
  if (!view.broken.empty()) return view.broken;
  for (const config::SeedVariable& one : view.fresh) {
    if (one.overruled) view.warnings.push_back(config::overruled(one));
  }
  if (view.newly_known.empty() && view.to_make.empty() && view.to_seal.empty()) return {};
  const SecretTools tools(work.host, work.project, sources.declared, *work.connection);
  auto table = table_of(*work.connection, work.project);
  config::Editor editor({*work.connection, sources.declared, table, work.host.environment,
                         tools.unseal(), tools.seal()});
  if (Status begun = begin(work); !begun) return {std::move(begun).error()};
  if (Errors errors = write_settings(work, view, editor); !errors.empty()) {
    roll_back(work);
    return errors;
  }
  if (Status committed = work.connection->commit(); !committed) {
    roll_back(work);
    return {std::move(committed).error()};
  }
  if (Status stands = editor.read_back(); !stands) return {std::move(stands).error()};
  Errors warnings = std::move(view.warnings);
  auto now =
      look_at_settings(work.host, work.connection.get(), work.project, sources, work.seen.layout);
  if (!now) return {std::move(now).error()};
  view = *std::move(now);
  view.warnings = std::move(warnings);
  return {};
}

std::string mark_of(const SettingsSources& sources, const SettingsView& view,
                    const Release& release, const Environment& environment) {
  const auto variables = config::watched_variables(sources.declared);
  const bool silent = view.warnings.empty() && !view.due() && sources.file_errors.empty();
  if (!silent || has_secret(variables, environment, sources.file)) return "";
  return SettingsMark{view.resolved.revision, view.configured(),
                      fingerprint_of(variables, release.digest, environment, sources.file),
                      variables}
      .text();
}

}  // namespace bedstone::bootstrap
