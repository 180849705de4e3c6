// The requests of WorkOS AuthKit: https://workos.com/docs/reference/authkit
#include "server/workos_client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "data/json.hpp"
#include "server/json_text.hpp"
#include "server/jwt.hpp"
#include "server/proxies.hpp"

namespace bedstone::server {
namespace {

constexpr std::string_view kBase = "https://api.workos.com";
constexpr std::size_t kAnswerBytes = std::size_t{256} * 1024;
/// Before what AuthKit calls the refusal.
constexpr std::string_view kSaid = "it says ";

/// RFC 3986, 2.3.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain)
      result.push_back(c);
    else
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

/// Where everybody on the way can read along, secrets are not sent.
bool is_safe(std::string_view base) {
  constexpr std::string_view kTls = "https://";
  constexpr std::string_view kPlain = "http://";
  if (base.find_first_of("@?#\\ ") != std::string_view::npos) return false;
  if (base.starts_with(kTls)) return base.size() > kTls.size();
  if (!base.starts_with(kPlain)) return false;
  std::string_view host = base.substr(kPlain.size());
  host = host.substr(0, host.find('/'));
  if (host.starts_with("[::1]")) return true;
  host = host.substr(0, host.find(':'));
  return host == "localhost" || is_loopback(host);
}

std::string without_slash(std::string text) {
  while (text.ends_with('/'))
    text.pop_back();
  return text;
}

/// "" where the project does not declare it, or it has no value.
std::string optional_text(const RuntimeConfig& config, std::string_view name) {
  return config.get<std::string>(name).value_or("");
}

/// As tokens have them: the address that is asked, with and without a slash or the client's name,
/// and the application's own domain.
std::vector<std::string> usual_issuers(const WorkOsSettings& settings, std::string domain) {
  std::vector<std::string> issuers{
      settings.base, settings.base + "/",
      fmt::format("{}/user_management/{}", settings.base, settings.client_id)};
  domain = without_slash(std::move(domain));
  if (domain.empty()) return issuers;
  if (!domain.starts_with("https://")) domain = "https://" + domain;
  issuers.push_back(domain);
  issuers.push_back(domain + "/");
  return issuers;
}

std::string member(const data::Node* object, std::string_view name) {
  const data::Node* node = object == nullptr ? nullptr : object->find(name);
  const bool text = node != nullptr && node->is_scalar() && !node->is_null();
  return text ? node->text() : std::string();
}

Error refused(std::string why) {
  return Error(ErrorCode::kIdentityRefused, "WorkOS answered in a way that is not understood")
      .because(std::move(why))
      .advise("`bedstone config get workos_base_url` says whom this server asks");
}

}  // namespace

Result<WorkOsSettings> workos_settings(const RuntimeConfig& config) {
  WorkOsSettings settings;
  BEDSTONE_ASSIGN(settings.client_id, config.get<std::string>("workos_client_id"));
  BEDSTONE_ASSIGN(const auto key, config.secret("workos_api_key"));
  settings.api_key = key.get().clone();
  settings.base = without_slash(optional_text(config, "workos_base_url"));
  if (settings.base.empty()) settings.base = kBase;
  if (!is_safe(settings.base)) {
    return fail(Error(ErrorCode::kSettingValue,
                      "workos_base_url is neither https nor an address of this machine")
                    .because("the API key would be sent in the clear")
                    .advise("bedstone config set workos_base_url https://api.workos.com"));
  }
  settings.issuers =
      config.get<std::vector<std::string>>("workos_issuers").value_or(std::vector<std::string>());
  if (settings.issuers.empty())
    settings.issuers = usual_issuers(settings, optional_text(config, "workos_authkit_domain"));
  settings.redirect_uri = optional_text(config, "workos_redirect_uri");
  settings.new_accounts = config.get<bool>("workos_new_accounts").value_or(false);
  return settings;
}

std::string authorize_url(const WorkOsSettings& settings, std::string_view redirect_uri,
                          const SignInTicket& ticket) {
  return fmt::format(
      "{}/user_management/authorize?response_type=code&client_id={}&redirect_uri={}&"
      "provider=authkit&state={}&code_challenge={}&code_challenge_method=S256",
      settings.base, escaped(settings.client_id), escaped(redirect_uri), escaped(ticket.state),
      challenge_of(ticket.verifier));
}

std::string logout_url(const WorkOsSettings& settings, std::string_view session,
                       std::string_view return_to) {
  return fmt::format("{}/user_management/sessions/logout?session_id={}&return_to={}", settings.base,
                     escaped(session), escaped(return_to));
}

Error refusal_of(const std::string& base, const health::HttpAnswer& answer) {
  if (health::may_heal(answer.status)) {
    Error error(ErrorCode::kIdentityUnreachable,
                fmt::format("{} answers, but not to this now", health::shown_address(base)));
    error.cause = fmt::format("HTTP status {}", answer.status);
    error.hint = fmt::format("try again in {} s",
                             answer.retry_after.value_or(std::chrono::seconds(30)).count());
    error.retryable = true;
    return error;
  }
  const auto document = data::parse_json("the answer", answer.body);
  const data::Node* root = document && document->root.is_mapping() ? &document->root : nullptr;
  std::string what = member(root, "error");
  if (what.empty()) what = member(root, "code");
  std::string more = member(root, "error_description");
  if (more.empty()) more = member(root, "message");
  if (what.empty()) what = "nothing that explains it";
  const bool key = what == "invalid_client" || what == "unauthorized" || answer.status == 401;
  return Error(ErrorCode::kIdentityRefused,
               fmt::format("WorkOS refused: HTTP status {}", answer.status))
      .because(fmt::format("{}{}{}{}", kSaid, text::excerpt(text::printable(what), 60),
                           more.empty() ? "" : ": ", text::excerpt(text::printable(more), 200)))
      .advise(
          key ? "compare workos_client_id and workos_api_key with the WorkOS dashboard: "
                "`bedstone config set workos_api_key --stdin`"
              : "sign in again; the WorkOS dashboard lists what failed (Authentication, Events)");
}

bool ends_session(const Error& error) {
  if (error.code != ErrorCode::kIdentityRefused) return false;
  const auto says = [&](std::string_view what) {
    return error.cause.starts_with(fmt::format("{}{}", kSaid, what));
  };
  // A wrong API key is the operator's mistake, not the user's.
  if (says("invalid_client")) return false;
  return says("invalid_grant") || error.message.ends_with(" 403") ||
         error.message.ends_with(" 404");
}

Result<health::HttpAnswer> WorkOsClient::send(const health::HttpRequest& request) {
  health::Http http;
  auto answer = http.send(request, cancel_);
  if (answer || answer.error().code == ErrorCode::kInterrupted) return answer;
  Error& error = answer.error();
  error.code = ErrorCode::kIdentityUnreachable;
  error.message = fmt::format("{} does not answer", health::shown_address(request.url.expose()));
  if (error.hint.empty())
    error.hint = "check the setting workos_base_url, and that this machine may reach it";
  error.retryable = true;
  return answer;
}

Result<WorkOsGrant> WorkOsClient::exchange(const WorkOsSettings& settings, std::string_view code,
                                           const Secret& verifier) {
  JsonObject object;
  object.text("client_id", settings.client_id).text("client_secret", settings.api_key.expose());
  object.text("grant_type", "authorization_code").text("code", code);
  object.text("code_verifier", verifier.expose());
  return authenticate(settings, object.str());
}

Result<WorkOsGrant> WorkOsClient::refresh(const WorkOsSettings& settings,
                                          const Secret& refresh_token) {
  JsonObject object;
  object.text("client_id", settings.client_id).text("client_secret", settings.api_key.expose());
  object.text("grant_type", "refresh_token").text("refresh_token", refresh_token.expose());
  return authenticate(settings, object.str());
}

Result<WorkOsGrant> WorkOsClient::authenticate(const WorkOsSettings& settings,
                                               const std::string& json) {
  health::HttpRequest request;
  request.url = Secret(settings.base + "/user_management/authenticate");
  request.json = Secret(json);
  request.answer_bytes = kAnswerBytes;
  BEDSTONE_ASSIGN(const auto answer, send(request));
  if (answer.status < 200 || answer.status > 299) return fail(refusal_of(settings.base, answer));
  return grant_of(settings, answer.body);
}

Result<WorkOsGrant> WorkOsClient::grant_of(const WorkOsSettings& settings, std::string_view body) {
  const auto document = data::parse_json("the answer", body);
  if (!document || !document->root.is_mapping()) return fail(refused("it is no JSON object"));
  const data::Node* user = document->root.find("user");
  WorkOsGrant grant;
  grant.subject = member(user, "id");
  grant.email = member(user, "email");
  grant.email_verified = member(user, "email_verified") == "true";
  grant.name = std::string(
      text::trim(fmt::format("{} {}", member(user, "first_name"), member(user, "last_name"))));
  grant.refresh_token = Secret(member(&document->root, "refresh_token"));
  BEDSTONE_ASSIGN(const auto token, read_token(member(&document->root, "access_token")));
  const Jwks::Fetch fetch = [&](const std::string& url) -> Result<std::string> {
    health::HttpRequest request;
    request.url = Secret(url);
    request.answer_bytes = kAnswerBytes;
    BEDSTONE_ASSIGN(auto answer, send(request));
    if (answer.status != 200) return fail(refusal_of(settings.base, answer));
    return std::move(answer.body);
  };
  const std::string keys =
      fmt::format("{}/sso/jwks/{}", settings.base, escaped(settings.client_id));
  BEDSTONE_ASSIGN(const RsaKey key, jwks_.find(keys, token.key_id, fetch));
  BEDSTONE_ASSIGN(const bool genuine, verify_rs256(key, token.signed_text, token.signature));
  if (!genuine) {
    return fail(Error(ErrorCode::kTokenInvalid, "the identity provider's token is not valid")
                    .because("its signature is not that of the provider's key")
                    .advise("sign in again; if it stays so, somebody stands between this server "
                            "and WorkOS"));
  }
  BEDSTONE_TRY(check_token(token, settings.issuers, clock_.now()));
  if (grant.subject.empty() || token.subject != grant.subject)
    return fail(Error(ErrorCode::kTokenInvalid, "the identity provider's token is not valid")
                    .because("it is of somebody else than the answer that it came with")
                    .advise("sign in again"));
  if (grant.refresh_token.empty()) return fail(refused("there is no refresh token"));
  grant.session = token.session;
  grant.expires = token.expires;
  return grant;
}

Status WorkOsClient::revoke(const WorkOsSettings& settings, std::string_view session) {
  health::HttpRequest request;
  request.url = Secret(settings.base + "/user_management/sessions/revoke");
  request.json = Secret(JsonObject().text("session_id", session).str());
  request.bearer = settings.api_key.clone();
  request.answer_bytes = kAnswerBytes;
  BEDSTONE_ASSIGN(const auto answer, send(request));
  // Over already is what was wanted.
  const bool done = (answer.status >= 200 && answer.status <= 299) || answer.status == 404;
  return done ? Status() : fail(refusal_of(settings.base, answer));
}

}  // namespace bedstone::server
