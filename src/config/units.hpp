/// Numbers with and without units, as settings are written, and the one text that each is stored
/// as.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bedstone::config {

/// "-12"; nothing else around it.
std::optional<std::int64_t> parse_int(std::string_view text);
/// "0.5", "1e3"; neither infinite nor beyond what a double holds.
std::optional<double> parse_float(std::string_view text);
/// "16MiB", "1.5 GB", "100"; a bare number counts bytes. nullopt unless a whole number of bytes.
std::optional<std::int64_t> parse_size(std::string_view text);

/// As short as it can be for the same number.
std::string float_text(double number);
std::string duration_text(std::chrono::milliseconds duration);
std::string size_text(std::int64_t bytes);

}  // namespace bedstone::config
