// Errors of settings name their setting in the sentence; forms want to know which field it is.
#include "server/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "server/json_text.hpp"

namespace bedstone::server {
namespace {

/// Whether names may hold it, so that "port" is not found in "support" or "report-port".
bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

std::size_t find_name(std::string_view sentence, std::string_view name) {
  for (std::size_t at = sentence.find(name); at != std::string_view::npos;
       at = sentence.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || (!is_name(sentence[at - 1]) && sentence[at - 1] != '.');
    const bool dotted =
        end + 1 < sentence.size() && sentence[end] == '.' && is_name(sentence[end + 1]);
    if (begins && !dotted && (end == sentence.size() || !is_name(sentence[end]))) return at;
  }
  return std::string_view::npos;
}

/// Sentences begin with the name of the setting, but for these.
std::string_view subject(std::string_view sentence) {
  for (const std::string_view words :
       {"what was given for ", "there is no setting ", "a setting cannot be called "}) {
    if (sentence.starts_with(words)) return sentence.substr(words.size());
  }
  return sentence;
}

}  // namespace

std::string setting_of(const Error& error, const std::vector<std::string>& names) {
  const std::string_view sentence = subject(error.message);
  const std::string* best = nullptr;
  std::size_t best_at = std::string_view::npos;
  for (const std::string& name : names) {
    if (name.empty()) continue;
    const std::size_t at = find_name(sentence, name);
    if (at == std::string_view::npos) continue;
    if (best == nullptr || at < best_at || (at == best_at && name.size() > best->size())) {
      best = &name;
      best_at = at;
    }
  }
  return best != nullptr ? *best : std::string();
}

Response refusal(const std::vector<Error>& errors, const std::vector<std::string>& names) {
  if (errors.empty()) return error_response(errors);
  std::vector<std::string> all;
  all.reserve(errors.size());
  for (const Error& error : errors)
    all.push_back(json_error(error, setting_of(error, names)));
  const ErrorCode code = errors.front().code;
  const int status = code == ErrorCode::kUnknownSetting ? 422 : status_of(code);
  return json_response(
      fmt::format("{{\"error\": {}, \"errors\": {}}}", all.front(), json_array(all)), status);
}

}  // namespace bedstone::server
