// Setting an application up in one transaction; handing its settings to a program.
#include "bootstrap/config_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "bootstrap/attempts.hpp"
#include "bootstrap/config_work.hpp"
#include "bootstrap/outcome.hpp"
#include "config/lifecycle.hpp"

namespace bedstone::bootstrap {
namespace {

Error already_configured() {
  return Error(ErrorCode::kAlreadyConfigured, "the application is configured already")
      .because("a setup is done once; nothing was changed")
      .advise(
          "change single settings: `bedstone config set NAME VALUE`; to set it up again on "
          "purpose: `bedstone config setup --force …`");
}

/// Secrets come from their variables, or are asked for.
Errors read_secrets(const Host& host, const config::Settings& settings, const SetupOptions& options,
                    config::SetupWords& words) {
  Errors errors;
  for (const std::string& name : options.secrets) {
    const auto* declaration = settings.find(name);
    if (declaration == nullptr) {
      errors.push_back(config::unknown_setting(settings, name));
      continue;
    }
    const auto& variable = declaration->environment;
    const auto there = variable ? host.environment.get(variable->name) : std::nullopt;
    if (there && !there->empty()) {
      words.values.push_back({name, Secret(std::string(*there))});
      continue;
    }
    auto value = options.read_secret(name);
    if (!value) return {std::move(value).error()};
    words.values.push_back({name, *std::move(value)});
  }
  for (const config::SetupValue& one : options.values) {
    const auto* declaration = settings.find(one.key);
    if (declaration != nullptr && declaration->secret()) {
      errors.push_back(
          Error(ErrorCode::kSecretArgument, fmt::format("{} is a secret", one.key))
              .because("others can read command lines")
              .advise(fmt::format("--secret {}, with the value on standard input", one.key)));
    }
    words.values.push_back({one.key, one.text ? std::optional(one.text->clone()) : std::nullopt});
  }
  return errors;
}

/// All in the open transaction, which holds everybody else off.
class Setup {
 public:
  Setup(const Host& host, ConfigWork& opened, const SetupOptions& options, SetupReport& report)
      : host_(host),
        opened_(opened),
        options_(options),
        report_(report),
        editor_({*opened.connection, opened.settings, *opened.table, host.environment,
                 opened.secrets().unseal(), opened.secrets().seal()}) {}

  Errors run(config::SetupWords words) {
    if (!opened_.provided) return {config::not_provided()};
    BEDSTONE_CHECK(opened_.connection->begin());
    Errors errors = within(std::move(words));
    if (!errors.empty() || options_.dry_run) {
      const Status undone = opened_.connection->rollback();
      if (!undone) host_.log.debug(undone.error().message);
      return errors;
    }
    BEDSTONE_CHECK(opened_.connection->commit());
    BEDSTONE_CHECK(editor_.read_back());
    log_transition(host_, opened_.project->name, moved_);
    return {};
  }

 private:
  config::Resolution resolved(const store::ConfigState& stored) const {
    return config::resolve(opened_.settings, stored, host_.environment, {});
  }

  Errors within(config::SetupWords words) {
    const auto before = opened_.table->read_for_change();
    if (!before) return {before.error()};
    store::Transitions transitions(*opened_.connection, opened_.project->name);
    const auto running = transitions.is_running(host_.clock.now());
    if (!running) return {running.error()};
    const config::Resolution now = resolved(*before);
    report_.lifecycle_before = config::lifecycle_of(opened_.settings, now, *running);
    report_.lifecycle = report_.lifecycle_before;
    if (report_.lifecycle_before != Lifecycle::kUnconfigured && !options_.force)
      return {already_configured()};
    auto plan = config::plan_setup(opened_.settings, config::values_of(now), std::move(words));
    if (!plan) return std::move(plan).error();

    config::EditRequest request;
    request.by = ConfigWork::who();
    request.reason = "setup";
    for (config::SetupValue& one : *plan)
      request.edits.push_back({std::move(one.key), std::move(one.text)});
    auto edited = editor_.edit_within(request);
    if (!edited) return std::move(edited).error();
    const auto after = opened_.table->read();
    if (!after) return {after.error()};
    const config::Resolution then = resolved(*after);
    if (Errors lacking = config::lacking(opened_.settings, then); !lacking.empty()) return lacking;
    auto moved =
        config::record_lifecycle(*opened_.connection, opened_.project->name, opened_.settings,
                                 *after, host_.environment, "config setup", host_.clock.now());
    if (!moved) return {moved.error()};
    moved_ = *std::move(moved);
    report_.lifecycle = config::lifecycle_of(opened_.settings, then, *running);
    report_.revision = edited->revision;
    report_.settings = std::move(edited->settings);
    return {};
  }

