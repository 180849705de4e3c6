// Signing in and out, and the own password.
#include <fmt/format.h>

#include "server/api.hpp"
#include "server/json_text.hpp"
#include "server/tokens.hpp"

namespace bedstone::server::api {
namespace {

std::string account_json(const Identity& identity, Role role) {
  JsonObject object;
  object.text("email", identity.email).text("name", identity.name);
  object.text("role", role_name(role)).texts("roles", identity.roles);
  return object.text("method", identity.method).text("expires_at", identity.expires_at).str();
}

std::string mode_of(const RuntimeConfig& config) {
  return config.app_mode().value_or("local");
}

/// kSignInFailed where people do not sign in with passwords.
Status check_mode(const RuntimeConfig& config) {
  const std::string mode = mode_of(config);
  if (mode == "local") return {};
  if (mode == "workos") {
    return fail(Error(ErrorCode::kSignInFailed, "people sign in with WorkOS here")
                    .advise("open /api/v1/sign-in/workos; the setting app_mode says how people "
                            "sign in"));
  }
  return fail(Error(ErrorCode::kNotConfigured, "the application is not set up yet")
                  .advise("open /setup with the token that the server printed; or `bedstone config "
                          "setup`"));
}

Response signed_in(const Call& call, const store::AccountRow& account, std::string_view method) {
  const auto opened = open_session(call, account, method, nullptr);
  if (!opened) return error_response(opened.error());
  const auto live = call.app.live.settings();
  JsonObject object;
  object.flag("signed_in", true);
  object.raw("account", account_json(opened->identity, role_of(opened->identity, live->config)));
  object.text("csrf", csrf_of(opened->token.expose()));
  object.number("event", static_cast<std::int64_t>(call.app.events.last()));
  Response response = json_response(object.str());
  response.headers.emplace_back("Set-Cookie",
                                cookie_line(opened->token.expose(), call.request.secure));
  return response;
}

/// Where this server's sign-in page is, for whoever comes back from elsewhere.
std::string sign_in_page(const Request& request) {
  return fmt::format("{}://{}/sign-in", request.secure ? "https" : "http", request.host);
}

/// `continue`: where the browser goes, so that the provider forgets it, too.
std::string ended_json(const Call& call, std::int64_t ended) {
  JsonObject object;
  object.number("ended", ended);
  const auto logout = call.app.workos.logout(*call.caller.identity, sign_in_page(call.request));
  if (logout) object.text("continue", *logout);
  return object.str();
}

Response signed_out(const Call& call, std::string body) {
  Response response = json_response(std::move(body));
  response.headers.emplace_back("Set-Cookie", cookie_line("", call.request.secure));
  // What this browser remembers of the pages is nobody else's.
  response.headers.emplace_back("Clear-Site-Data", "\"cache\", \"storage\"");
  return response;
}

}  // namespace

Result<OpenedSession> open_session(const Call& call, const store::AccountRow& account,
                                   std::string_view method, const ProviderSession* provider) {
  App& app = call.app;
  // Whoever planted a token in this browser before does not know the new one.
  if (const auto old = token_of(call.request)) BEDSTONE_TRY(app.sessions.close(hash_of(*old)));
  const SessionTimes times = app.session_times();
  BEDSTONE_ASSIGN(Secret token, app.sessions.open(account, method, call.request, times, provider));
  BEDSTONE_ASSIGN(auto identity, app.sessions.find(token.expose(), times));
  if (!identity) return fail(Error(ErrorCode::kSignInFailed, "the account was just disabled"));
  return OpenedSession{std::move(token), *std::move(identity)};
}

Response session(const Call& call) {
  const auto live = call.app.live.settings();
  JsonObject object;
  object.flag("signed_in", call.caller.identity.has_value());
  object.text("mode", mode_of(live->config)).flag("setup_open", call.app.setup.is_open());
  object.text("project", call.app.project.name);
  if (mode_of(live->config) == "workos") object.text("sign_in_url", "/api/v1/sign-in/workos");
  if (call.caller.identity) {
    object.raw("account", account_json(*call.caller.identity, call.caller.role));
    object.text("csrf", csrf_of(token_of(call.request).value_or("")));
    // What happens after this answer is heard by who asks for events since then.
    object.number("event", static_cast<std::int64_t>(call.app.events.last()));
    // The console begins with both, and one answer is here sooner than one after the other.
    const bool wanted = call.request.target.get("overview") == "true";
    if (wanted && !call.app.setup.is_open()) object.raw("overview", *overview(call).body);
  }
  return json_response(object.str());
}

Response sign_in(const Call& call) {
  App& app = call.app;
  const auto live = app.live.settings();
  if (const Status fits = check_mode(live->config); !fits) return error_response(fits.error());
  const Secret password(call.text("password").value_or(""));
  auto account = app.sign_in.check(call.text("email").value_or(""), password, call.request);
  if (account) {
    app.metrics.count_sign_in("done");
    app.host.log.info("signed in", {{"email", std::string_view(account->email)},
                                    {"address", std::string_view(call.request.address)}});
    return signed_in(call, *account, "local");
  }
  const Error& why = account.error();
  const bool slowed = why.code == ErrorCode::kTooManySignIns;
  app.metrics.count_sign_in(slowed ? "slowed" : "failed");
  app.host.log.warning("a sign-in failed", {{"code", std::string_view(code_name(why.code))},
                                            {"address", std::string_view(call.request.address)}});
  if (why.code == ErrorCode::kObjectMissing) {
    return error_response(
        Error(ErrorCode::kSignInFailed, "this project has no accounts")
            .because(why.message)
            .advise("people are looked up in the table accounts (id, email, name, "
                    "password_local, active)"));
  }
  return error_response(why);
}

Response sign_out(const Call& call) {
  const std::string hash = call.caller.identity->hash;
  if (const Status closed = call.app.sessions.close(hash); !closed)
    return error_response(closed.error());
  call.app.events.end(hash);
  return signed_out(call, ended_json(call, 1));
}

Response sessions(const Call& call) {
  const auto rows = call.app.sessions.list(call.caller.identity->account);
  if (!rows) return error_response(rows.error());
  std::vector<std::string> all;
  for (const store::SessionRow& row : *rows) {
    JsonObject one;
    one.flag("this", row.hash == call.caller.identity->hash).text("method", row.method);
    one.text("created_at", row.created_at).text("seen_at", row.seen_at);
    one.text("expires_at", row.expires_at).text("address", row.address);
    all.push_back(one.text("agent", row.agent).str());
  }
  return json_response(fmt::format("{{\"sessions\": {}}}", json_array(all)));
}

Response sign_out_everywhere(const Call& call) {
  const auto rows = call.app.sessions.list(call.caller.identity->account);
  const auto ended = call.app.sessions.close_all(call.caller.identity->account, "");
  if (!ended) return error_response(ended.error());
  for (std::size_t i = 0; rows && i < rows->size(); ++i) {
    const store::SessionRow& row = (*rows)[i];
    call.app.events.end(row.hash);
    // This browser ends its own one there: it is sent by.
    if (row.hash != call.caller.identity->hash) call.app.workos.revoke(row.provider_session);
  }
  return signed_out(call, ended_json(call, *ended));
}

Response change_password(const Call& call) {
  App& app = call.app;
  const auto live = app.live.settings();
  if (const Status fits = check_mode(live->config); !fits) return error_response(fits.error());
  const std::string& email = call.caller.identity->email;
  const Secret current(call.text("current").value_or(""));
  const Secret fresh(call.text("new").value_or(""));
  const auto account = app.sign_in.check(email, current, call.request);
  if (!account) return error_response(account.error());
  if (current.expose() == fresh.expose()) {
    return error_response(Error(ErrorCode::kPasswordRefused, "the new password is not accepted")
                              .because("it is the old one")
                              .advise("take another one"));
  }
  if (const Status set = app.sign_in.set_password(*account, fresh); !set)
    return error_response(set.error());
  const auto rows = app.sessions.list(account->id);
  const auto ended = app.sessions.close_all(account->id, "");
  if (!ended) return error_response(ended.error());
  for (std::size_t i = 0; rows && i < rows->size(); ++i)
    app.events.end((*rows)[i].hash);
  return signed_in(call, *account, call.caller.identity->method);
}

}  // namespace bedstone::server::api
