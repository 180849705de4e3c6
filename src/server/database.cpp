// Opening sessions, and keeping a few of them.
#include "server/database.hpp"

#include "bootstrap/connect.hpp"
#include "bootstrap/target.hpp"

namespace bedstone::server {
namespace {

constexpr std::size_t kKept = 2;
constexpr Milliseconds kBusyTimeout{5000};

}  // namespace

Result<Database::Session> Database::take(bool& kept) {
  {
    const std::lock_guard lock(mutex_);
    kept = !idle_.empty();
    if (kept) {
      Session session = std::move(idle_.back());
      idle_.pop_back();
      return session;
    }
  }
  return open();
}

Result<Database::Session> Database::open() {
  BEDSTONE_ASSIGN(auto connected, bootstrap::connect(host_, {bootstrap::working_url(project_),
                                                             db::Access::kReadWrite, false,
                                                             Milliseconds(0), kBusyTimeout}));
  return std::move(connected.connection);
}

void Database::give_back(Session connection) {
  if (connection->lost()) return;
  const Status clean = connection->rollback();
  if (!clean) return;
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kKept) idle_.push_back(std::move(connection));
}

}  // namespace bedstone::server
