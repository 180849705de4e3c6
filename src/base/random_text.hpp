/// Text made of the system's randomness.
#pragma once

#include <cstddef>

#include "bedstone/secret.hpp"

namespace bedstone {

/// A password of letters and digits that people can copy from paper: without 0 O o, 1 l I. Each of
/// the 56 characters is equally likely, so 20 of them hold 116 bits. Fewer than 12 are not made.
Secret generate_password(std::size_t length = 20);

enum class Letters {
  kUrl,  ///< A-Z a-z 0-9 - _: 6 bits each.
  kHex,  ///< 0-9 a-f: 4 bits each.
};
/// For programs to read. Fewer than 12 characters are not made.
Secret generate_text(Letters letters, std::size_t length);

}  // namespace bedstone
