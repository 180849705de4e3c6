// Origins, hosts, roles, tokens, header fields, the log.
#include "server/front.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "server/assets.hpp"
#include "server/tokens.hpp"

namespace bedstone::server {
namespace {

Error forged(std::string why) {
  return Error(ErrorCode::kRequestForged,
               "the request does not come from one of the server's pages")
      .because(std::move(why))
      .advise("reload the page and try again");
}

Error not_signed_in() {
  return Error(ErrorCode::kNotSignedIn, "signing in is needed").advise("POST /api/v1/session");
}

Error too_low(Access access) {
  return Error(ErrorCode::kRoleTooLow, fmt::format("this is for {} alone", access_name(access)))
      .advise("the setting super_admin_emails says who is a super admin; it counts at once");
}

std::string own_origin(const Request& request) {
  return fmt::format("{}://{}", request.secure ? "https" : "http", request.host);
}

/// The name in "[::1]:8884", "hub.example:8884".
std::string_view name_of(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.rfind(':'));
}

double seconds_since(MonotonicTime begun, MonotonicTime now) {
  return std::chrono::duration<double>(now - begun).count();
}

}  // namespace

bool is_own_name(std::string_view host, std::string_view bound) {
  const std::string_view name = name_of(host);
  return name == "localhost" || name == "127.0.0.1" || name.ends_with(".localhost") ||
         name == "[::1]" || (name.starts_with("127.") && is_loopback(name)) || name == bound ||
         name == fmt::format("[{}]", bound);
}

Status check_origin(const Request& request, const LiveSettings& live) {
  const auto origin = request.headers.get("Origin");
  const bool many = request.headers.count("Origin") > 1;
  if (many) return fail(forged("there are several origins"));
  const auto site = request.headers.get("Sec-Fetch-Site");
  if (origin && live.allows(*origin)) return {};
  if (site && *site != "same-origin" && *site != "none")
    return fail(forged(fmt::format("the browser says that it comes from a {} page",
                                   *site == "same-site" ? "neighbouring" : "foreign")));
  if (origin && text::to_lower(*origin) != own_origin(request))
    return fail(forged("its origin is another one"));
  return {};
}

std::optional<Response> Front::quick(Request& request) const {
  app_.proxies.resolve(request);
  const auto live = app_.live.settings();
  Match match = find_route(routes(), request.method, request.target.path);
  if (auto refused = refuse(request, match, *live)) return refused;
  request.route = match.route;
  request.places = std::move(match.places);
  if (match.route->quick == nullptr) return std::nullopt;
  Caller caller;
  if (match.route->access != Access::kOpen) {
    const auto token = token_of(request);
    if (!token) return error_response(not_signed_in());
    caller.identity = app_.sessions.known(*token);
    if (!caller.identity) return std::nullopt;
    caller.role = role_of(*caller.identity, live->config);
  }
  if (const Status admitted = admit(request, *match.route, caller, *live); !admitted)
    return error_response(admitted.error());
  const data::Node none;
  return match.route->quick({app_, request, caller, none});
}

Response Front::answer(Request& request) const {
  const auto live = app_.live.settings();
  const Route& route = *request.route;
  const auto caller = caller_of(request, *live);
  if (!caller) return error_response(caller.error());
  if (const Status admitted = admit(request, route, *caller, *live); !admitted)
    return error_response(admitted.error());
  return call(request, route, *caller);
}

/// What needs no handler.
std::optional<Response> Front::refuse(const Request& request, const Match& match,
                                      const LiveSettings& live) const {
  if (app_.loopback_only && !request.trusted &&
      !is_own_name(request.host, app_.options.host.value_or("localhost"))) {
    return error_response(Error(ErrorCode::kRequestForged, "the request is for another host")
                              .because("this server listens for its own machine alone")
                              .advise("use http://localhost, or a proxy that --trusted-proxy "
                                      "names"));
  }
  if (match.route == nullptr && match.allow.empty()) {
    if (auto page = page_response(web_assets(), request, app_.setup.is_open())) return page;
    return error_response(Error(ErrorCode::kNoSuchPage, "there is no such page")
                              .advise("`/api/v1/openapi.json` lists all routes"));
  }
  if (request.method == Method::kOptions) {
    Response response = no_content();
    response.headers.emplace_back("Allow", match.allow);
    const auto origin = request.headers.get("Origin");
    if (origin && live.allows(*origin)) {
      response.headers.emplace_back("Access-Control-Allow-Methods", match.allow);
      response.headers.emplace_back("Access-Control-Allow-Headers", "Content-Type, X-CSRF-Token");
      response.headers.emplace_back("Access-Control-Max-Age", "600");
    }
    return response;
  }
  if (match.route == nullptr) {
    Response response = error_response(
        Error(ErrorCode::kMethodRefused, fmt::format("the page takes {}", match.allow))
            .advise("`/api/v1/openapi.json` lists all routes"));
    response.headers.emplace_back("Allow", match.allow);
    return response;
  }
  return std::nullopt;
}

