/// What a scalar means where the kind of value is known; what variables expanded to is taken more
/// leniently, since an environment knows only text.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "data/node.hpp"

namespace bedstone::data {

/// Null, or a scalar that expanded to nothing.
bool is_absent(const Node& node);
std::optional<bool> read_bool(const Node& node);
/// The index of the choice.
std::optional<std::size_t> read_choice(const Node& node, std::span<const std::string_view> choices);
/// Any scalar that is text, or was expanded to whatever.
std::optional<std::string_view> read_text(const Node& node);

}  // namespace bedstone::data
