/// Sessions: who is signed in to the server, and who failed to sign in lately.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"

namespace bedstone::store {

/// Times are ISO 8601 in UTC.
struct SessionRow {
  std::string hash;     ///< SHA-256 of the cookie's token, hexadecimal.
  std::string account;  ///< The account's key, as text.
  std::string email;
  std::string method;  ///< "local", "workos"
  std::string created_at;
  std::string seen_at;
  std::string expires_at;
  std::string address;
  std::string agent;  ///< The browser, as it says.
  // Of sessions that an identity provider knows, too; else empty.
  std::string provider_session = {};  ///< Its name there.
  std::string refresh_token = {};     ///< A sealed text.
  std::string refresh_after = {};     ///< When the provider is to be asked again.
};

/// Where the sealed texts of the sessions stand: the table as other parts of Bedstone name it.
inline constexpr std::string_view kSessionPlace = "bedstone.sessions";
inline constexpr std::string_view kSessionTokenColumn = "refresh_token";
inline constexpr std::string_view kSessionKeyColumn = "session_hash";

/// Not thread-safe, as its connection.
class SessionTable {
 public:
  SessionTable(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}

  Status add(const SessionRow& row);
  Result<std::optional<SessionRow>> find(const std::string& hash);
  Status touch(const std::string& hash, const std::string& seen_at);
  /// Whether `refresh_after` was still `before`, and is `after` now: of several processes that try,
  /// one gets true.
  Result<bool> move_refresh(const std::string& hash, const std::string& before,
                            const std::string& after);
  /// The token that comes next. False: the session is gone.
  Result<bool> set_refresh(const std::string& hash, const std::string& sealed_token,
                           const std::string& after);
  Status remove(const std::string& hash);
  /// All of an account but `except` (may be empty); how many those were.
  Result<std::int64_t> remove_all(const std::string& account, const std::string& except);
  /// Newest first.
  Result<std::vector<SessionRow>> list(const std::string& account);
  /// Takes away what is over, or was not seen since.
  Status prune(const std::string& now, const std::string& unseen_since);

 private:
  std::string table() const;

  db::Connection& connection_;
  std::string project_;
};

/// Attempts to sign in that count against somebody.
struct SignInCount {
  std::int64_t failures = 0;
  std::string last_at;
};

/// Not thread-safe, as its connection.
class SignInTable {
 public:
  SignInTable(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}

  /// Nothing: none.
  Result<std::optional<SignInCount>> find(const std::string& subject);
  /// One more; those before `forget_before` do not count any longer. The number now.
  Result<std::int64_t> note(const std::string& subject, const std::string& now,
                            const std::string& forget_before);
  Status clear(const std::string& subject);
  /// Takes one back: it was none.
  Status undo(const std::string& subject);
  Status prune(const std::string& forget_before);

 private:
  std::string table() const;

  db::Connection& connection_;
  std::string project_;
};

}  // namespace bedstone::store
