/// RowLog: who changed which row here a while ago, to tell those who wanted to change it, too.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace bedstone::server {

struct RowNote {
  std::string table;
  std::string key;  ///< As the server writes keys; compared, never shown.
  std::string email;
  std::string at;  ///< ISO 8601, UTC.
};

/// Remembers the last changes of this process. Thread-safe.
class RowLog {
 public:
  void note(RowNote note);
  std::optional<RowNote> find(std::string_view table, std::string_view key) const;

 private:
  mutable std::mutex mutex_;
  std::deque<RowNote> notes_;  ///< Newest first.
};

}  // namespace bedstone::server
