// The server's own thread.
#include "server/keeper.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bootstrap/health_watch.hpp"
#include "server/assets.hpp"
#include "server/json_text.hpp"

namespace bedstone::server {
namespace {

constexpr Milliseconds kTick{250};
constexpr std::chrono::seconds kHealthAge{2};
constexpr std::chrono::minutes kRetryMost{1};

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

Keeper::Keeper(App& app, const bootstrap::Host& host) : app_(app), host_(host) {
  decide_setup();
}

Keeper::~Keeper() {
  if (up_.joinable()) up_.join();
  if (checks_.joinable()) checks_.join();
}

bool Keeper::due(Beat& beat) {
  const MonotonicTime now = host_.clock.monotonic();
  if (now < beat.next) return false;
  beat.next = now + beat.interval;
  return true;
}

void Keeper::run(std::string url) {
  url_ = std::move(url);
  tell_setup();
  checks_ = std::thread([this] { check_health(); });
  while (host_.clock.sleep(kTick, host_.cancel))
    tick();
}

void Keeper::tick() {
  open_settings();
  if (due(touch_)) app_.live.touch();
  start_up();
  if (app_.events.size() > 0 && due(health_)) tell_health();
  if (due(listeners_)) {
    const SessionTimes times = app_.session_times();
    app_.events.beat([&](const std::string& session) {
      // Who watches the setup has none.
      return !session.empty() && app_.sessions.is_over(session, times);
    });
  }
  if (due(prune_)) {
    const Status pruned = app_.sessions.prune(app_.session_times());
    if (!pruned) host_.log.debug(pruned.error().message);
  }
}

void Keeper::open_settings() {
  if (app_.live.settings()->open || !due(open_)) return;
  if (!app_.live.open()) return;
  host_.log.info("the settings can be read");
  app_.config_changed();
  decide_setup();
  tell_setup();
}

/// Once, when it is known for the first time whether the application is configured: a database that
/// is away decides nothing.
void Keeper::decide_setup() {
  const auto live = app_.live.settings();
  if (decided_ || !live->open) return;
  decided_ = true;
  const auto status = app_.watch.status(Milliseconds(0));
  const bool wanted = status && status->settings && status->settings->has_setup &&
                      status->lifecycle == Lifecycle::kUnconfigured;
  if (!wanted) return app_.setup.close();
  setup_token_ = app_.setup.open();
}

void Keeper::tell_setup() {
  if (!setup_token_) return;
  const bool has_page = find_asset(web_assets(), "/setup") != nullptr;
  app_.options.on_setup(url_ + (has_page ? "/setup" : "/api/v1/setup"), *setup_token_);
  setup_token_.reset();
}

void Keeper::start_up() {
  if (up_runs_) return;
  if (up_.joinable()) up_.join();
  const bool failed = !app_.last_up(Role::kSuperAdmin).success;
  if (!failed) retry_.interval = std::chrono::seconds(5);
  const bool again = failed && due(retry_);
  if (again) retry_.interval = std::min<Milliseconds>(retry_.interval * 2, kRetryMost);
  if (!app_.take_up_wanted() && !again) return;
  up_runs_ = true;
  up_ = std::thread([this] {
    do_up();
    up_runs_ = false;
  });
}

void Keeper::do_up() {
  UpOptions options = app_.options.up;
  options.wait = Milliseconds(0);
  options.on_progress = [this](const Progress& progress) {
    app_.events.publish("progress", progress_json(progress));
  };
  // They stand in their file; nobody sits at a terminal any longer.
  options.on_generated = nullptr;
  InitializationResult result = bootstrap::up(host_, app_.project_options, options);
  const bool moved = result.success != app_.last_up(Role::kSuperAdmin).success;
  if (result.success && moved) host_.log.info("the database is ready now");
  if (!result.success && moved && !result.errors.empty())
    host_.log.warning(result.errors.front().message);
  app_.set_last_up(std::move(result));
  // Whoever is signed in listens.
  app_.events.publish("up", one_line(app_.reports.up(app_.last_up(Role::kMember))));
  app_.config_changed();
}

/// As `bedstone health --watch`, without alerts: who wants these runs a watch, and one is enough.
void Keeper::check_health() {
  bootstrap::HealthWatchOptions options;
  options.alert = false;
  options.on_report = [this](const HealthReport& report) { app_.tell_checks(report); };
  const auto watched = bootstrap::health_watch(host_, app_.project_options, options);
  for (const Error& error : watched.errors)
    host_.log.warning(error.message);
}

void Keeper::tell_health() {
  const auto status = app_.watch.status(kHealthAge);
  const auto checks =
      readiness(status.get(), *app_.live.settings(), app_.last_up(Role::kSuperAdmin));
  JsonObject object;
  object.text("status", health_name(worst_of(checks)));
  std::vector<std::string> why;
  for (const HealthCheck& check : checks) {
    if (!check.text.empty()) why.push_back(check.text);
  }
  std::string text = object.texts("why", why).str();
  if (text == last_health_) return;
  app_.events.publish("health", text);
  last_health_ = std::move(text);
}

}  // namespace bedstone::server
