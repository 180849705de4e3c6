// Any bytes as a file of settings, and as values: read or refused with places inside the file; what
// was read can be stored and read again as the same value; nothing of a secret in an error.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace {

using bedstone::config::SettingDeclaration;
using bedstone::config::Settings;
using bedstone::config::Value;

constexpr std::string_view kSecret = "zqjx-hunter2-xjqz";
constexpr std::string_view kTexts[] = {
    "",
    "0",
    kSecret,
    "zqjx-hunter2-xjqz,,",
    R"(["zqjx-hunter2-xjqz", [1]])",
    R"({"zqjx-hunter2-xjqz": "zqjx-hunter2-xjqz", "zqjx-hunter2-xjqz": 1})",
    R"({"zqjx-hunter2-xjqz": ["zqjx-hunter2-xjqz"]})"};

void require(bool condition) {
  if (!condition) std::abort();
}

void check_errors(const bedstone::Errors& errors, std::size_t bytes) {
  require(!errors.empty());
  for (const bedstone::Error& error : errors) {
    require(!error.message.empty() && !error.hint.empty());
    require(error.place.file == "settings.yaml");
    require(error.place.line >= 1 && error.place.line <= bytes + 1);
    require(error.place.column >= 1 && error.place.column <= bytes + 2);
  }
}

/// The text that a value is stored as means the same value.
void check_round_trip(const SettingDeclaration& setting, const Value& value) {
  const bedstone::Secret text = value.text();
  const auto again = parse_value(setting.shape, setting.name, text.expose());
  // Escapes of control characters make JSON longer than what it was read from.
  if (text.expose().size() > bedstone::config::kMaxValueBytes) return;
  require(again.has_value() && *again == value);
  require(again->text().expose() == text.expose());
}

void check_value(const SettingDeclaration& setting, std::string_view text, bool may_echo) {
  const auto value = parse_value(setting.shape, setting.name, text);
  if (value) {
    check_round_trip(setting, *value);
    return;
  }
  for (const bedstone::Error& error : value.error()) {
    require(!error.message.empty() && !error.hint.empty());
    if (!setting.secret() || may_echo) continue;
    for (const std::string* part : {&error.message, &error.cause, &error.hint})
      require(part->find(kSecret) == std::string::npos);
  }
}

void check(const Settings& settings, std::string_view text) {
  // libFuzzer learns the secret from the comparisons and writes it into declarations.
  const bool may_echo = text.find(kSecret) != std::string_view::npos;
  bedstone::config::Values values;
  for (const SettingDeclaration& setting : settings.declared) {
    require(settings.find(setting.name) == &setting);
    require(!(setting.secret() && setting.fallback));
    if (setting.fallback) {
      check_round_trip(setting, *setting.fallback);
      require(check_value(setting.shape, setting.name, *setting.fallback).empty());
      values.emplace(setting.name, setting.fallback->clone());
    }
    for (const auto& condition : setting.conditions)
      require(settings.find(condition.setting) != nullptr && !condition.values.empty());
    for (const std::string_view one : kTexts)
      check_value(setting, one, may_echo);
    check_value(setting, text, true);
    check_value(setting, text.substr(text.size() / 2), true);
  }
  for (const bedstone::Error& error : check(settings, values))
    require(error.code == bedstone::ErrorCode::kSettingMissing);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto settings = bedstone::config::parse_settings("settings.yaml", text);
  if (settings) {
    check(*settings, text);
  } else {
    check_errors(settings.error(), size);
  }
  return 0;
}