Result<Caller> Front::caller_of(const Request& request, const LiveSettings& live) const {
  Caller caller;
  const auto token = token_of(request);
  if (!token) return caller;
  caller.identity = app_.sessions.known(*token);
  if (!caller.identity) {
    auto found = app_.sessions.find(*token, app_.session_times());
    // Probes and metrics must tell that the database is away; they need nobody.
    const bool open =
        request.route->access == Access::kOpen || request.route->access == Access::kMetrics;
    if (!found && open) return caller;
    if (!found) return fail(std::move(found).error());
    caller.identity = *std::move(found);
    if (caller.identity) app_.workos.look_after(*caller.identity);
  }
  if (caller.identity) caller.role = role_of(*caller.identity, live.config);
  return caller;
}

bool Front::has_token(const Request& request, const LiveSettings& live,
                      std::string_view setting) const {
  const auto secret = live.config.secret(setting);
  if (!secret || secret->get().empty()) return false;
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view given = request.headers.get("Authorization").value_or("");
  if (given.starts_with(kBearer)) return same(given.substr(kBearer.size()), secret->get().expose());
  const auto signature = request.headers.get("X-Hub-Signature-256");
  return signature && is_signed(*signature, secret->get().expose(), request.body);
}

Status Front::admit(const Request& request, const Route& route, const Caller& caller,
                    const LiveSettings& live) const {
  const auto check_page = [&]() -> Status {
    if (!is_unsafe(request.method)) return {};
    BEDSTONE_TRY(check_origin(request, live));
    if (!caller.identity) return {};
    const auto token = token_of(request);
    const auto given = request.headers.get("X-CSRF-Token");
    if (!token || !given || !same(*given, csrf_of(*token)))
      return fail(forged("the header X-CSRF-Token is missing or wrong"));
    return {};
  };
  const auto at_least = [&](Role role) -> Status {
    if (caller.role == Role::kNobody) return fail(not_signed_in());
    if (caller.role < role) return fail(too_low(route.access));
    return check_page();
  };
  switch (route.access) {
    case Access::kOpen:
      // Signing in again, from a page that knows nothing of the old session, is no forgery.
      return is_unsafe(request.method) ? check_origin(request, live) : Status();
    case Access::kMetrics:
      if (caller.role != Role::kNobody || has_token(request, live, "metrics_token")) return {};
      if (is_loopback(request.address) && (!request.forwarded || request.trusted)) return {};
      return fail(Error(ErrorCode::kCallRefused, "metrics are for this machine")
                      .advise("Authorization: Bearer …, with the setting metrics_token"));
    case Access::kMember:
      return at_least(Role::kMember);
    case Access::kAdmin:
      return at_least(Role::kAdmin);
    case Access::kSuperAdmin:
      return at_least(Role::kSuperAdmin);
    case Access::kSetup:
      BEDSTONE_TRY(check_origin(request, live));
      return app_.setup.check(request.headers.get("Bedstone-Setup-Token").value_or(""));
    case Access::kReload:
      if (has_token(request, live, "reload_token")) return {};
      if (caller.role == Role::kSuperAdmin) return check_page();
      return fail(Error(ErrorCode::kCallRefused, "the call is not authorised")
                      .advise("Authorization: Bearer …, or X-Hub-Signature-256, with the setting "
                              "reload_token"));
  }
  return fail(not_signed_in());
}

Response Front::call(const Request& request, const Route& route, const Caller& caller) const {
  const auto body = read_body(request, route);
  if (!body) return error_response(body.error());
  return route.handle({app_, request, caller, body->root});
}

void Front::add_cors(const Request& request, const LiveSettings& live, Response& response) const {
  if (live.allowed_origins.empty()) return;
  response.headers.emplace_back("Vary", "Origin");
  const auto origin = request.headers.get("Origin");
  if (!origin || !live.allows(*origin)) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", std::string(*origin));
  response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
}

void Front::finish(const Request& request, Response& response) const {
  const auto live = app_.live.settings();
  const bool says = std::any_of(response.headers.begin(), response.headers.end(),
                                [](const auto& one) { return one.first == "Cache-Control"; });
  const auto& common = says ? live->headers : live->headers_of_the_moment;
  response.common = std::shared_ptr<const HeaderFields>(live, &common);
  if (live->hsts && request.secure)
    response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
  add_cors(request, *live, response);

  const double seconds = seconds_since(request.begun, app_.host.clock.monotonic());
  app_.metrics.count(request.route == nullptr ? "none" : request.route->id, response.status,
                     seconds);
  if (!app_.host.log.wants(LogLevel::kInfo)) return;
  const std::string path = text::excerpt(text::printable(request.target.path));
  app_.host.log.info("request", {{"method", method_name(request.method)},
                                 {"path", std::string_view(path)},
                                 {"status", static_cast<std::int64_t>(response.status)},
                                 {"seconds", seconds},
                                 {"address", std::string_view(request.address)}});
}

}  // namespace bedstone::server
