/// Settings: what settings.yaml declares, and whether a set of values is one the application can
/// run with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/checked.hpp"
#include "config/value.hpp"

namespace bedstone::config {

struct EnvironmentName {
  enum class Role : std::uint8_t {
    kSeed,  ///< Imported once, when the database has no value yet.
    kPin,   ///< Wins over the database as long as it is set.
  };
  std::string name;
  Role role = Role::kSeed;
};

/// How a value is made when there is none.
struct Generated {
  enum class Kind : std::uint8_t { kPassword, kToken, kHex };
  Kind kind = Kind::kToken;
  std::size_t length = 0;
};

/// Holds while another setting has one of these values.
struct Condition {
  std::string setting;
  std::vector<Value> values;
};

/// One setting. Move-only.
struct SettingDeclaration {
  std::string name;
  Place place;  ///< Of the name.
  Shape shape;
  std::optional<Value> fallback;  ///< `default:`; never there for secrets.
  std::string description;
  std::string group;
  std::vector<Condition> conditions;  ///< `requires:`: it counts while all of them hold.
  /// While it counts it must have a value: stored, by default, or made.
  bool required = false;
  std::optional<EnvironmentName> environment;
  std::optional<Generated> generated;
  bool restart = false;  ///< A change counts from the application's next start on.

  bool secret() const { return shape.secret; }
};

/// `setup:`: what the words of `bedstone config setup` stand for.
struct Setup {
  std::string mode;                 ///< The setting that --mode sets; "": none.
  std::vector<std::string> admins;  ///< Those that --admin sets, as far as they count then.
  /// Set when the setup succeeds.
  std::vector<std::pair<std::string, Value>> done;
};

/// Looks a name up without making a string of it.
struct NameHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const {
    return std::hash<std::string_view>()(name);
  }
};

/// All of a file.
struct Settings {
  std::string shown;          ///< The file, for people.
  bool keep_unknown = false;  ///< `unknown: keep`: keys that are not declared may be stored, too.
  std::vector<SettingDeclaration> declared;  ///< In the order of the file.
  /// By name, into `declared`.
  std::unordered_map<std::string, std::size_t, NameHash, std::equal_to<>> index;
  /// `configured_when:`: the application is CONFIGURED only while all of them hold.
  std::vector<Condition> configured_when;
  std::optional<Setup> setup;

  /// Null when there is none of that name.
  const SettingDeclaration* find(std::string_view name) const;
  std::vector<std::string> names() const;
};

/// Values by setting, as parse_value() made them; a setting without one has its default.
using Values = std::map<std::string, Value, std::less<>>;

/// Reads and checks a file of declarations. All errors found, by place: kSettings, kSettingValue
/// (defaults, bounds), kUnknownKey, kUnsupportedVersion, kJsonSchema, those of data::parse_yaml and
/// files::read.
Checked<Settings> read_settings(const std::string& path, const std::string& shown);
/// The same of a text.
Checked<Settings> parse_settings(std::string shown, std::string_view text);

/// The value or the default; null when there is neither.
const Value* effective(const Settings& settings, const Values& values, std::string_view name);
/// Whether all conditions of a setting hold.
bool counts(const Settings& settings, const Values& values, const SettingDeclaration& declaration);
bool hold(const Settings& settings, const Values& values, const std::vector<Condition>& conditions);

/// kUnknownSetting, with the nearest name.
Error unknown_setting(const Settings& settings, std::string_view name);
/// kSettingMissing: it counts, must have a value, and has none.
Error missing_setting(const Settings& settings, const Values& values,
                      const SettingDeclaration& declaration);
/// What is wrong with the values as a whole, in the order of the declarations: kUnknownSetting
/// unless those are kept, kSettingValue, and kSettingMissing where a setting that counts has none
/// and none will be made for it.
Errors check(const Settings& settings, const Values& values);

/// A new value for a declaration that says how it is made. Errors: kSettingValue when its schema
/// takes none that is made so.
Checked<Value> generate(const SettingDeclaration& declaration);

}  // namespace bedstone::config
