/// Table JSON: columns, rows and refusals of seeded tables as the programming interface says them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "seed/row_reader.hpp"
#include "server/response.hpp"
#include "server/row_values.hpp"
#include "server/seeded_tables.hpp"

namespace bedstone::server {

/// What a foreign key's rows are called by: a name, an address; else the referenced column itself.
struct ReferenceView {
  std::string table;
  std::string column;
  std::string label;
};
std::optional<ReferenceView> reference_view(const TableView& table, std::string_view column);

std::string columns_json(const TableView& table);
/// Secrets are masked; whole numbers beyond what JavaScript holds exactly are text.
std::string value_json(const TableView& table, const seed::TargetColumn& column,
                       std::optional<std::string_view> value);
std::string rows_json(const TableView& table, const seed::RowPage& page);
std::string origins_json(const seed::RowPage& page);
/// Tables whose rows refer to rows of this one, and what becomes of them.
std::string referring_json(const TableView& table);

/// 422 with all errors, each with its `field`; the status of the first where that says more.
Response refused(const FieldErrors& errors);

}  // namespace bedstone::server
