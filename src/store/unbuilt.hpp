/// Unbuilt: indexes that a migration was content to go without when building them failed. They
/// stand in the journal until they are built, or until a migration no longer wants them.
#pragma once

#include <string>
#include <vector>

#include "bedstone/error.hpp"
#include "store/rows.hpp"

namespace bedstone::store {

/// In the journal: an index whose building failed.
inline constexpr std::string_view kUnbuilt = "unbuilt";

struct UnbuiltIndex {
  std::string version;      ///< Of its migration.
  std::int64_t number = 0;  ///< Of its statement in the file, from 1.
  std::string name;         ///< As all names here: plain, without quotes.
  std::string table;
  std::string sql;       ///< The whole statement.
  std::string sqlstate;  ///< Why it failed.
  std::string reason;
  std::string since;  ///< ISO 8601, UTC.
  std::string run_id;
  std::uint32_t line = 0;  ///< In its file; 0 once it comes from the journal.

  bool operator==(const UnbuiltIndex&) const = default;
};

JournalRow to_journal(const UnbuiltIndex& index);
/// Those of the journal, in its order.
std::vector<UnbuiltIndex> unbuilt_indexes(const std::vector<JournalRow>& journal);
/// What runs, plans and reports say of it.
Error unbuilt_warning(const UnbuiltIndex& index);

}  // namespace bedstone::store
