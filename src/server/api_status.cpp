// What the database is, what ran, what is pending, and what happens now.
#include "base/text.hpp"
#include "base/version.hpp"
#include "server/api.hpp"
#include "server/json_text.hpp"
#include "server/withhold.hpp"

namespace bedstone::server::api {
namespace {

constexpr std::chrono::seconds kStatusAge{1};

std::string errors_json(const std::vector<Error>& errors) {
  std::vector<std::string> all;
  for (const Error& error : errors)
    all.push_back(json_error(error));
  return json_array(all);
}

std::string server_json(App& app, Role role) {
  const auto live = app.live.settings();
  const auto manager = app.live.manager();
  JsonObject object;
  object.text("version", kVersion).text("started_at", to_iso(app.started_at));
  object.text_or_null("instance", manager ? manager->instance_id() : "");
  object.text("watch", watch_name(manager ? manager->watch() : ConfigWatch::kNone));
  object.number("revision", live->config.revision());
  object.number("newest_revision", live->config.newest_revision());
  const auto stale = live->config.stale_since();
  object.text_or_null("stale_since", stale ? to_iso(*stale) : "");
  object.flag("configured", live->open && live->config.configured());
  object.flag("setup_open", app.setup.is_open());
  object.texts("restart_needed", live->config.restart_needed());
  auto problems = app.live.problems();
  problems.insert(problems.end(), live->config.problems().begin(), live->config.problems().end());
  object.raw("problems", errors_json(problems));
  return object.raw("up", app.reports.up(app.last_up(role))).str();
}

std::string health_json(const std::vector<HealthCheck>& checks) {
  std::vector<std::string> all;
  for (const HealthCheck& check : checks) {
    JsonObject one;
    one.text("name", check.name).text("status", health_name(check.health));
    all.push_back(one.text_or_null("text", check.text).str());
  }
  JsonObject object;
  object.text("status", health_name(worst_of(checks))).raw("checks", json_array(all));
  return object.str();
}

}  // namespace

Response status(const Call& call) {
  App& app = call.app;
  const auto status = app.watch.status(kStatusAge);
  const auto checks = readiness(status.get(), *app.live.settings(), app.last_up(call.caller.role));
  JsonObject object;
  object.raw("database", status ? app.reports.status(*status) : "null");
  object.raw("server", server_json(app, call.caller.role)).raw("health", health_json(checks));
  return json_response(object.str());
}

Response start_up(const Call& call) {
  const bool first = call.app.want_up();
  JsonObject object;
  object.flag("started", first);
  return json_response(object.str(), 202);
}

Response run(const Call& call) {
  auto report = bootstrap::runs(call.app.host, call.app.project_options, call.place(0), 1);
  if (!report.errors.empty()) return error_response(report.errors);
  withhold(call.caller.role, report);
  return json_response(call.app.reports.runs(report));
}

Response seeds(const Call& call) {
  const auto report = bootstrap::seed_status(call.app.host, call.app.project_options);
  if (!report.errors.empty()) return error_response(report.errors);
  return json_response(call.app.reports.seeds(report));
}

Response plan(const Call& call) {
  const auto report = bootstrap::plan(call.app.host, call.app.project_options, UpOptions());
  return json_response(call.app.reports.plan(report));
}

/// The last event that a browser heard: it says so itself when it comes back.
std::optional<std::uint64_t> since_of(const Request& request) {
  const auto heard = request.headers.get("Last-Event-ID");
  const auto number =
      text::parse_integer(heard ? *heard : request.target.get("since").value_or(""));
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

Response events(const Call& call) {
  return *events_quick(call);
}

Quick events_quick(const Call& call) {
  const std::string session = call.caller.identity ? call.caller.identity->hash : "";
  Response response;
  response.stream = call.app.events.listen(session, since_of(call.request));
  if (!response.stream) {
    return error_response(
        Error(ErrorCode::kServerBusy, "as many listen to events as may").may_retry());
  }
  response.type = "text/event-stream; charset=utf-8";
  // Proxies shall hand on what comes, when it comes.
  response.headers.emplace_back("X-Accel-Buffering", "no");
  return response;
}

}  // namespace bedstone::server::api
