/// The migrations folder: which files there are for one engine.
#pragma once

#include <string>
#include <vector>

#include "bedstone/result.hpp"
#include "db/url.hpp"

namespace bedstone::migrate {

/// One migration of the project. Only its name has been read.
struct MigrationFile {
  bool repeatable = false;
  std::string version;  ///< Digits as written; for repeatables their name.
  std::string name;
  std::string path;       ///< To open.
  std::string shown;      ///< For people: as seen from the project's folder.
  std::string down_path;  ///< A sibling .down.sql; may be empty.

  /// "20261120093000_create_accounts"; for repeatables "repeatable/active_accounts".
  std::string label() const;
};

struct Folder {
  std::vector<MigrationFile> versioned;    ///< In order of version.
  std::vector<MigrationFile> repeatables;  ///< In order of name.
  std::vector<Error> problems;             ///< Bad names and duplicates, all of them.
};

/// Lists `dir` (to open) and its `repeatable` folder; `shown` is how people know it. Files of the
/// other engine are passed over, a file for this engine beats the one for both. Errors: a folder
/// that is missing or cannot be read.
Result<Folder> list_folder(const std::string& dir, const std::string& shown, db::Engine engine);

}  // namespace bedstone::migrate
