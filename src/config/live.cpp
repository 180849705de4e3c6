// The readers' side: a snapshot in each thread, one atomic number that says whether it is the last.
#include "config/live.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/threads.hpp"
#include "base/uuid.hpp"
#include "config/live_worker.hpp"

namespace bedstone::config {
namespace {

/// How long a reader waits for a check where nothing tells of changes.
constexpr std::chrono::milliseconds kPatience{1000};
/// How long a thread may take to end before its statement is cancelled.
constexpr std::chrono::milliseconds kFarewell{2000};

struct Cached {
  std::uint64_t owner = 0;
  std::uint64_t generation = 0;
  RuntimeConfig config;
};
/// Of one thread: more managers than places only cost them their speed.
using Cache = std::array<Cached, 4>;

constinit thread_local Cache* cache = nullptr;

/// What is read while a thread ends, after its cache went, is not given back.
struct CacheOwner {
  Cache* owned = nullptr;
  ~CacheOwner() {
    cache = nullptr;
    delete owned;
  }
};

Cache& this_cache() {
  if (cache != nullptr) return *cache;
  thread_local CacheOwner owner;
  cache = new Cache;
  if (owner.owned == nullptr) owner.owned = cache;
  return *cache;
}

/// A handle that counts its copies by itself, so that threads do not fight for one counter.
RuntimeConfig of_this_thread(std::shared_ptr<const Snapshot> snapshot) {
  const auto holder = std::make_shared<std::shared_ptr<const Snapshot>>(std::move(snapshot));
  return SnapshotAccess::make(std::shared_ptr<const Snapshot>(holder, holder->get()));
}

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1) + 1;
}

Error forked_error() {
  return Error(ErrorCode::kManagerForked,
               "the manager of the settings belongs to the process that this one was forked from")
      .advise("open a manager in this process, after fork()");
}

Error ended_error() {
  return Error(ErrorCode::kInterrupted, "the manager of the settings has ended");
}

}  // namespace

Checked<std::shared_ptr<const Snapshot>> first_snapshot(db::Connection& connection,
                                                        const LiveTools& tools) {
  const Unseal unseal = tools.open_secrets ? tools.open_secrets(connection) : Unseal();
  auto snapshot = std::make_shared<Snapshot>();
  Errors problems;
  auto values = tools.loader->start(connection, unseal, &snapshot->newest_revision, &problems);
  if (!values) return fail(std::move(values).error());
  snapshot->values = *std::move(values);
  snapshot->loaded_at = tools.clock->now();
  snapshot->problems = std::move(problems);
  snapshot->problems.insert(snapshot->problems.end(), snapshot->values->problems.begin(),
                            snapshot->values->problems.end());
  return snapshot;
}

Checked<RuntimeConfig> read_once(db::Connection& connection, const LiveTools& tools) {
  auto snapshot = first_snapshot(connection, tools);
  if (!snapshot) return fail(std::move(snapshot).error());
  return SnapshotAccess::make(*std::move(snapshot));
}

bool Subscriber::tell(const ConfigChanged& changed) {
  const std::lock_guard lock(mutex_);
  if (over_) return false;
  running_ = std::this_thread::get_id();
  bool thrown = false;
  try {
    call_(changed);
  } catch (...) {
    thrown = true;
  }
  running_ = std::thread::id();
  return thrown;
}

void Subscriber::end() {
  over_ = true;
  if (running_.load() == std::this_thread::get_id()) return;
  // Waits for a call that is under way.
  const std::lock_guard lock(mutex_);
}

Checked<std::shared_ptr<LiveConfig>> LiveConfig::open(std::unique_ptr<db::Connection> connection,
                                                      LiveTools tools, ManagerOptions options) {
  auto snapshot = first_snapshot(*connection, tools);
  if (!snapshot) return fail(std::move(snapshot).error());
  std::shared_ptr<LiveConfig> live(new LiveConfig(std::move(tools), std::move(options)));
  const std::int64_t newest = (*snapshot)->newest_revision;
  live->current_ = *std::move(snapshot);
  live->start(std::move(connection), newest);
  return live;
}

LiveConfig::LiveConfig(LiveTools tools, ManagerOptions options)
    : tools_(std::move(tools)),
      options_(std::move(options)),
      id_(next_id()),
      instance_id_(to_text(uuid_v4())),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

LiveConfig::~LiveConfig() {
  // In a child of fork() there is no thread behind this object, and what it had is the parent's.
  if (forked()) (void)thread_.release();
  if (thread_ && thread_->joinable()) thread_->detach();
  if (wake_ >= 0) ::close(wake_);
}

void LiveConfig::start(std::unique_ptr<db::Connection> connection, std::int64_t newest) {
  // The thread keeps this object; it is told to end by end_thread().
  auto self = std::static_pointer_cast<LiveConfig>(shared_from_this());
  thread_ = std::make_unique<std::thread>(
      start_thread([self = std::move(self), session = std::move(connection), newest]() mutable {
        self->thread_id_ = std::this_thread::get_id();
        LiveWorker(*self, std::move(session), newest).run();
        const std::lock_guard lock(self->mutex_);
        self->over_ = true;
        self->told_.notify_all();
      }));
}

