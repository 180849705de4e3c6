/// Checks a tree against the keys of bedstone.yaml.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include "base/checked.hpp"
#include "data/node.hpp"
#include "project/keys.hpp"

namespace bedstone {

/// Appends every unknown key (with the nearest known one) and every value that does not fit, with
/// its place. What is absent (see below) or broken
/// is passed over. The version is not looked at.
void validate_keys(const data::Document& document, std::span<const Key> keys, Errors& errors);

/// nullopt when the node is none, or is longer than kMaxDuration.
std::optional<std::chrono::milliseconds> read_duration(const data::Node& node);

/// A whole number above zero, or nullopt.
std::optional<std::int64_t> read_count(const data::Node& node);

bool is_project_name(std::string_view text);

}  // namespace bedstone
