/// For this room's tests: settings of a text, and what is wrong with it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/test_support.hpp"
#include "base/text.hpp"
#include "config/settings.hpp"

namespace bedstone::config {

inline Settings read(std::string_view text) {
  auto settings = parse_settings("settings.yaml", text);
  EXPECT_TRUE(settings.has_value()) << text << "\n" << test::render(settings.error());
  return settings ? *std::move(settings) : Settings();
}

/// Without the file's name before each place.
inline std::string refused(std::string_view text) {
  const auto settings = parse_settings("s", text);
  if (settings) return "read";
  const std::string rendered = test::render(settings.error());
  std::string shown;
  for (const std::string_view line : text::split(rendered, '\n')) {
    if (line.empty()) continue;
    shown += line.substr(line.starts_with("s:") ? 2 : 0);
    shown += '\n';
  }
  return shown;
}

/// The declaration of a setting `x` with these keys, as a flow mapping without its braces.
inline Settings one(std::string_view keys) {
  return read(fmt::format("settings:\n  x: {{{}}}\n", keys));
}

/// What a text means for a setting with these keys, in its canonical form; or what is wrong.
inline std::string parsed(std::string_view keys, std::string_view text) {
  const Settings settings = one(keys);
  if (settings.declared.empty()) return "not declared";
  const auto value = parse_value(settings.declared.front().shape, "x", text);
  return value ? std::string(value->text().expose()) : test::render(value.error());
}

}  // namespace bedstone::config