void LiveConfig::end_thread() {
  if (forked()) return;
  std::unique_ptr<std::thread> thread;
  {
    const std::lock_guard lock(mutex_);
    orders_.stop = true;
    thread = std::move(thread_);
  }
  wake();
  if (!thread) return;
  if (on_thread()) {
    thread->detach();
    return;
  }
  {
    std::unique_lock lock(mutex_);
    if (!told_.wait_for(lock, kFarewell, [this] { return over_; })) cancel_.request();
  }
  thread->join();
}

const RuntimeConfig& LiveConfig::local() {
  if (cache != nullptr) {
    const Cached& mine = (*cache)[id_ % std::tuple_size_v<Cache>];
    if (mine.owner == id_ && mine.generation == generation_.load(std::memory_order_acquire)) {
      return mine.config;
    }
  }
  return refresh();
}

const RuntimeConfig& LiveConfig::refresh() {
  Cached& mine = this_cache()[id_ % std::tuple_size_v<Cache>];
  std::shared_ptr<const Snapshot> snapshot;
  {
    std::unique_lock lock(mutex_);
    if (expired_ && !over_ && !forked()) {
      orders_.check = true;
      wake();
      const bool watched = watch_ == ConfigWatch::kNotification || watch_ == ConfigWatch::kFile;
      if (watched) {
        expired_ = false;
      } else if (!failing_ && !on_thread()) {
        told_.wait_for(lock, kPatience, [this] { return !expired_ || failing_ || over_; });
      }
    }
    mine.generation = generation_.load(std::memory_order_relaxed);
    snapshot = current_;
  }
  mine.owner = id_;
  mine.config = of_this_thread(std::move(snapshot));
  return mine.config;
}

Result<RuntimeConfig> LiveConfig::reload() {
  if (!forked() && on_thread()) return inline_reload_();
  return reload_async().get();
}

std::future<Result<RuntimeConfig>> LiveConfig::reload_async() {
  std::promise<Result<RuntimeConfig>> done;
  auto result = done.get_future();
  if (forked()) {
    done.set_value(fail(forked_error()));
    return result;
  }
  {
    const std::lock_guard lock(mutex_);
    if (over_ || orders_.stop) {
      done.set_value(fail(ended_error()));
      return result;
    }
    orders_.reloads.push_back(std::move(done));
  }
  wake();
  return result;
}

std::shared_ptr<Subscriber> LiveConfig::subscribe(std::function<void(const ConfigChanged&)> call) {
  auto subscriber = std::make_shared<Subscriber>(std::move(call));
  {
    const std::lock_guard lock(mutex_);
    subscribers_.push_back(subscriber);
  }
  // From now on changes are wanted, whether anybody reads or not.
  if (!forked()) wake();
  return subscriber;
}

ConfigWatch LiveConfig::watch() const {
  const std::lock_guard lock(mutex_);
  return forked() ? ConfigWatch::kNone : watch_;
}

Orders LiveConfig::take_orders() {
  std::uint64_t ignored = 0;
  while (::read(wake_, &ignored, sizeof(ignored)) > 0) {
  }
  const std::lock_guard lock(mutex_);
  Orders orders = std::move(orders_);
  orders_ = Orders();
  orders_.stop = orders.stop;
  return orders;
}

void LiveConfig::publish(std::shared_ptr<const Snapshot> snapshot) {
  const std::lock_guard lock(mutex_);
  current_ = std::move(snapshot);
  generation_.fetch_add(1, std::memory_order_release);
}

std::shared_ptr<const Snapshot> LiveConfig::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void LiveConfig::expire() {
  const std::lock_guard lock(mutex_);
  expired_ = true;
  generation_.fetch_add(1, std::memory_order_release);
}

void LiveConfig::checked(bool failed) {
  const std::lock_guard lock(mutex_);
  failing_ = failed;
  if (!failed) expired_ = false;
  told_.notify_all();
}

void LiveConfig::set_watch(ConfigWatch watch) {
  const std::lock_guard lock(mutex_);
  watch_ = watch;
}

bool LiveConfig::has_subscribers() {
  const std::lock_guard lock(mutex_);
  std::erase_if(subscribers_, [](const auto& one) { return one.expired(); });
  return !subscribers_.empty();
}

void LiveConfig::tell(const ConfigChanged& changed) {
  std::vector<std::shared_ptr<Subscriber>> called;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : subscribers_) {
      if (auto subscriber = one.lock()) called.push_back(std::move(subscriber));
    }
  }
  for (const auto& subscriber : called) {
    if (subscriber->tell(changed)) {
      tools_.log->error("a function that was told of changed settings threw an exception");
    }
  }
}

void LiveConfig::wake() const {
  const std::uint64_t one = 1;
  // Only a full counter refuses, and that wakes as well.
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof(one));
}

}  // namespace bedstone::config
