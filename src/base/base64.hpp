/// Base64 (RFC 4648) in the three dialects that are in use here, in constant time; and one that is
/// fast.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bedstone::base64 {

enum class Dialect : std::uint8_t {
  kPadded,    ///< `+`, `/` and `=`: what other languages call "base64".
  kUnpadded,  ///< `+` and `/`, without `=`: inside PHC strings.
  kUrl,       ///< `-` and `_`, without `=`: goes anywhere unquoted.
};

std::string encode(std::string_view bytes, Dialect dialect);
/// nullopt unless the whole text is what encode() makes of some bytes. The result's memory is on
/// the heap whatever its length, so that a Secret can take it over and leaves no copy behind.
std::optional<std::string> decode(std::string_view text, Dialect dialect);

/// kPadded at some ten times the speed, for megabytes that are no secret: the time depends on them.
std::string encode_public(std::string_view bytes);
std::optional<std::string> decode_public(std::string_view text);

}  // namespace bedstone::base64
