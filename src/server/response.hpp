/// Response: what the server answers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bedstone/error.hpp"

namespace bedstone::server {

class EventStream;

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

struct Response {
  int status = 200;
  std::string type = "application/json; charset=utf-8";
  std::shared_ptr<const std::string> body;
  HeaderFields headers;
  std::shared_ptr<const HeaderFields> common = nullptr;  ///< Those that every answer has.
  /// Many requests get the same body: what is made of it for the network may be kept.
  bool lasting = false;
  std::shared_ptr<EventStream> stream;  ///< Instead of a body: events as they come.
  bool close = false;                   ///< The connection ends with it.
};

Response json_response(std::string text, int status = 200);
Response text_response(std::string text, std::string type, int status = 200);
Response no_content();
/// `{"error": {"code": …, "message": …, "hint": …}}` with the status that fits the code.
Response error_response(const Error& error);
/// The same of the first, and all of them as `errors`.
Response error_response(const std::vector<Error>& errors);

/// The seconds of a hint that says "try again in 4 s"; nullopt: it says nothing of the kind.
std::optional<std::int64_t> retry_after_of(const Error& error);
/// The HTTP status that says most of what an error means.
int status_of(ErrorCode code);

}  // namespace bedstone::server
