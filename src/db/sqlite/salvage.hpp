/// Salvage: what can be read of a damaged SQLite file, in a new one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bedstone/result.hpp"

namespace bedstone::db::sqlite {

struct SalvagedTable {
  std::string name;
  std::int64_t rows = 0;                 ///< In the new file.
  std::optional<std::int64_t> expected;  ///< As an index of the table says.
  std::int64_t damaged = 0;              ///< Of those rows: some values could not be read.
  std::int64_t guessed = 0;              ///< Of those rows: whose they are was told by their shape.
  bool remade = false;                   ///< Its definition was lost and came from elsewhere.
};

struct Salvaged {
  std::vector<SalvagedTable> tables;
  std::int64_t unreadable_cells = 0;
  std::int64_t lost_and_found = 0;    ///< Rows of that table.
  std::string lost_and_found_table;   ///< Empty: there are none.
  std::vector<std::string> not_made;  ///< "index pets_code: UNIQUE constraint failed".
  std::int64_t pages = 0;
};

/// Reads the file `from` and its -wal page by page, and writes what it finds into the new file `to`
/// (owner-only; kFileExists where something stands). `from` stays as it is. Rows come from the
/// pages of their table, whether or not the way from its root to them can still be followed; rows
/// that are in an index and not in the table come from there when it holds all of them. What
/// belongs to no table for certain is put into the table `lost_and_found`, as the sqlite3 shell's
/// .recover does. `definitions`: CREATE TABLE statements for tables that the file may have had.
/// kSalvageFailed when nothing can be read.
Result<Salvaged> salvage(const std::string& from, const std::string& to,
                         const std::vector<std::string>& definitions,
                         const std::function<void(std::size_t done, std::size_t total)>& progress);

}  // namespace bedstone::db::sqlite
