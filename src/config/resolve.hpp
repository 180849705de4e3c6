/// resolve: from what is declared, stored and in the environment to what each setting is, and why.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.hpp"
#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"
#include "config/settings.hpp"
#include "store/config_table.hpp"

namespace bedstone::config {

/// Where a value comes from, the strongest first.
enum class Source : std::uint8_t { kPin, kStored, kDefault, kNone };
/// "pin", "database", "default", "none"
std::string_view source_name(Source source);

/// Opens the sealed text of a setting. Errors: those of the keyring.
using Unseal = std::function<Result<Secret>(std::string_view name, std::string_view sealed)>;

/// One setting as it is. Move-only.
struct Resolved {
  const SettingDeclaration* declaration = nullptr;
  Source source = Source::kNone;
  std::optional<Value> value;  ///< nullopt: it has none, or none that can be used: see `problems`.
  bool stored = false;         ///< The database has a value, whether it counts or not.
  bool in_clear = false;       ///< A secret that somebody stored without sealing it.
  bool locked = false;         ///< A stored secret that does not open; `problems` says why.
  bool counts = true;          ///< Its `requires:` hold.
  Errors problems;             ///< Of this setting's value.
};

/// All settings at one revision. Points into the declarations. Move-only.
struct Resolution {
  std::int64_t revision = 0;
  std::vector<Resolved> settings;            ///< In the order of their declarations.
  std::vector<store::ConfigRow> undeclared;  ///< Stored values that nobody declared.
  Errors problems;  ///< Of values as a whole: unknown settings that are refused, missing ones.

  /// Null when nothing of that name is declared.
  const Resolved* find(std::string_view name) const;
  /// All that is wrong, the settings' own problems first; empty: an application can run with it.
  std::vector<const Error*> errors() const;
  /// CONFIGURED, not UNCONFIGURED: every required setting that counts has a value that can be
  /// used, and `configured_when` holds.
  bool configured = false;
};

/// Pure but for `unseal`, which may be empty: then every sealed value is locked. A pin that does
/// not fit is a problem and counts for nothing else: the stored value never takes its place.
Resolution resolve(const Settings& settings, const store::ConfigState& stored,
                   const Environment& environment, const Unseal& unseal);

}  // namespace bedstone::config
