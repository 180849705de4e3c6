/// What a migration's file name says: VERSION_NAME[.DIALECT][.down].sql.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "db/url.hpp"

namespace bedstone::migrate {

/// Orders versions as numbers of any length; "007" and "7" are one version.
std::strong_ordering compare_versions(std::string_view a, std::string_view b);

struct FileName {
  std::string version;               ///< Digits, as written. Empty for repeatables.
  std::string name;                  ///< "create_accounts"; may be empty for versioned ones.
  std::optional<db::Engine> engine;  ///< Only for this engine.
  bool down = false;
};

/// nullopt when the name is not of that form.
std::optional<FileName> parse_versioned(std::string_view file);
std::optional<FileName> parse_repeatable(std::string_view file);

/// A name that says something else than was probably meant: "2_b.SQL" would be passed over,
/// "3_c.sqlite3.sql" would run on every engine.
struct Misnomer {
  std::string what;   ///< "ends in .SQL"
  std::string meant;  ///< "2_b.sql"; empty when that cannot be told.
};
std::optional<Misnomer> misnomer(std::string_view file);

/// "Add users' e-mail" → "add_users_e_mail"; at most 60 characters; empty when nothing is left.
std::string slug(std::string_view message);

}  // namespace bedstone::migrate
