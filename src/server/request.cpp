// Strict reading of targets, header fields and cookies.
#include "server/request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace bedstone::server {
namespace {

constexpr std::size_t kTargetBytes = 4096;

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods{
    {{"GET", Method::kGet},
     {"HEAD", Method::kHead},
     {"POST", Method::kPost},
     {"PUT", Method::kPut},
     {"PATCH", Method::kPatch},
     {"DELETE", Method::kDelete},
     {"OPTIONS", Method::kOptions}}};

Error malformed(std::string why) {
  return Error(ErrorCode::kRequestMalformed, std::move(why))
      .advise("`/api/v1/openapi.json` describes every route");
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool same_letters(std::string_view one, std::string_view other) {
  return one.size() == other.size() && text::to_lower(one) == text::to_lower(other);
}

/// nullopt: an escape is none, or what comes out is no text.
std::optional<std::string> decode(std::string_view raw, bool form) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '%') {
      if (i + 2 >= raw.size()) return std::nullopt;
      const int high = digit(raw[i + 1]);
      const int low = digit(raw[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (form && c == '+') {
      c = ' ';
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return std::nullopt;
    out.push_back(c);
  }
  if (text::invalid_utf8(out)) return std::nullopt;
  return out;
}

Result<std::string> decode_path(std::string_view raw) {
  if (raw == "/") return std::string(raw);
  std::string path;
  for (const std::string_view segment : text::split(raw.substr(1), '/')) {
    const auto decoded = decode(segment, false);
    if (!decoded) return fail(malformed("the path holds an escape or a character that is none"));
    if (decoded->empty() || *decoded == "." || *decoded == "..")
      return fail(malformed("the path has an empty segment, or one of dots"));
    if (decoded->find_first_of("/\\") != std::string::npos)
      return fail(malformed("the path holds an escaped slash, or a backslash"));
    path += '/';
    path += *decoded;
  }
  return path;
}

}  // namespace

Method method_of(std::string_view text) {
  const auto* found = std::find_if(kMethods.begin(), kMethods.end(),
                                   [&](const auto& one) { return one.first == text; });
  return found == kMethods.end() ? Method::kOther : found->second;
}

std::string_view method_name(Method method) {
  const auto* found = std::find_if(kMethods.begin(), kMethods.end(),
                                   [&](const auto& one) { return one.second == method; });
  return found == kMethods.end() ? "-" : found->first;
}

bool is_unsafe(Method method) {
  return method != Method::kGet && method != Method::kHead && method != Method::kOptions;
}

void Headers::add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const auto& [key, value] : fields_) {
    if (same_letters(key, name)) found.push_back(value);
  }
  return found;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  std::optional<std::string_view> found;
  for (const auto& [key, value] : fields_) {
    if (!same_letters(key, name)) continue;
    if (found && *found != value) return std::nullopt;
    found = value;
  }
  return found;
}

std::optional<std::string_view> Target::get(std::string_view name) const {
  const auto found = std::find_if(query.begin(), query.end(),
                                  [&](const auto& pair) { return pair.first == name; });
  if (found == query.end()) return std::nullopt;
  return found->second;
}

Result<Target> parse_target(std::string_view raw) {
  if (raw.size() > kTargetBytes) return fail(malformed("the address is longer than 4096 bytes"));
  if (!raw.starts_with('/')) return fail(malformed("the address does not begin with a slash"));
  if (raw.find('#') != std::string_view::npos)
    return fail(malformed("the address has a fragment, which is the browser's alone"));
  const auto mark = raw.find('?');
  Target target;
  BEDSTONE_ASSIGN(target.path, decode_path(raw.substr(0, mark)));
  if (mark == std::string_view::npos) return target;
  for (const std::string_view pair : text::split(raw.substr(mark + 1), '&')) {
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = decode(pair.substr(0, equals), true);
    auto value = decode(
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!name || !value)
      return fail(malformed("the query holds an escape or a character that is none"));
    target.query.emplace_back(*std::move(name), *std::move(value));
  }
  return target;
}

Status check_framing(const Headers& headers, std::string_view version) {
  const auto lengths = headers.all("Content-Length");
  const auto codings = headers.all("Transfer-Encoding");
  if (lengths.size() > 1) return fail(malformed("there are two lengths of the body"));
  if (!lengths.empty()) {
    const std::string_view length = lengths.front();
    const bool digits = !length.empty() && length.size() <= 18 &&
                        length.find_first_not_of("0123456789") == std::string_view::npos;
    if (!digits) return fail(malformed("the length of the body is no number"));
  }
  if (codings.size() > 1 || (!codings.empty() && !lengths.empty()))
    return fail(malformed("the body has a length and a transfer coding, or two codings"));
  if (!codings.empty() && (version != "HTTP/1.1" || !same_letters(codings.front(), "chunked")))
    return fail(malformed("the body's transfer coding is none that is known"));
  if (headers.count("Host") > 1) return fail(malformed("there are several hosts"));
  return {};
}

std::optional<std::string_view> cookie(const Headers& headers, std::string_view name) {
  std::optional<std::string_view> found;
  for (const std::string_view line : headers.all("Cookie")) {
    for (const std::string_view part : text::split(line, ';')) {
      const std::string_view pair = text::trim(part);
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      if (found) return std::nullopt;
      found = pair.substr(equals + 1);
    }
  }
  return found;
}

}  // namespace bedstone::server
