// Answers, and the status that stands for each error.
#include "server/response.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "bootstrap/connect.hpp"
#include "server/json_text.hpp"

namespace bedstone::server {

Response json_response(std::string text, int status) {
  Response response;
  response.status = status;
  response.body = std::make_shared<const std::string>(std::move(text));
  return response;
}

Response text_response(std::string text, std::string type, int status) {
  Response response = json_response(std::move(text), status);
  response.type = std::move(type);
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response error_response(const Error& error) {
  Response response =
      json_response(fmt::format("{{\"error\": {}}}", json_error(error)), status_of(error.code));
  if (const auto seconds = retry_after_of(error))
    response.headers.emplace_back("Retry-After", std::to_string(*seconds));
  return response;
}

Response error_response(const std::vector<Error>& errors) {
  if (errors.empty())
    return error_response(Error(ErrorCode::kInternal, "a call failed without saying why"));
  std::vector<std::string> all;
  all.reserve(errors.size());
  for (const Error& error : errors)
    all.push_back(json_error(error));
  return json_response(
      fmt::format("{{\"error\": {}, \"errors\": {}}}", all.front(), json_array(all)),
      status_of(errors.front().code));
}

std::optional<std::int64_t> retry_after_of(const Error& error) {
  constexpr std::string_view kBegin = "try again in ";
  std::string_view hint = error.hint;
  if (!hint.starts_with(kBegin) || !hint.ends_with(" s")) return std::nullopt;
  hint.remove_prefix(kBegin.size());
  hint.remove_suffix(2);
  return text::parse_integer(hint);
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNoSuchPage:
    case ErrorCode::kUnknownSetting:
    case ErrorCode::kObjectMissing:
    case ErrorCode::kNoRevision:
      return 404;
    case ErrorCode::kMethodRefused:
      return 405;
    case ErrorCode::kRequestMalformed:
    case ErrorCode::kUsage:
      return 400;
    case ErrorCode::kRequestTooLarge:
      return 413;
    case ErrorCode::kRequestForged:
    case ErrorCode::kRoleTooLow:
    case ErrorCode::kSetupToken:
      return 403;
    case ErrorCode::kCallRefused:
    case ErrorCode::kNotSignedIn:
    case ErrorCode::kSignInFailed:
      return 401;
    case ErrorCode::kTooManySignIns:
      return 429;
    case ErrorCode::kConfigConflict:
    case ErrorCode::kConfigNotProvided:
    case ErrorCode::kRowChanged:
    case ErrorCode::kAlreadyConfigured:
      return 409;
    case ErrorCode::kSetupClosed:
      return 410;
    case ErrorCode::kIdentityUnreachable:
    case ErrorCode::kIdentityRefused:
    case ErrorCode::kTokenInvalid:
      return 502;
    case ErrorCode::kSecretLocked:
    case ErrorCode::kKeyMissing:
    case ErrorCode::kKeyWrong:
    case ErrorCode::kServerBusy:
    case ErrorCode::kDatabaseBusy:
    case ErrorCode::kLockTimeout:
    case ErrorCode::kInterrupted:
      return 503;
    case ErrorCode::kPasswordRefused:
    case ErrorCode::kSettingValue:
    case ErrorCode::kSettingMissing:
    case ErrorCode::kSettingPinned:
    case ErrorCode::kMaskedValue:
    case ErrorCode::kNotConfigured:
    case ErrorCode::kSetupUnknown:
    case ErrorCode::kConfigFile:
    case ErrorCode::kConfigPassphrase:
    case ErrorCode::kUnknownCheck:
      return 422;
    default:
      return bootstrap::is_unreachable(code) ? 503 : 500;
  }
}

}  // namespace bedstone::server
