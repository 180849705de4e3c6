// Setting an application up, from a page.
#include <fmt/format.h>

#include "base/text.hpp"
#include "base/version.hpp"
#include "config/settings.hpp"
#include "data/json.hpp"
#include "server/api.hpp"
#include "server/json_text.hpp"
#include "server/refusal.hpp"
#include "server/table_json.hpp"

namespace bedstone::server::api {
namespace {

constexpr std::chrono::seconds kStatusAge{1};

std::string written(const data::Node& node) {
  return node.is_scalar() ? node.text() : data::to_json(node);
}

bootstrap::SetupOptions options_of(const Call& call) {
  bootstrap::SetupOptions options;
  options.mode = call.text("mode");
  options.admins = call.texts("admins");
  options.unset = call.texts("unset");
  options.dry_run = call.flag("dry_run");
  if (const data::Node* values = call.body.find("values")) {
    for (const data::Entry& entry : values->entries())
      options.values.push_back({entry.key, Secret(written(entry.value))});
  }
  const data::Node* secrets = call.body.find("secrets");
  if (secrets == nullptr) return options;
  for (const data::Entry& entry : secrets->entries())
    options.secrets.push_back(entry.key);
  options.read_secret = [secrets](const std::string& name) -> Result<Secret> {
    return Secret(written(*secrets->find(name)));
  };
  return options;
}

/// The first admin's account; nullopt: none is asked for.
struct Account {
  std::string email;
  std::string name;
  Secret password;
};
Result<std::optional<Account>> account_of(const Call& call) {
  const data::Node* node = call.body.find("account");
  if (node == nullptr || node->is_null()) return std::nullopt;
  const auto text = [&](std::string_view name) {
    const data::Node* member = node->find(name);
    return member != nullptr && member->is_scalar() ? member->text() : std::string();
  };
  Account account{text("email"), text("name"), Secret(text("password"))};
  if (account.email.find('@') == std::string::npos)
    return fail(Error(ErrorCode::kRequestMalformed, "account lacks the address (email)"));
  BEDSTONE_TRY(check_new_password(account.password, account.email));
  return account;
}

/// Names that the call itself brought.
std::vector<std::string> given_names(const Call& call) {
  std::vector<std::string> names = call.texts("unset");
  for (const std::string_view member : {"values", "secrets"}) {
    const data::Node* node = call.body.find(member);
    if (node == nullptr) continue;
    for (const data::Entry& entry : node->entries())
      names.push_back(entry.key);
  }
  return names;
}

/// An error of the account is about one of its fields.
Response account_refusal(const Error& error) {
  const bool password = error.code == ErrorCode::kPasswordRefused;
  return refused({{password ? "account.password" : "account.email", error}});
}

/// "eve@example.com, from 10.0.0.7, at 2026-11-22T14:03:00Z"
std::string doer(const Call& call) {
  const auto admins = call.texts("admins");
  const std::string who = admins.empty() ? "somebody" : admins.front();
  return fmt::format("{} did it, from {}, at {}", text::printable(who), call.request.address,
                     to_iso(call.app.host.clock.now()).substr(0, 19) + "Z");
}

Response set_up(const Call& call, const bootstrap::SetupOptions& options) {
  App& app = call.app;
  const auto report = bootstrap::config_setup(app.host, app.project_options, options);
  if (!report.errors.empty()) {
    if (report.errors.front().code == ErrorCode::kAlreadyConfigured) app.setup.close();
    return refusal(report.errors, setting_names(call, given_names(call)));
  }
  if (!options.dry_run) {
    app.setup.close(doer(call));
    app.config_changed();
    const Status reloaded = app.live.reload();
    if (!reloaded) app.host.log.debug(reloaded.error().message);
    app.host.log.info("the setup is done", {{"address", std::string_view(call.request.address)}});
  }
  return json_response(app.reports.setup(report));
}

/// Tells those who watch the setup.
template <typename Work>
Response step(const Call& call, std::string_view name, Work work) {
  const auto tell = [&](std::string_view state) {
    JsonObject event;
    event.text("step", name).text("state", state);
    call.app.events.publish("setup", event.str());
  };
  tell("begun");
  Response response = work();
  tell(response.status == 200 ? "done" : "failed");
  return response;
}

Response provide(const Call& call, const Account& account) {
  const Status provided = call.app.sign_in.provide(account.email, account.name, account.password);
  return provided ? json_response("{}") : error_response(provided.error());
}

/// What became of the seed sets is a member of its own: the setup is done, whatever it is.
void add_seeding(const Call& call, Response& response) {
  SeedOptions options;
  options.sets = call.texts("seed");
  options.on_progress = [&](const Progress& progress) {
    call.app.events.publish("progress", progress_json(progress));
  };
  SeedingResult result;
  step(call, "seeds", [&] {
    result = bootstrap::seed(call.app.host, call.app.project_options, options);
    return result.errors.empty() ? json_response("{}") : error_response(result.errors);
  });
  std::vector<std::string> errors;
  for (const Error& error : result.errors)
    errors.push_back(json_error(error));
  JsonObject created;
  for (const auto& [table, rows] : result.records_created)
    created.number(table, rows);
  JsonObject seeding;
  seeding.flag("success", result.success).raw("records_created", created.str());
  response.body = std::make_shared<const std::string>(
      with_member(*response.body, "seeding", seeding.raw("errors", json_array(errors)).str()));
}

}  // namespace

Response setup_state(const Call& call) {
  // Not "closed": a page would take that for the end.
  if (!call.app.setup.is_decided()) return error_response(call.app.setup.check("").error());
  JsonObject object;
  object.flag("open", call.app.setup.is_open()).text("project", call.app.project.name);
  const auto token = call.request.headers.get("Bedstone-Setup-Token");
  object.text_or_null("by", call.app.setup.closed_by(token.value_or("")));
  return json_response(object.str());
}

Response setup_form(const Call& call) {
  App& app = call.app;
  const Response form = config_form(call);
  if (form.status != 200) return form;
  const std::string& file = app.project.settings.file;
  const auto settings = config::read_settings(file, file);
  if (!settings) return error_response(settings.error());
  JsonObject words;
  if (settings->setup) {
    words.text_or_null("mode", settings->setup->mode).texts("admins", settings->setup->admins);
    std::vector<std::string> done;
    for (const auto& [name, value] : settings->setup->done)
      done.push_back(name);
    words.texts("done", done);
  }
  const auto status = app.watch.status(kStatusAge);
  const auto accounts = app.sign_in.has_accounts();
  const auto config = bootstrap::config_show(app.host, app.project_options);
  const auto seeds = bootstrap::seed_status(app.host, app.project_options);
  JsonObject object;
  object.text("project", app.project.name).text("version", kVersion);
  object.raw("database", status ? app.reports.status(*status) : "null");
  object.flag("accounts", accounts.value_or(false)).raw("setup", words.str());
  object.raw("seeds", app.reports.seeds(seeds));
  object.raw("config", app.reports.config(config, "config-show"));
  return json_response(object.raw("form", *form.body).str());
}

Response setup_events(const Call& call) {
  return events(call);
}

Response setup(const Call& call) {
  App& app = call.app;
  // One after the other: whoever waited here finds it done, and has made no account.
  const auto claim = app.setup.claim();
  const auto token = call.request.headers.get("Bedstone-Setup-Token");
  if (const Status open = app.setup.check(token.value_or("")); !open)
    return error_response(open.error());
  bootstrap::SetupOptions options = options_of(call);
  const auto account = account_of(call);
  if (!account) return account_refusal(account.error());

  // All is checked before the account is made, so that one that is refused leaves none behind.
  const bool dry_run = std::exchange(options.dry_run, true);
  Response checked = step(call, "check", [&] { return set_up(call, options); });
  if (checked.status != 200 || dry_run) return checked;
  if (*account) {
    Response made = step(call, "account", [&] { return provide(call, **account); });
    if (made.status != 200) return made;
  }
  options.dry_run = false;
  Response stored = step(call, "settings", [&] { return set_up(call, options); });
  if (stored.status == 200 && !call.texts("seed").empty()) add_seeding(call, stored);
  return stored;
}

}  // namespace bedstone::server::api
