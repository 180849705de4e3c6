// The parts of a running server, put together.
#include "server/app.hpp"

#include "server/json_text.hpp"
#include "server/withhold.hpp"

namespace bedstone::server {

App::App(const bootstrap::Host& the_host, const ProjectOptions& the_options,
         const Project& the_project, const ServeOptions& serve_options, TrustedProxies trusted)
    : host(the_host),
      project_options(the_options),
      project(the_project),
      options(serve_options),
      reports(serve_options.reports),
      proxies(std::move(trusted)),
      started_at(the_host.clock.now()),
      events(serve_options.limits.streams),
      live(the_options, serve_options.library,
           [this](const ConfigChanged& changed) { tell(changed); }),
      database(the_host, the_project),
      sessions(the_host, database),
      sign_in(the_host, database),
      workos(the_host, live, sessions, sign_in, events),
      watch(the_host, the_options),
      tables(the_host, the_project, database) {}

/// Changes are told to parts that go before the settings do.
App::~App() {
  live.close();
}

void App::tell(const ConfigChanged& changed) {
  config_changed();
  // Who configured it elsewhere closed the setup here.
  if (changed.after.configured() && live.settings()->open) setup.close();
  JsonObject event;
  event.number("revision", changed.after.revision()).texts("keys", changed.keys);
  event.flag("stale", changed.after.stale_since().has_value());
  events.publish("config", event.str());
}

void App::tell_checks(const HealthReport& report) {
  JsonObject event;
  event.text("outcome", outcome_name(report.outcome)).text("at", report.at);
  for (const HealthOutcome one : {HealthOutcome::kPass, HealthOutcome::kWarn, HealthOutcome::kFail})
    event.number(outcome_name(one), report.count(one));
  events.publish("checks", event.str());
}

InitializationResult App::last_up(Role role) const {
  std::unique_lock lock(mutex_);
  InitializationResult result = last_up_;
  lock.unlock();
  withhold(role, result);
  return result;
}

void App::set_last_up(InitializationResult result) {
  {
    const std::lock_guard lock(mutex_);
    last_up_ = std::move(result);
  }
  watch.expire();
  tables.expire();
}

bool App::want_up() {
  const std::lock_guard lock(mutex_);
  return !std::exchange(up_wanted_, true);
}

bool App::take_up_wanted() {
  const std::lock_guard lock(mutex_);
  return std::exchange(up_wanted_, false);
}

SessionTimes App::session_times() const {
  return server::session_times(live.settings()->config);
}

std::shared_ptr<const std::string> App::config_page() const {
  const std::lock_guard lock(mutex_);
  return config_page_;
}

std::uint64_t App::config_generation() const {
  const std::lock_guard lock(mutex_);
  return config_generation_;
}

void App::keep_config_page(std::uint64_t made_at, std::shared_ptr<const std::string> page) {
  const auto manager = live.manager();
  const ConfigWatch watched = manager ? manager->watch() : ConfigWatch::kNone;
  // Where nothing tells of changes, what was made once would stay.
  const bool told = watched == ConfigWatch::kNotification || watched == ConfigWatch::kFile;
  const std::lock_guard lock(mutex_);
  if (told && made_at == config_generation_) config_page_ = std::move(page);
}

void App::config_changed() {
  {
    const std::lock_guard lock(mutex_);
    ++config_generation_;
    config_page_.reset();
  }
  watch.expire();
}

}  // namespace bedstone::server
