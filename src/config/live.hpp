/// LiveConfig: the settings of now, between the thread that watches the database and the threads
/// that read.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/cancel.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "bedstone/config_manager.hpp"
#include "config/load.hpp"
#include "config/process.hpp"
#include "config/snapshot.hpp"
#include "db/connection.hpp"

namespace bedstone::config {

/// The world of a manager. What the functions need they keep themselves; they are called on the
/// manager's thread.
struct LiveTools {
  /// A new session; the token interrupts it and its statements.
  std::function<Result<std::unique_ptr<db::Connection>>(const CancelToken&)> connect;
  /// Whether the session belongs to us for one transaction only, so that LISTEN is of no use.
  std::function<Result<bool>(db::Connection&)> is_pooled;
  /// What opens the secrets of one session. It finds keys that come later by itself, so that nobody
  /// has to wait until this process knows them. May be empty: then every encrypted value is locked.
  std::function<Unseal(db::Connection&)> open_secrets;
  std::shared_ptr<Log> log;
  std::shared_ptr<const Loader> loader;
  const Clock* clock = &system_clock();
  std::string file;  ///< SQLite's; "" elsewhere.
};

/// Reads the settings once, as a start does. Errors: those of Loader::start().
Checked<std::shared_ptr<const Snapshot>> first_snapshot(db::Connection& connection,
                                                        const LiveTools& tools);
Checked<RuntimeConfig> read_once(db::Connection& connection, const LiveTools& tools);

/// One who wants to be told.
class Subscriber {
 public:
  explicit Subscriber(std::function<void(const ConfigChanged&)> call) : call_(std::move(call)) {}
  /// Does nothing after end(). Exceptions end here; returns whether there was one.
  bool tell(const ConfigChanged& changed);
  void end();

 private:
  std::function<void(const ConfigChanged&)> call_;
  std::mutex mutex_;  ///< Held while the function runs.
  std::atomic<std::thread::id> running_{};
  std::atomic<bool> over_{false};
};

/// What readers want of the thread.
struct Orders {
  bool stop = false;
  bool check = false;  ///< Somebody read after the time was over.
  std::vector<std::promise<Result<RuntimeConfig>>> reloads;
};

class LiveConfig final : public ThreadOwner {
 public:
  /// Reads for the first time, on the caller's thread; the session then belongs to the new one.
  static Checked<std::shared_ptr<LiveConfig>> open(std::unique_ptr<db::Connection> connection,
                                                   LiveTools tools, ManagerOptions options);
  ~LiveConfig() override;

  // For readers, on any thread.

  /// Valid until this thread reads again, whichever manager.
  const RuntimeConfig& local();
  Result<RuntimeConfig> reload();
  std::future<Result<RuntimeConfig>> reload_async();
  std::shared_ptr<Subscriber> subscribe(std::function<void(const ConfigChanged&)> call);
  ConfigWatch watch() const;
  const std::string& instance_id() const { return instance_id_; }
  const ManagerOptions& options() const { return options_; }
  bool holds_file() const override { return !tools_.file.empty(); }
  void end_thread() override;

  // For the thread.

  Orders take_orders();
  /// Can be read while there are orders.
  int wake_descriptor() const { return wake_; }
  /// From now on this is what everybody reads.
  void publish(std::shared_ptr<const Snapshot> snapshot);
  std::shared_ptr<const Snapshot> current() const;
  /// The time is over: the next reader asks for a check.
  void expire();
  /// A check is done, or `failed`: nobody needs to wait for it.
  void checked(bool failed);
  void set_watch(ConfigWatch watch);
  bool has_subscribers();
  void tell(const ConfigChanged& changed);
  const LiveTools& tools() const { return tools_; }
  const CancelToken& cancel() const { return cancel_; }
  /// Lets a call on the thread itself work without waiting for it.
  void set_inline_reload(std::function<Result<RuntimeConfig>()> reload) {
    inline_reload_ = std::move(reload);
  }

 private:
  LiveConfig(LiveTools tools, ManagerOptions options);
  void start(std::unique_ptr<db::Connection> connection, std::int64_t newest);
  const RuntimeConfig& refresh();
  void wake() const;
  bool on_thread() const { return std::this_thread::get_id() == thread_id_.load(); }

  const LiveTools tools_;
  const ManagerOptions options_;
  const std::uint64_t id_;
  const std::string instance_id_;
  int wake_ = -1;
  CancelToken cancel_;

  std::atomic<std::uint64_t> generation_{1};
  // Guarded by mutex_.
  std::shared_ptr<const Snapshot> current_;
  Orders orders_;
  std::vector<std::weak_ptr<Subscriber>> subscribers_;
  ConfigWatch watch_ = ConfigWatch::kNone;
  bool expired_ = false;
  bool failing_ = false;
  bool over_ = false;  ///< The thread ended.
  std::condition_variable told_;

  std::atomic<std::thread::id> thread_id_{};
  std::unique_ptr<std::thread> thread_;
  std::function<Result<RuntimeConfig>()> inline_reload_;
};

}  // namespace bedstone::config
