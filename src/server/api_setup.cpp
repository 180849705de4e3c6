// Setting an application up, from a page.
#include <fmt/format.h>

#include "config/settings.hpp"
#include "data/json.hpp"
#include "server/api.hpp"
#include "server/json_text.hpp"

namespace bedstone::server::api {
namespace {

std::string written(const data::Node& node) {
  return node.is_scalar() ? node.text() : data::to_json(node);
}

bootstrap::SetupOptions options_of(const Call& call) {
  bootstrap::SetupOptions options;
  options.mode = call.text("mode");
  options.admins = call.texts("admins");
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

Response set_up(const Call& call, const bootstrap::SetupOptions& options) {
  App& app = call.app;
  const auto report = bootstrap::config_setup(app.host, app.project_options, options);
  if (!report.errors.empty()) {
    if (report.errors.front().code == ErrorCode::kAlreadyConfigured) app.setup.close();
    return error_response(report.errors);
  }
  if (!options.dry_run) {
    app.setup.close();
    app.config_changed();
    const Status reloaded = app.live.reload();
    if (!reloaded) app.host.log.debug(reloaded.error().message);
    app.host.log.info("the setup is done", {{"address", std::string_view(call.request.address)}});
  }
  return json_response(app.reports.setup(report));
}

}  // namespace

Response setup_state(const Call& call) {
  JsonObject object;
  object.flag("open", call.app.setup.is_open()).text("project", call.app.project.name);
  return json_response(object.str());
}

Response setup(const Call& call) {
  bootstrap::SetupOptions options = options_of(call);
  const auto account = account_of(call);
  if (!account) return error_response(account.error());
  if (!*account) return set_up(call, options);
  // All is checked before the account is made, so that one that is refused leaves none behind.
  const bool dry_run = std::exchange(options.dry_run, true);
  Response checked = set_up(call, options);
  if (checked.status != 200 || dry_run) return checked;
  const Status provided =
      call.app.sign_in.provide((*account)->email, (*account)->name, (*account)->password);
  if (!provided) return error_response(provided.error());
  options.dry_run = false;
  return set_up(call, options);
}

}  // namespace bedstone::server::api
