// Text to numbers, column by column.
#include "store/run_row.hpp"

#include <cstdlib>

namespace bedstone::store {

RunRow run_row(const db::Rows& rows, std::size_t index) {
  RunRow row;
  row.run_id = rows.text(index, 0);
  row.command = rows.text(index, 1);
  row.started_at = rows.text(index, 2);
  row.finished_at = rows.text(index, 3);
  row.outcome = rows.text(index, 4);
  row.host = rows.text(index, 5);
  row.pid = rows.integer(index, 6);
  row.user = rows.text(index, 7);
  row.bedstone_version = rows.text(index, 8);
  row.state_before = rows.text(index, 9);
  row.state_after = rows.text(index, 10);
  row.duration_seconds = std::strtod(std::string(rows.text(index, 11)).c_str(), nullptr);
  row.error_code = rows.text(index, 12);
  row.error_message = rows.text(index, 13);
  return row;
}

}  // namespace bedstone::store
