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

/// Null, or a scalar that expanded to nothing.
bool is_absent(const data::Node& node);
/// What a validated node of that kind means; nullopt when it does not fit.
std::optional<bool> read_bool(const data::Node& node);
std::optional<std::chrono::milliseconds> read_duration(const data::Node& node);
/// The index of the choice.
std::optional<std::size_t> read_choice(const data::Node& node,
                                       std::span<const std::string_view> choices);
/// Any scalar that is text, or was expanded to whatever.
std::optional<std::string_view> read_text(const data::Node& node);

bool is_project_name(std::string_view text);

}  // namespace bedstone
