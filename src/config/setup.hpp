/// The setup of an application: what `setup:` of settings.yaml declares, and what a call of
/// `bedstone config setup` asks for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "data/node.hpp"

namespace bedstone::config {

/// Reads `setup:`; `settings` holds all declarations. Errors are appended: kSettings,
/// kSettingValue, kUnknownKey.
Setup read_setup(const data::Document& document, const data::Node& node, const Settings& settings,
                 Errors& errors);

/// One setting that a setup shall set.
struct SetupValue {
  std::string key;
  std::optional<Secret> text;  ///< nullopt: what is stored goes.
};

struct SetupWords {
  std::optional<std::string> mode;
  std::vector<std::string> admins;
  std::vector<SetupValue> values;  ///< Named by themselves.
  std::vector<std::string> unset;  ///< Named by themselves, to have no value of their own.
};

/// What the words stand for, values that were named first. `now`: what settings have before it,
/// for what depends on others. Errors: kSetupUnknown, kUnknownSetting, kSettingValue; kUsage when
/// one setting is set twice.
Checked<std::vector<SetupValue>> plan_setup(const Settings& settings, const Values& now,
                                            SetupWords words);

}  // namespace bedstone::config
