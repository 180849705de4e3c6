/// WorkOs: signing in with WorkOS AuthKit, and keeping what it let in up to date.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "bootstrap/commands.hpp"
#include "server/events.hpp"
#include "server/live.hpp"
#include "server/request.hpp"
#include "server/sessions.hpp"
#include "server/sign_in.hpp"
#include "server/workos_client.hpp"

namespace bedstone::server {

/// Where a browser is sent, and the cookie that it takes along.
struct WorkOsBegin {
  std::string location;
  std::string cookie;  ///< Set-Cookie.
};

/// Who came back. Move-only.
struct WorkOsEnd {
  store::AccountRow account;
  ProviderSession session;
  std::string return_to;
};

/// Thread-safe. A thread of its own asks AuthKit for sessions whose access token is over, one at a
/// time, so that no request waits for that.
class WorkOs {
 public:
  /// All must outlive it.
  WorkOs(const bootstrap::Host& host, Live& live, Sessions& sessions, SignIn& sign_in,
         EventHub& events);
  ~WorkOs();
  WorkOs(const WorkOs&) = delete;
  WorkOs& operator=(const WorkOs&) = delete;

  /// Errors: those of workos_settings().
  Result<WorkOsBegin> begin(const Request& request) const;
  /// Of the request that AuthKit sent the browser back with. Errors: kRequestForged, when it was
  /// not begun here, or was ended before; kTooManySignIns, kServerBusy; kSignInFailed, when there
  /// is no account for that address; those of WorkOsClient and of the database.
  Result<WorkOsEnd> finish(const Request& request);

  /// Has a session renewed if that is due. Costs nothing else.
  void look_after(const Identity& identity);
  /// Has a session ended at AuthKit, too, in the background.
  void revoke(const std::string& provider_session);
  /// Where the browser ends its session at AuthKit; nullopt: there is nothing to end there.
  std::optional<std::string> logout(const Identity& identity, const std::string& return_to) const;

 private:
  struct Task {
    std::string session;  ///< A hash; empty: `revoked` is to be ended.
    std::string revoked;
  };
  void add(Task task);
  void run();
  void renew(const std::string& hash);
  void renew(const store::SessionRow& row);
  void put_off(const store::SessionRow& row, const Error& why);
  void end(const store::SessionRow& row, std::string_view why);
  void do_revoke(const std::string& provider_session);
  Secret ticket_key(const RuntimeConfig& config) const;
  Result<WorkOsGrant> exchange(const WorkOsSettings& settings, std::string_view code,
                               const SignInTicket& ticket);
  Result<store::AccountRow> account_of(const WorkOsSettings& settings, const WorkOsGrant& grant,
                                       const RuntimeConfig& config);

  const bootstrap::Host& host_;
  Live& live_;
  Sessions& sessions_;
  SignIn& sign_in_;
  EventHub& events_;
  CancelToken over_;
  WorkOsClient client_;
  const Secret own_key_;  ///< For tickets, where the project gives none.

  std::mutex mutex_;
  std::condition_variable told_;
  int exchanging_ = 0;
  bool stopping_ = false;
  std::deque<Task> tasks_;
  std::set<std::string> waiting_;  ///< Hashes of tasks.
  std::thread thread_;             ///< Since the first task.
};

}  // namespace bedstone::server