  const Host& host_;
  ConfigWork& opened_;
  const SetupOptions& options_;
  SetupReport& report_;
  config::Editor editor_;
  std::optional<store::Transition> moved_;
};

Errors set_up(const Host& host, const ProjectOptions& project, const SetupOptions& options,
              SetupReport& report) {
  ConfigWork opened(host);
  Errors errors = opened.open(project, db::Access::kReadWrite);
  name_target(opened, report);
  if (!errors.empty()) return errors;
  config::SetupWords words;
  words.mode = options.mode;
  words.admins = options.admins;
  words.unset = options.unset;
  errors = read_secrets(host, opened.settings, options, words);
  if (!errors.empty()) return errors;
  return Setup(host, opened, options, report).run(std::move(words));
}

/// "smtp.port" → "SMTP_PORT"
std::string variable_of(std::string_view setting, std::string_view prefix) {
  std::string name(prefix);
  for (const char c : setting) {
    if (c >= 'a' && c <= 'z')
      name += static_cast<char>(c - 'a' + 'A');
    else
      name += (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
  }
  return name;
}

/// Variables on which the program's start depends; no setting's name may turn into one by chance.
bool is_reserved(std::string_view name) {
  constexpr std::array<std::string_view, 9> kReserved{
      "PATH", "HOME", "SHELL", "USER", "LOGNAME", "PWD", "IFS", "LANG", "DATABASE_URL"};
  return name.starts_with("LD_") || name.starts_with("LC_") || name.starts_with("BEDSTONE_") ||
         std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

class VariableList {
 public:
  VariableList(const Host& host, const std::string& prefix) : host_(host), prefix_(prefix) {}

  void build(const config::Resolution& resolved, ConfigVariables& result) {
    for (const config::Resolved& one : resolved.settings)
      add(one, result);
  }

 private:
  void add(const config::Resolved& one, ConfigVariables& result) {
    const config::SettingDeclaration& declaration = *one.declaration;
    const auto& declared = declaration.environment;
    const std::string name = declared ? declared->name : variable_of(declaration.name, prefix_);
    if (!declared && is_reserved(name)) {
      result.errors.push_back(
          Error(ErrorCode::kConfigVariables,
                fmt::format("{} would be handed over as {}", declaration.name, name))
              .because("programs rely on that variable for something else")
              .advise("give the setting a name of its own: `env: {pin: NAME}`; or all of them a "
                      "prefix: --config-prefix APP_")
              .at(declaration.place));
      return;
    }
    const auto [other, fresh] = taken_.emplace(name, declaration.name);
    if (!fresh) {
      result.errors.push_back(Error(ErrorCode::kConfigVariables,
                                    fmt::format("{} and {} would both be handed over as {}",
                                                other->second, declaration.name, name))
                                  .advise("give one of them a name of its own: `env: {pin: NAME}`")
                                  .at(declaration.place));
      return;
    }
    // What does not count, or has no value, must not come from a variable that nobody reads.
    const bool usable = one.counts && one.value;
    if (one.counts && !one.problems.empty())
      result.errors.insert(result.errors.end(), one.problems.begin(), one.problems.end());
    if (one.source == config::Source::kPin) return;
    if (usable)
      result.set.emplace_back(name, one.value->text());
    else if (host_.environment.get(name))
      result.remove.push_back(name);
  }

  const Host& host_;
  const std::string& prefix_;
  std::map<std::string, std::string> taken_;
};

Errors read_variables(const Host& host, const ProjectOptions& project, const std::string& prefix,
                      ConfigVariables& result) {
  ConfigWork opened(host);
  if (Errors errors = opened.open(project, db::Access::kReadOnly); !errors.empty()) return errors;
  const auto resolved = opened.resolve();
  if (!resolved) return {resolved.error()};
  VariableList(host, prefix).build(*resolved, result);
  return {};
}

}  // namespace

SetupReport config_setup(const Host& host, const ProjectOptions& project,
                         const SetupOptions& options) {
  SetupReport report;
  report.dry_run = options.dry_run;
  report.errors = set_up(host, project, options, report);
  report.exit_code = exit_code_for(report.errors);
  return report;
}

ConfigVariables config_variables(const Host& host, const ProjectOptions& project,
                                 const std::string& prefix) {
  ConfigVariables result;
  Errors errors = read_variables(host, project, prefix, result);
  result.errors.insert(result.errors.begin(), errors.begin(), errors.end());
  result.exit_code = exit_code_for(result.errors);
  return result;
}

}  // namespace bedstone::bootstrap
