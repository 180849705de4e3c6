/// Sessions: who is signed in, by the cookie of a request.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "bedstone/runtime_config.hpp"
#include "bootstrap/commands.hpp"
#include "config/vault.hpp"
#include "server/database.hpp"
#include "server/request.hpp"
#include "store/accounts.hpp"
#include "store/sessions.hpp"

namespace bedstone::server {

enum class Role { kNobody, kMember, kAdmin, kSuperAdmin };
/// "member", "admin", "super_admin"; "nobody"
std::string_view role_name(Role role);

/// Who a session belongs to, as the database said a moment ago.
struct Identity {
  std::string hash;  ///< Of the session.
  std::string account;
  std::string email;
  std::string name;
  std::string method;
  std::string expires_at;
  std::vector<std::string> roles;     ///< Of the application, by name.
  std::string provider_session = {};  ///< Its name at the identity provider; empty: it has none.
  std::string refresh_after = {};     ///< When the provider is to be asked again.
};

/// What an identity provider said when it let somebody in. Move-only.
struct ProviderSession {
  std::string name;
  Secret refresh_token;
  WallTime refresh_after{};
};

/// By the settings of now: `super_admin_emails` decides who is a super admin, and, in projects that
/// do not declare it, the role `super_admin`. An admin has the role `admin` or `super_admin`, or is
/// `local_admin_email`. Everybody else is a member.
Role role_of(const Identity& identity, const RuntimeConfig& config);

/// How long sessions last: the settings `session_idle_time` and `session_lifetime`, or an hour and
/// twelve.
struct SessionTimes {
  Milliseconds idle{std::chrono::hours(1)};
  Milliseconds most{std::chrono::hours(12)};
};
SessionTimes session_times(const RuntimeConfig& config);

/// The cookie's name: `__Host-bedstone`, which browsers take over TLS alone, or `bedstone`.
std::string_view cookie_name(bool secure);
/// Set-Cookie, for a token or, with an empty one, to take it away.
std::string cookie_line(std::string_view token, bool secure);
/// The token of a request; nullopt: it has none that could be one.
std::optional<std::string_view> token_of(const Request& request);

/// Thread-safe. What the database said is believed for some seconds; what this process changes
/// counts at once.
class Sessions {
 public:
  /// Both must outlive it.
  Sessions(const bootstrap::Host& host, Database& database);

  /// Without the database; nullopt: it has to be asked.
  std::optional<Identity> known(std::string_view token);
  /// nullopt: nobody is signed in with it.
  Result<std::optional<Identity>> find(std::string_view token, const SessionTimes& times);
  /// Whether a session is over, by its hash; when the database is away it is not.
  bool is_over(const std::string& hash, const SessionTimes& times);

  /// A new session; its token. `provider`: where somebody else let the user in; may be null.
  Result<Secret> open(const store::AccountRow& account, std::string_view method,
                      const Request& request, const SessionTimes& times,
                      const ProviderSession* provider = nullptr);
  Status close(const std::string& hash);
  /// All of an account but `except` (may be empty): how many.
  Result<std::int64_t> close_all(const std::string& account, const std::string& except);
  Result<std::vector<store::SessionRow>> list(const std::string& account);
  Status prune(const SessionTimes& times);

  // Renewing what an identity provider let in.
  /// nullopt: it is gone. From the database, not from memory.
  Result<std::optional<store::SessionRow>> row(const std::string& hash);
  /// Whether nobody else moved `refresh_after` since `row` was read; then it is `until`.
  Result<bool> claim(const store::SessionRow& row, WallTime until);
  /// What claim() gave this caller to use. Errors: those of Vault::unseal.
  Result<Secret> refresh_token(const store::SessionRow& row);
  /// The token that comes after it.
  Status renew(const std::string& hash, const Secret& refresh_token, WallTime refresh_after);

 private:
  struct Known {
    Identity identity;
    MonotonicTime until;
  };
  Result<std::optional<Identity>> read(const std::string& hash, const SessionTimes& times);
  void forget(const std::string& hash);
  template <typename Call>
  auto with_vault(Call call)
      -> decltype(call(std::declval<db::Connection&>(), std::declval<config::Vault&>()));

  const Clock& clock_;
  /// What there is to say about the key was said when the settings were read.
  Log silence_;
  const bootstrap::Host quiet_;
  Database& database_;
  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;
};

}  // namespace bedstone::server
