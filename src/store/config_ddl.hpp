/// The DDL of the table that holds settings' values, of its history, and of the triggers that keep
/// that and the revision.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/dialect.hpp"
#include "store/config_table.hpp"

namespace bedstone::store {

std::string create_config_table(const db::Dialect& dialect, const ConfigPlace& place);
std::string create_config_history(const db::Dialect& dialect, const ConfigPlace& place);

/// One trigger, as the engine's catalog shows it.
struct ConfigTrigger {
  std::string name;
  std::string create;
};

/// What the triggers stand on, idempotent: PostgreSQL's function, whose text never changes under
/// its name.
std::vector<std::string> create_config_functions(const db::Dialect& dialect);
std::vector<ConfigTrigger> config_triggers(const db::Dialect& dialect, const ConfigPlace& place,
                                           std::string_view project);

/// Where PostgreSQL tells listeners of changes; the payload is the project's name.
inline constexpr std::string_view kConfigChannel = "bedstone_config";

}  // namespace bedstone::store
