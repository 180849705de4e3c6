/// Facts: what a manifest says of a database's contents, read and compared.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "backup/manifest.hpp"
#include "bedstone/error.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"

namespace bedstone::bootstrap {

/// Within the caller's transaction: of one moment. `row` is called with each table's name.
struct Facts {
  std::string fingerprint;
  std::string canonical;
  std::string version;
  std::map<std::string, std::int64_t> rows;
};
Result<Facts> read_facts(db::Connection& connection, const Project& project,
                         const std::string& schema);

/// What differs from the manifest. Rows and missing or extra objects are kRestoreMismatch; an
/// object that another server writes down otherwise is a warning.
Status compare_facts(const std::string& file, const backup::Manifest& manifest, const Facts& facts,
                     std::vector<Error>& warnings);

}  // namespace bedstone::bootstrap
