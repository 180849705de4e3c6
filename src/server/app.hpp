/// App: everything that requests are answered with, made once.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "server/database.hpp"
#include "server/events.hpp"
#include "server/live.hpp"
#include "server/metrics.hpp"
#include "server/proxies.hpp"
#include "server/row_log.hpp"
#include "server/seeded_tables.hpp"
#include "server/serve.hpp"
#include "server/sessions.hpp"
#include "server/setup_gate.hpp"
#include "server/sign_in.hpp"
#include "server/watch.hpp"
#include "server/workos.hpp"

namespace bedstone::server {

class Connections;

/// Stays where it is: its parts point to one another. All of it may be used from any thread.
class App {
 public:
  /// All must outlive it. The host's token ends what requests do.
  App(const bootstrap::Host& the_host, const ProjectOptions& options, const Project& the_project,
      const ServeOptions& serve_options, TrustedProxies trusted);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  const bootstrap::Host& host;
  const ProjectOptions& project_options;
  const Project& project;
  const ServeOptions& options;
  const Reports& reports;
  const TrustedProxies proxies;
  const WallTime started_at;

  EventHub events;
  Metrics metrics;
  Live live;
  Database database;
  Sessions sessions;
  SignIn sign_in;
  WorkOs workos;
  Watch watch;
  SetupGate setup;
  SeededTables tables;
  RowLog row_log;

  /// What `up` said last, as far as the role may see it.
  InitializationResult last_up(Role role) const;
  void set_last_up(InitializationResult result);
  /// Asks for another `up`, in the background; false: one is asked for already.
  bool want_up();
  bool take_up_wanted();

  SessionTimes session_times() const;
  /// Of what signed-in people see of the settings, as of now; null: has to be made.
  std::shared_ptr<const std::string> config_page() const;
  /// `made_at`: config_generation() from before it was made. An older one is not kept.
  void keep_config_page(std::uint64_t made_at, std::shared_ptr<const std::string> page);
  std::uint64_t config_generation() const;
  /// Settings changed, here or elsewhere.
  void config_changed();
  /// Tells listeners what checks of the database found (`checks`).
  void tell_checks(const HealthReport& report);
  /// Held by who carries out checks that somebody asked for: one at a time.
  std::mutex checking;

  const Connections* connections = nullptr;  ///< Once there is a daemon.
  bool loopback_only = true;                 ///< Nobody but this machine can connect.

 private:
  void tell(const ConfigChanged& changed);

  mutable std::mutex mutex_;
  InitializationResult last_up_;
  bool up_wanted_ = false;
  std::uint64_t config_generation_ = 0;
  std::shared_ptr<const std::string> config_page_;
};

}  // namespace bedstone::server
