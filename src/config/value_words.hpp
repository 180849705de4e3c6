/// What people are told of values: which are wanted, and which one was found.
#pragma once

#include <string>

#include "config/value.hpp"

namespace bedstone::config {

/// "write a whole number from 1 to 65535". `type` is the shape's, or its items'.
std::string wanted(const Shape& shape, ValueType type);
/// "\"abc\"", "empty", "this text" where it may be a secret.
std::string shown(const Shape& shape, const data::Node& node);

}  // namespace bedstone::config
