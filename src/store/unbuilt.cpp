// An unbuilt index as a row of the journal: `hash` holds its name, `before` table, SQLSTATE,
// reason.
#include "store/unbuilt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace bedstone::store {

JournalRow to_journal(const UnbuiltIndex& index) {
  JournalRow row;
  row.kind = kUnbuilt;
  row.version = index.version;
  row.unit = index.number;
  row.done = true;
  row.hash = index.name;
  row.statement = index.sql;
  row.before = fmt::format("{}\n{}\n{}", index.table, index.sqlstate, index.reason);
  row.started_at = row.finished_at = index.since;
  row.run_id = index.run_id;
  return row;
}

std::vector<UnbuiltIndex> unbuilt_indexes(const std::vector<JournalRow>& journal) {
  std::vector<UnbuiltIndex> result;
  for (const JournalRow& row : journal) {
    if (row.kind != kUnbuilt) continue;
    UnbuiltIndex one;
    one.version = row.version;
    one.number = row.unit;
    one.name = row.hash;
    one.sql = row.statement;
    one.since = row.started_at;
    one.run_id = row.run_id;
    const std::string_view why = row.before;
    const std::size_t first = std::min(why.find('\n'), why.size());
    const std::size_t second = std::min(why.find('\n', first + 1), why.size());
    one.table = why.substr(0, first);
    if (first < why.size()) one.sqlstate = why.substr(first + 1, second - first - 1);
    if (second < why.size()) one.reason = why.substr(second + 1);
    result.push_back(std::move(one));
  }
  return result;
}

Error unbuilt_warning(const UnbuiltIndex& index) {
  return Error(
             ErrorCode::kSqlFailed,
             fmt::format("the index {} on {} is not built; migration {} went on without it",
                         text::printable(index.name), text::printable(index.table), index.version))
      .because(index.reason)
      .advise("once the cause is gone, build it: bedstone schema repair")
      .with_sqlstate(index.sqlstate)
      .with_statement(text::excerpt(index.sql));
}

}  // namespace bedstone::store
