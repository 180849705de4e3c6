/// Checks a tree against the keys of bedstone.yaml.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include "project/keys.hpp"
#include "project/yaml.hpp"

namespace bedstone {

/// Appends every unknown key (with the nearest known one) and every value that does not fit, with
/// its place. What is absent (see below) or broken
/// is passed over. The version is not looked at.
void validate_keys(const YamlDocument& document, std::span<const Key> keys, Errors& errors);

/// Null, or a scalar that expanded to nothing.
bool is_absent(const YamlNode& node);
/// What a validated node of that kind means; nullopt when it does not fit.
std::optional<bool> read_bool(const YamlNode& node);
std::optional<std::chrono::milliseconds> read_duration(const YamlNode& node);
/// The index of the choice.
std::optional<std::size_t> read_choice(const YamlNode& node,
                                       std::span<const std::string_view> choices);
/// Any scalar that is text, or was expanded to whatever.
std::optional<std::string_view> read_text(const YamlNode& node);

bool is_project_name(std::string_view text);

}  // namespace bedstone
