/// WorkOsClient: what this server asks of WorkOS AuthKit, and what that answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.hpp"
#include "base/clock.hpp"
#include "bedstone/result.hpp"
#include "bedstone/runtime_config.hpp"
#include "bedstone/secret.hpp"
#include "health/http.hpp"
#include "server/jwks.hpp"
#include "server/sign_in_ticket.hpp"

namespace bedstone::server {

/// Settings of the moment. Move-only.
struct WorkOsSettings {
  std::string base;  ///< "https://api.workos.com", without a slash at its end.
  std::string client_id;
  Secret api_key;
  std::vector<std::string> issuers;  ///< What tokens may be issued by.
  std::string redirect_uri;          ///< Empty: that of the request's own host.
  bool new_accounts = false;         ///< Whoever WorkOS knows gets an account.
};
/// Errors: kSettingMissing, with the setting; kSettingValue, when the base URL is neither https nor
/// of this machine; those of secrets that do not open.
Result<WorkOsSettings> workos_settings(const RuntimeConfig& config);

/// Who it is, and the session that AuthKit has of it. Move-only.
struct WorkOsGrant {
  std::string subject;  ///< "user_01…"
  std::string email;
  bool email_verified = false;
  std::string name;
  std::string session;  ///< "session_01…"
  Secret refresh_token;
  WallTime expires{};  ///< Of the access token, which was checked.
};

/// Addresses that browsers are sent to.
std::string authorize_url(const WorkOsSettings& settings, std::string_view redirect_uri,
                          const SignInTicket& ticket);
std::string logout_url(const WorkOsSettings& settings, std::string_view session,
                       std::string_view return_to);

/// Thread-safe. Errors: kIdentityUnreachable (retryable) when there is no answer, or one that says
/// to come again (408, 429, 5xx; the hint ends with the seconds when it says how many);
/// kIdentityRefused with what it says; kTokenInvalid; kInterrupted.
class WorkOsClient {
 public:
  /// `clock` must outlive it; `cancel`, too, and may be null.
  WorkOsClient(const Clock& clock, const CancelToken* cancel)
      : clock_(clock), cancel_(cancel), jwks_(clock) {}

  Result<WorkOsGrant> exchange(const WorkOsSettings& settings, std::string_view code,
                               const Secret& verifier);
  /// A token can be used once: whatever comes of it, it is spent.
  Result<WorkOsGrant> refresh(const WorkOsSettings& settings, const Secret& refresh_token);
  /// Ends a session at AuthKit.
  Status revoke(const WorkOsSettings& settings, std::string_view session);

 private:
  Result<health::HttpAnswer> send(const health::HttpRequest& request);
  Result<WorkOsGrant> authenticate(const WorkOsSettings& settings, const std::string& json);
  Result<WorkOsGrant> grant_of(const WorkOsSettings& settings, std::string_view body);

  const Clock& clock_;
  const CancelToken* cancel_;
  Jwks jwks_;
};

/// What an answer means that is none of 2xx.
Error refusal_of(const std::string& base, const health::HttpAnswer& answer);
/// Whether an error says that the session is over for AuthKit, and not that it cannot be asked.
bool ends_session(const Error& error);

}  // namespace bedstone::server
