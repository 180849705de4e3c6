/// The tables Bedstone keeps in the user's database, and how older ones become the newest.
#pragma once

#include <string>
#include <vector>

#include "db/dialect.hpp"

namespace bedstone::store {

/// The layout this program writes. A database with a higher number is left alone (kStoreNewer).
inline constexpr int kLayout = 4;

/// The statements (in PostgreSQL: within the schema "bedstone") that lead from layout `from` (0:
/// nothing there) to `from` + 1, in order. They are idempotent, and run in one transaction together
/// with the note of the new number.
std::vector<std::string> upgrade(const db::Dialect& dialect, int from);

/// The names of the tables that belong to a layout.
std::vector<std::string> table_names(int layout);

}  // namespace bedstone::store
