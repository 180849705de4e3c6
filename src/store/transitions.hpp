/// Transitions: what became of the application, recorded once for each change.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "bedstone/state.hpp"
#include "db/connection.hpp"

namespace bedstone::store {

struct Transition {
  std::int64_t number = 0;
  std::string at;    ///< ISO 8601, UTC.
  std::string from;  ///< "UNCONFIGURED"
  std::string to;
  std::string cause;
  std::string run_id;  ///< "" when no run did it.
};

/// How long an instance counts as alive after it was last seen.
inline constexpr std::chrono::minutes kInstanceLife{3};

/// For one project. Not thread-safe, as its connection.
class Transitions {
 public:
  Transitions(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}

  /// Nothing where none was recorded, or there is no such table.
  Result<std::optional<Transition>> last();
  /// Newest first.
  Result<std::vector<Transition>> list(std::int64_t limit);

  /// Records that the application is `to` from now on, and returns what was recorded: nothing when
  /// it was so already. `from` counts where nothing was recorded before. In an open transaction it
  /// belongs to that; of several who record the same at once one does.
  Result<std::optional<Transition>> record(Lifecycle from, Lifecycle to, std::string_view cause,
                                           std::string_view run_id);

  /// Records CONFIGURED → RUNNING when an instance is alive, and back when none is any more; for
  /// instances that come and go, which need not know the settings. Other states stay.
  Result<std::optional<Transition>> note_instances(std::string_view cause, WallTime now);

  /// Whether a process that uses the settings was seen within kInstanceLife before `now`.
  Result<bool> is_running(WallTime now);
  /// The same as an expression, with the project as `$1`.
  static std::string running_expression(const db::Dialect& dialect, WallTime now);
  /// The state last recorded as an expression, with the project as `$1`.
  static std::string last_expression(const db::Dialect& dialect);

 private:
  std::string table() const { return connection_.dialect().store_table("transitions"); }

  db::Connection& connection_;
  std::string project_;
};

}  // namespace bedstone::store
