/// Exchange: a new SQLite file in the place of an old one, which is kept under another name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bedstone/result.hpp"
#include "bootstrap/commands.hpp"

namespace bedstone::bootstrap {

/// The new file is as readable as the old one was.
void take_rights(const std::string& old, const std::string& fresh);
/// Journals that stay behind belong to the old file alone; the new one must not meet them.
Status move_journals(const std::string& path, const std::string& aside);
/// "app.db.damaged-20261121093000", or the next such name that is free.
std::string name_aside(const Host& host, const std::string& path, std::string_view word);
/// At every moment there is a whole database under the name: a second name for the old file first,
/// then the new one takes the first name.
Status exchange(const std::string& fresh, const std::string& path, const std::string& aside);
/// kDatabaseInUse.
Error in_use(const std::string& path, const std::vector<std::string>& users);

}  // namespace bedstone::bootstrap
