/// Request: what a client asks, taken apart and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "bedstone/result.hpp"

namespace bedstone::server {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };
Method method_of(std::string_view text);
/// "GET"; "-" of kOther.
std::string_view method_name(Method method);
/// Whether it may change something.
bool is_unsafe(Method method);

/// Header fields in the order in which they came; names are found whatever their case.
class Headers {
 public:
  void add(std::string name, std::string value);
  /// nullopt: none, or several that differ.
  std::optional<std::string_view> get(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  std::size_t count(std::string_view name) const { return all(name).size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// The path and the query, decoded.
struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;

  std::optional<std::string_view> get(std::string_view name) const;
};

/// Takes the target of a request line apart. Strict, because what two programs read differently is
/// what attacks are made of. kRequestMalformed: no leading slash, a fragment, `.`, `..` or empty
/// segments, escapes that are none, escaped slashes, backslashes, control characters, bytes that
/// are not UTF-8, more than 4096 bytes.
Result<Target> parse_target(std::string_view raw);

/// What a body's framing must be like: kRequestMalformed for two lengths, a length beside a
/// transfer coding, codings other than `chunked`, several hosts.
Status check_framing(const Headers& headers, std::string_view version);

/// A cookie's value. nullopt: there is none, or several: whose they are cannot be told.
std::optional<std::string_view> cookie(const Headers& headers, std::string_view name);

struct Route;

struct Request {
  Method method = Method::kOther;
  Target target;
  Headers headers;
  std::string body;
  std::string peer;              ///< Whose connection it is: an address without a port.
  std::string address;           ///< Who asks: `peer`, or what a trusted proxy says.
  bool secure = false;           ///< It came over TLS, here or at a trusted proxy.
  bool forwarded = false;        ///< Somebody handed it on.
  bool trusted = false;          ///< That was a proxy whose word counts.
  std::string host;              ///< Whom it was meant for, in small letters: "hub.example:8884".
  const Route* route = nullptr;  ///< What it leads to, once that is known.
  std::vector<std::string> places;  ///< What stands for the `{…}` of the route's path.
  MonotonicTime begun;
};

}  // namespace bedstone::server
