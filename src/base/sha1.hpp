/// SHA-1, which UUIDs of version 5 are made with. It protects from nobody: use base/hash.hpp for
/// everything else.
#pragma once

#include <array>
#include <string_view>

namespace bedstone {

using Sha1Digest = std::array<unsigned char, 20>;

/// FIPS 180-4, chapter 6.1.
Sha1Digest sha1(std::string_view bytes);

}  // namespace bedstone
