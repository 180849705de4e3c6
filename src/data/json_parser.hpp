/// JsonParser: one JSON value from a text, with the place of every part of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/checked.hpp"
#include "data/limits.hpp"
#include "data/node.hpp"

namespace bedstone::data {

/// Where the text comes from; hints differ.
enum class JsonSource { kFile, kLine };

/// Parses text that was found to be UTF-8. `line` is the number of its first line, `column` that of
/// its first byte.
Checked<Node> parse_json_value(const std::string& file, std::string_view text, JsonSource source,
                               const Limits& limits, Mark start = {});

}  // namespace bedstone::data
