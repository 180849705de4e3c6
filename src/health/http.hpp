/// Posting to a webhook with libcurl, which is loaded when the first message is sent.
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
  std::optional<std::chrono::seconds> retry_after;
};

/// "https://hooks.example.org/…": the part of an address that is no secret.
std::string shown_address(std::string_view url);

/// Not thread-safe. Follows no redirects; certificates are checked.
class Http {
 public:
  Http();
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  /// Any status is an answer. kAlertNotSent when there was none, or libcurl is missing;
  /// kInterrupted when `cancel` (may be null) fires. No error holds more of the address than
  /// shown_address().
  Result<HttpAnswer> post(const Secret& url, std::string_view json, const CancelToken* cancel);

 private:
  struct Library;
  Status load();

  std::unique_ptr<Library> library_;
};

}  // namespace bedstone::health
