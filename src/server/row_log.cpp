// The last changes of rows.
#include "server/row_log.hpp"

namespace bedstone::server {
namespace {

constexpr std::size_t kKept = 500;

}  // namespace

void RowLog::note(RowNote note) {
  const std::lock_guard lock(mutex_);
  notes_.push_front(std::move(note));
  if (notes_.size() > kKept) notes_.pop_back();
}

std::optional<RowNote> RowLog::find(std::string_view table, std::string_view key) const {
  const std::lock_guard lock(mutex_);
  for (const RowNote& note : notes_) {
    if (note.table == table && note.key == key) return note;
  }
  return std::nullopt;
}

}  // namespace bedstone::server
