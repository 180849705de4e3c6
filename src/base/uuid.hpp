/// UUIDs (RFC 9562): random, made of a name, made of the time.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace bedstone {

struct Uuid {
  std::array<unsigned char, 16> bytes{};

  friend bool operator==(const Uuid&, const Uuid&) = default;
};

/// The namespaces of RFC 9562, 6.6.
inline constexpr Uuid kUuidNamespaceDns{{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4,
                                         0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}};
inline constexpr Uuid kUuidNamespaceUrl{{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4,
                                         0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}};

/// "2ed6657d-e927-568b-95e1-2665a8aea6a2".
std::string to_text(const Uuid& uuid);
/// That form only, its letters in any case; any version.
std::optional<Uuid> parse_uuid(std::string_view text);

/// Version 4: 122 random bits.
Uuid uuid_v4();
/// Version 5: the same name in the same namespace is the same UUID everywhere and always.
Uuid uuid_v5(const Uuid& name_space, std::string_view name);
/// Version 7: milliseconds since 1970, then 74 random bits. Ascending by time, but two of one
/// millisecond come in any order. Times before 1970 count as 1970.
Uuid uuid_v7(WallTime time);

}  // namespace bedstone
