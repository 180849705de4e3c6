/// Convert: a value of one engine as the other one takes it, and what of it counts. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/load.hpp"
#include "db/scan.hpp"
#include "transfer/kind.hpp"

namespace bedstone::transfer {

/// One column on its way.
struct ColumnRule {
  std::string source;  ///< Its name there.
  std::string target;
  db::Engine from = db::Engine::kSqlite;
  db::Engine to = db::Engine::kPostgres;
  Type type;                            ///< As PostgreSQL has it; of one engine kStored.
  Affinity affinity = Affinity::kBlob;  ///< Of SQLite's target.
};

/// Writes the value as the target's bulk load takes it; it may point into `cell` or `buffer`.
/// Returns what is wrong with the value, without repeating it; "": nothing.
std::string convert(const ColumnRule& rule, const db::ScanCell& cell, std::string& buffer,
                    db::LoadCell& result);

/// Adds what counts of a value that stands in `side`, so that values that mean the same add the
/// same, whichever engine stores them. Of kOther only whether it is NULL: their texts are
/// PostgreSQL's affair.
void add_canonical(const ColumnRule& rule, db::Engine side, const db::ScanCell& cell,
                   std::string& out);

}  // namespace bedstone::transfer
