/// Database: a few sessions with the database, kept open between requests.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "bootstrap/commands.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"

namespace bedstone::server {

/// Thread-safe: each call has a session of its own.
class Database {
 public:
  /// Both must outlive it.
  Database(const bootstrap::Host& host, const Project& project) : host_(host), project_(project) {}

  /// Calls with a session. One that turns out to be broken is tried once more with a new one, so
  /// `call` may do its work twice. Errors: those of the call, those of connecting.
  template <typename Call>
  auto use(Call call) -> decltype(call(std::declval<db::Connection&>())) {
    bool kept = false;
    auto connection = take(kept);
    if (!connection) return fail(std::move(connection).error());
    auto result = call(**connection);
    if (!result && (*connection)->lost() && kept) {
      connection = open();
      if (!connection) return fail(std::move(connection).error());
      result = call(**connection);
    }
    give_back(*std::move(connection));
    return result;
  }

  /// For what must not happen twice: asks the session first whether it is still there.
  template <typename Call>
  auto use_once(Call call) -> decltype(call(std::declval<db::Connection&>())) {
    bool kept = false;
    auto connection = take(kept);
    if (connection && kept && !(*connection)->query("SELECT 1")) connection = open();
    if (!connection) return fail(std::move(connection).error());
    auto result = call(**connection);
    give_back(*std::move(connection));
    return result;
  }

  const Project& project() const { return project_; }

 private:
  using Session = std::unique_ptr<db::Connection>;
  Result<Session> take(bool& kept);
  Result<Session> open();
  void give_back(Session connection);

  const bootstrap::Host& host_;
  const Project& project_;
  std::mutex mutex_;
  std::vector<Session> idle_;
};

}  // namespace bedstone::server
