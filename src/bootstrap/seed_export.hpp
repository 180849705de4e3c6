/// Rows of a live table into the files of a seed set.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "bootstrap/commands.hpp"
#include "bootstrap/reading.hpp"
#include "seed/table.hpp"

namespace bedstone::bootstrap {

/// A project's database, opened for reading, and what is in it.
struct LiveTables {
  Reading reading;
  schema::Schema schema;
};

Checked<LiveTables> open_tables(const Host& host, const ProjectOptions& options);

/// Where the set of a table goes: `output`, or the next number in the folder of seeds.
/// kSeedDuplicate when a set of that name stands there.
Result<std::string> set_path(const Project& project, const std::string& table,
                             const std::string& output);

struct Export {
  const seed::TargetTable& table;
  std::vector<std::string> key;
  bool unique = false;  ///< The engine keeps it so.
  std::string path;     ///< Of the set.
  SeedFormat format = SeedFormat::kYaml;
};

/// In one transaction, page by page in the order of the key. Files are whole or not there.
Status export_rows(LiveTables& live, const Export& what, SeedFiles& result);

/// A name as YAML takes it, quoted where it must be.
std::string yaml_name(std::string_view name);
/// Text for behind a `#`: on one line.
std::string yaml_comment(std::string_view text);

}  // namespace bedstone::bootstrap
