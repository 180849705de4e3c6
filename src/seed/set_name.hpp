/// What the name of a file in the seeds folder says: [NUMBER-]NAME[.ENVIRONMENT|.ENGINE].ENDING.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/url.hpp"
#include "seed/set.hpp"

namespace bedstone::seed {

struct SetName {
  std::string name;                  ///< "roles" of "10-roles.dev.yaml".
  std::string environment;           ///< "dev"; empty: none.
  std::optional<db::Engine> engine;  ///< Of "search.sqlite.sql".
  RowsFrom::Kind kind = RowsFrom::Kind::kYaml;
  std::string ending;  ///< "yaml".
};

/// nullopt for files that hold neither a set nor rows. kSeedSet: it cannot be told what is meant.
Result<std::optional<SetName>> parse_set_name(std::string_view file);

/// By a file's ending: yaml, yml, json, ndjson, jsonl, csv, tsv, sql; in any case.
std::optional<RowsFrom::Kind> kind_of_ending(std::string_view file);
/// "yaml" of "a/b.YAML"; empty when there is none.
std::string ending_of(std::string_view file);

}  // namespace bedstone::seed
