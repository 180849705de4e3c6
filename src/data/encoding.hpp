/// Decoder: text of other encodings as UTF-8, piece by piece.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bedstone/result.hpp"

namespace bedstone::data {

class Decoder {
 public:
  /// What stands for bytes that are no character: itself no part of UTF-8, so that who checks the
  /// text finds it at its place.
  static constexpr char kNoCharacter = '\xFF';

  /// `utf-8` (bytes pass unchecked), `utf-16` (the byte-order mark tells the order; without one a
  /// first byte of zero means big-endian), `utf-16le`, `utf-16be`, `latin-1` (`iso-8859-1`),
  /// `windows-1252`, and whatever the system's iconv knows; case, hyphens and underscores do not
  /// matter for those named. kSeedSource for others.
  static Result<std::unique_ptr<Decoder>> open(std::string_view encoding);

  virtual ~Decoder() = default;
  /// Appends the characters that `bytes` complete; what they only begin is kept for the next call,
  /// or with `last` is no character. Byte-order marks become U+FEFF.
  virtual void decode(std::string_view bytes, bool last, std::string& out) = 0;
};

}  // namespace bedstone::data
