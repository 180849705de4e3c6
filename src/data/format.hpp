/// The formats that JSON Schema's `format` asserts here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bedstone::data {

enum class Format : std::uint8_t {
  kDateTime,  ///< RFC 3339, 5.6, with leap seconds only where they can be.
  kDate,      ///< RFC 3339, full-date.
  kEmail,     ///< RFC 5321, Mailbox, in ASCII.
  kUri,       ///< RFC 3986, with a scheme.
  kUuid,      ///< RFC 4122, any version.
  kIpv4,      ///< RFC 2673, 3.2: four decimal numbers without leading zeros.
  kIpv6,      ///< RFC 4291, 2.2, without a zone.
};

/// By its name in a schema: "date-time".
std::optional<Format> format_of(std::string_view name);
/// Every format of draft 2020-12, those that are not asserted too.
std::span<const std::string> known_formats();
/// "a date and time like 2026-01-31T08:00:00Z".
std::string_view words_of(Format format);
bool has_format(std::string_view text, Format format);

}  // namespace bedstone::data
