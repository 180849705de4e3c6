/// Form: what a file that shall be restored is, told from its bytes.
#pragma once

#include <optional>
#include <string>

#include "backup/manifest.hpp"

namespace bedstone::backup {

struct Found {
  Form form = Form::kFile;
  /// Whose it is; nothing for SQL that does not say.
  std::optional<db::Engine> engine;
  std::optional<Manifest> manifest;
};

/// Looks at the beginning and the end, and at the manifest beside it. kBackupUnknown for what is
/// none of the forms, kBackupDamaged for what does not end where it should, and for a manifest
/// that is not readable or is another file's; the errors of reading.
Result<Found> recognise(const std::string& path);

/// Compares every byte with the manifest's checksum. kBackupDamaged.
Status check_bytes(const std::string& path, const Manifest& manifest);

/// How SQL text of SQLite begins that Bedstone writes.
inline constexpr std::string_view kSqliteHead = "-- A SQLite database, written by bedstone ";

}  // namespace bedstone::backup
