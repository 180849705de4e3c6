/// Http: what Bedstone asks of others, with libcurl, which is loaded for the first request.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/cancel.hpp"
#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone::health {

struct HttpAnswer {
  long status = 0;
  std::optional<std::chrono::seconds> retry_after = std::nullopt;
  std::string body = {};
};

struct HttpRequest {
  Secret url;
  std::optional<Secret> json;  ///< Is posted; without one it is a GET.
  Secret bearer;               ///< Authorization, unless it is empty.
  std::size_t answer_bytes =
      0;  ///< So much of the answer's body is kept; a longer one is an error.
};

/// "https://hooks.example.org/…": the part of an address that is no secret.
std::string shown_address(std::string_view url);
/// Statuses after which the same request may be taken later.
bool may_heal(long status);

/// Not thread-safe. Follows no redirects; certificates are checked.
class Http {
 public:
  Http();
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  /// Any status is an answer. kAlertNotSent when there was none, or libcurl is missing, whatever it
  /// was sent for: callers name it. kInterrupted when `cancel` (may be null) fires. No error holds
  /// more of the address than shown_address().
  Result<HttpAnswer> send(const HttpRequest& request, const CancelToken* cancel);
  /// Posts an alert.
  Result<HttpAnswer> post(const Secret& url, std::string_view json, const CancelToken* cancel);

 private:
  struct Library;
  Status load();

  std::unique_ptr<Library> library_;
};

}  // namespace bedstone::health
