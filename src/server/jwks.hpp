/// Jwks: the identity provider's public keys, fetched when they are needed (RFC 7517).
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/rsa.hpp"

namespace bedstone::server {

/// Keys for RS256 by their ids; others are passed over. kIdentityRefused, when the text is no set
/// of keys.
Result<std::map<std::string, RsaKey>> read_jwks(std::string_view json);

/// Thread-safe; of several callers one fetches.
class Jwks {
 public:
  /// The text that an address answers with.
  using Fetch = std::function<Result<std::string>(const std::string& url)>;

  explicit Jwks(const Clock& clock) : clock_(clock) {}

  /// The key of an id. Keys are kept for an hour, and a day where no newer ones are to be had. For
  /// an id that is not among them they are fetched again, but only once in five minutes. Errors:
  /// kTokenInvalid, when there is no such key; those of `fetch`.
  Result<RsaKey> find(const std::string& url, const std::string& id, const Fetch& fetch);

 private:
  Status fetch_into(const std::string& url, const Fetch& fetch);

  const Clock& clock_;
  std::mutex mutex_;
  std::string url_;
  std::map<std::string, RsaKey> keys_;
  MonotonicTime fetched_at_{};
  std::optional<MonotonicTime> searched_at_;  ///< For an id that was not there.
};

}  // namespace bedstone::server
