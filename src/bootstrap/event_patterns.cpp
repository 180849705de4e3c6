// Errors that are alike: the same code at the same place, saying the same but for its values.
#include "bootstrap/event_patterns.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <unordered_map>

#include "base/hash.hpp"

namespace bedstone::bootstrap {
namespace {

constexpr std::size_t kFingerprintDigits = 12;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// A word with a digit that says nothing but which: "42", "3f9c2a17", "1.5".
bool is_value(std::string_view word) {
  const bool hexadecimal = std::all_of(word.begin(), word.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
  const bool number = std::all_of(word.begin(), word.end(), is_digit);
  return number ||
         (hexadecimal && word.size() >= 8 && std::any_of(word.begin(), word.end(), is_digit));
}

void add_unique(std::vector<std::string>& list, const std::string& value) {
  if (!value.empty() && std::find(list.begin(), list.end(), value) == list.end())
    list.push_back(value);
}

}  // namespace

std::optional<double> Rates::success() const {
  const std::int64_t ended = done + failed + interrupted;
  if (ended == 0) return std::nullopt;
  return static_cast<double>(done) / static_cast<double>(ended);
}

std::string normalised(std::string_view text) {
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '\'') {
      const auto end = text.find('\'', at + 1);
      result += "'?'";
      at = end == std::string_view::npos ? text.size() : end + 1;
    } else if (is_word(c)) {
      std::size_t end = at;
      while (end < text.size() && is_word(text[end]))
        ++end;
      const std::string_view word = text.substr(at, end - at);
      if (is_value(word)) {
        result += '#';
      } else {
        result += word;
      }
      at = end;
    } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      if (!result.empty() && result.back() != ' ') result += ' ';
      ++at;
    } else {
      result += c;
      ++at;
    }
  }
  return result;
}

std::string fingerprint_of(const store::EventRow& event) {
  Sha256 hash;
  for (const std::string& field :
       {event.code, event.file, normalised(event.message), normalised(event.statement)}) {
    hash.update(field);
    hash.update(std::string_view("\0", 1));
  }
  return to_hex(hash.finish()).substr(0, kFingerprintDigits);
}

std::vector<ErrorPattern> find_patterns(const std::vector<store::EventRow>& events,
                                        const std::vector<store::RunRow>& runs) {
  std::vector<ErrorPattern> patterns;
  std::unordered_map<std::string, std::size_t> places;
  for (const store::EventRow& event : events) {
    const std::string fingerprint = fingerprint_of(event);
    const auto [place, is_new] = places.try_emplace(fingerprint, patterns.size());
    if (is_new) {
      patterns.emplace_back().fingerprint = fingerprint;
      patterns.back().first_seen = event.at;
    }
    ErrorPattern& one = patterns[place->second];
    one.severity = event.severity;
    one.code = event.code;
    one.message = event.message;
    one.cause = event.cause;
    one.hint = event.hint;
    one.file = event.file;
    one.line = event.line;
    one.statement = event.statement;
    one.last_seen = event.at;
    ++one.count;
    one.times.push_back(event.at);
    add_unique(one.runs, event.run_id);
    add_unique(one.hosts, event.host);
  }
  for (ErrorPattern& one : patterns) {
    std::sort(one.hosts.begin(), one.hosts.end());
    const auto healed = std::find_if(runs.begin(), runs.end(), [&one](const store::RunRow& run) {
      return run.outcome == "done" && run.started_at > one.last_seen;
    });
    if (healed == runs.end()) continue;
    one.resolution = Resolution{healed->run_id,
                                healed->finished_at,
                                healed->command,
                                healed->host,
                                seconds_between(one.first_seen, healed->finished_at),
                                {}};
  }
  std::stable_sort(
      patterns.begin(), patterns.end(),
      [](const ErrorPattern& a, const ErrorPattern& b) { return a.last_seen > b.last_seen; });
  return patterns;
}

std::map<std::string, Rates> rates_of(const std::vector<store::RunRow>& runs) {
  std::map<std::string, Rates> result;
  result[""];
  for (const store::RunRow& run : runs) {
    for (Rates* rates : {&result[""], &result[run.command]}) {
      ++rates->runs;
      if (run.outcome == "done") ++rates->done;
      if (run.outcome == "failed") ++rates->failed;
      if (run.outcome == "interrupted") ++rates->interrupted;
    }
  }
  return result;
}

std::optional<double> seconds_of(const std::string& iso) {
  std::tm parts{};
  double seconds = 0;
  if (std::sscanf(iso.c_str(), "%4d-%2d-%2dT%2d:%2d:%lf", &parts.tm_year, &parts.tm_mon,
                  &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &seconds) != 6) {
    return std::nullopt;
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return static_cast<double>(timegm(&parts)) + seconds;
}

double seconds_between(const std::string& from, const std::string& to) {
  const auto begin = seconds_of(from);
  const auto end = seconds_of(to);
  return begin && end ? *end - *begin : 0;
}

}  // namespace bedstone::bootstrap
