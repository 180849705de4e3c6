/// Arrays: PostgreSQL's literals as JSON, and back. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "transfer/kind.hpp"

namespace bedstone::transfer {

/// `{1,NULL,"a b"}` as `[1,null,"a b"]`: numbers and truth values as such, all else as text.
/// nullopt: no literal, or one with bounds of its own (`[2:3]={…}`), which JSON cannot say.
std::optional<std::string> array_to_json(std::string_view literal, Kind element);
/// The way back. nullopt: no JSON list.
std::optional<std::string> json_to_array(std::string_view json);

}  // namespace bedstone::transfer
