/// Guarded tables: who may sign in, and as what.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace bedstone::server {

/// Whoever changes these may become anybody: they are for super admins.
inline bool is_guarded(std::string_view table) {
  constexpr std::array<std::string_view, 4> kGuarded{"accounts", "roles", "account_roles", "users"};
  return std::find(kGuarded.begin(), kGuarded.end(), table) != kGuarded.end();
}

}  // namespace bedstone::server
