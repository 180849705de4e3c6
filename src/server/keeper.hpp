/// Keeper: what a server does by itself, beside answering.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "server/app.hpp"

namespace bedstone::server {

/// Opens the settings as soon as they can be, tries `up` again where it failed, keeps the process
/// counted as running, checks the database's health as a watch does, tells listeners what changed,
/// takes old sessions away. Used by one thread.
class Keeper {
 public:
  /// `host`: whose token ends everything. Decides whether there is something to set up, where that
  /// is known: nobody who asks may hear that it is done when it is not.
  Keeper(App& app, const bootstrap::Host& host);
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  /// `url`: of this server, for the operator. Returns when the token fires.
  void run(std::string url);

 private:
  /// Something to do now and then.
  struct Beat {
    Milliseconds interval;
    MonotonicTime next;
  };
  bool due(Beat& beat);
  void tick();
  void open_settings();
  void decide_setup();
  void tell_setup();
  void start_up();
  void do_up();
  void tell_health();
  void check_health();

  App& app_;
  const bootstrap::Host& host_;
  std::string url_;                    ///< Empty until somebody can listen there.
  std::optional<Secret> setup_token_;  ///< Still to be told.
  Beat open_{Milliseconds(2000), {}};
  Beat touch_{std::chrono::seconds(15), {}};
  Beat listeners_{std::chrono::seconds(15), {}};
  Beat health_{std::chrono::seconds(2), {}};
  Beat prune_{std::chrono::minutes(10), {}};
  Beat retry_{std::chrono::seconds(5), {}};
  bool decided_ = false;
  std::string last_health_;
  std::thread up_;
  std::thread checks_;
  std::atomic<bool> up_runs_{false};
};

}  // namespace bedstone::server
