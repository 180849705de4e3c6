/// Script: SQL text of `bedstone backup` or of `sqlite3 FILE .dump`, loaded into a new file.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/cancel.hpp"
#include "base/files.hpp"
#include "bedstone/result.hpp"

namespace bedstone::db::sqlite {

struct Script {
  files::Reader& text;
  const std::string& name;                            ///< For people.
  const CancelToken* cancel = nullptr;                ///< May be null.
  std::function<void(std::uint64_t bytes)> progress;  ///< May be empty.
};

/// Loads the script into the empty file `path`, makes WAL its journal and syncs it. Its statements
/// can reach no other file: ATTACH, VACUUM INTO and extensions are refused. kRestoreFailed and the
/// errors of statements, with the line; kBackupDamaged for a script that ends too early;
/// kInterrupted.
Status load_script(const Script& script, const std::string& path);

}  // namespace bedstone::db::sqlite
