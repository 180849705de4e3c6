/// Live values as seed files hold them: the text of one cell, such that seeding gives the same
/// value again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "seed/table.hpp"

namespace bedstone::seed {

enum class ExportFormat { kYaml, kCsv, kNdjson };

/// A value as the engine gives it: its text, and in SQLite what typeof() says.
struct LiveValue {
  std::optional<std::string_view> text;  ///< Nothing: NULL.
  std::string_view storage = {};         ///< SQLite: "integer", "real", "text", "blob".
};

/// The cell's text in a file of that format. kSeedValue where no file of that format can say it.
Result<std::string> export_cell(db::Engine engine, const TargetColumn& column,
                                const LiveValue& value, ExportFormat format);

/// A name or text in double quotes, understood by YAML and JSON alike; in YAML `${` is escaped.
std::string export_text(std::string_view text, ExportFormat format);

}  // namespace bedstone::seed
