// One line for what was found, one for each kind of variable.
#include "bootstrap/settings_mark.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace bedstone::bootstrap {
namespace {

std::vector<std::string> names_of(std::string_view line) {
  std::vector<std::string> names;
  for (const std::string_view name : text::split(line, ' ')) {
    if (!name.empty()) names.emplace_back(name);
  }
  return names;
}

}  // namespace

std::string SettingsMark::text() const {
  return fmt::format("{} {} {}\n{}\n{}\n{}", revision, configured ? "configured" : "unconfigured",
                     fingerprint, text::join(variables.seeds, " "), text::join(variables.pins, " "),
                     text::join(variables.secrets, " "));
}

std::optional<SettingsMark> SettingsMark::parse(std::string_view text) {
  const auto lines = text::split(text, '\n');
  if (lines.size() != 4) return std::nullopt;
  const auto words = text::split(lines[0], ' ');
  if (words.size() != 3) return std::nullopt;
  const auto revision = text::parse_integer(words[0]);
  if (!revision) return std::nullopt;
  return SettingsMark{*revision,
                      words[1] == "configured",
                      std::string(words[2]),
                      {names_of(lines[1]), names_of(lines[2]), names_of(lines[3])}};
}

std::string fingerprint_of(const config::WatchedVariables& variables, std::string_view digest,
                           const Environment& environment,
                           const std::vector<config::EnvVariable>& file) {
  Blake2b hash;
  hash.update_field(digest);
  const auto add = [&hash](std::string_view name, std::optional<std::string_view> value) {
    hash.update_field(name);
    hash.update_field(value ? "set" : "unset");
    hash.update_field(value.value_or(""));
  };
  for (const std::string& name : variables.pins)
    add(name, environment.get(name));
  for (const std::string& name : variables.seeds) {
    add(name, environment.get(name));
    const config::EnvVariable* inside = config::find(file, name);
    add(name, inside != nullptr ? std::optional(inside->value.expose()) : std::nullopt);
  }
  return to_hex(hash.finish());
}

bool has_secret(const config::WatchedVariables& variables, const Environment& environment,
                const std::vector<config::EnvVariable>& file) {
  return std::any_of(
      variables.secrets.begin(), variables.secrets.end(), [&](const std::string& name) {
        const config::EnvVariable* inside = config::find(file, name);
        return environment.get(name).has_value() || (inside != nullptr && !inside->value.empty());
      });
}

}  // namespace bedstone::bootstrap
