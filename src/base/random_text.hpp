/// Text made of the system's randomness.
#pragma once

#include <cstddef>

#include "bedstone/secret.hpp"

namespace bedstone {

/// A password of letters and digits that people can copy from paper: without 0 O o, 1 l I. Each of
/// the 56 characters is equally likely, so 20 of them hold 116 bits. Fewer than 12 are not made.
Secret generate_password(std::size_t length = 20);

}  // namespace bedstone
