// Probes, metrics, and the document that describes them all.
#include <fmt/format.h>

#include "base/version.hpp"
#include "server/api.hpp"
#include "server/connections.hpp"
#include "server/json_text.hpp"
#include "store/run_counts.hpp"

namespace bedstone::server::api {
namespace {

constexpr std::string_view kHealthType = "application/health+json";
constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
/// Probes come every few seconds, and from several sides.
constexpr std::chrono::seconds kProbeAge{1};
constexpr std::chrono::seconds kMetricsAge{5};

/// draft-inadarei-api-health-check: a list by "component:measurement".
std::string checks_json(const std::vector<HealthCheck>& checks) {
  JsonObject object;
  for (const HealthCheck& check : checks) {
    JsonObject one;
    one.text("status", health_name(check.health));
    if (!check.text.empty()) one.text("output", check.text);
    object.raw(check.name, fmt::format("[{}]", one.str()));
  }
  return object.str();
}

void add_database(App& app, MetricText& out) {
  const auto status = app.watch.status(kMetricsAge);
  const bool up = status && status->state != DatabaseState::kUnreachable &&
                  status->state != DatabaseState::kNoDatabase;
  out.gauge("bedstone_database_up", "Whether the database answers.", up ? 1 : 0);
  if (!up) return;
  double pending = 0;
  for (const MigrationEntry& entry : status->migrations) {
    if (entry.status == "pending" || entry.status == "late") ++pending;
  }
  out.gauge("bedstone_schema_pending_migrations", "Migrations that are not applied yet.", pending);
  out.gauge("bedstone_seed_sets_due", "Seed sets that the next up carries out.",
            static_cast<double>(status->seeds_due.size()));
  const auto counts = app.database.use(
      [&](db::Connection& connection) { return store::run_counts(connection, app.project.name); });
  if (!counts) return;
  out.head("bedstone_runs_total", "Runs that are recorded, by what became of them.", "counter");
  for (const auto& [outcome, number] : *counts) {
    out.sample("bedstone_runs_total", label("result", outcome), static_cast<double>(number));
  }
}

void add_settings(const App& app, MetricText& out) {
  const auto live = app.live.settings();
  if (!live->open) return;
  const RuntimeConfig& config = live->config;
  out.gauge("bedstone_config_revision", "Of the settings that this process uses.",
            static_cast<double>(config.revision()));
  out.gauge("bedstone_config_stale", "Whether the database could not be asked for newer settings.",
            config.stale_since() ? 1 : 0);
  out.gauge("bedstone_config_problems", "What is wrong with the settings.",
            static_cast<double>(config.problems().size()));
}

}  // namespace

Quick alive_quick(const Call& /*call*/) {
  static const auto kBody = std::make_shared<const std::string>(R"({"status": "pass"})");
  Response response;
  response.type = kHealthType;
  response.body = kBody;
  response.lasting = true;
  return response;
}

Response alive(const Call& call) {
  return *alive_quick(call);
}

Response ready(const Call& call) {
  App& app = call.app;
  const auto status = app.watch.status(kProbeAge);
  const auto live = app.live.settings();
  const auto checks = readiness(status.get(), *live, app.last_up(call.caller.role));
  const Health worst = worst_of(checks);
  JsonObject object;
  object.text("status", health_name(worst));
  if (call.caller.role != Role::kNobody) {
    object.text("version", kVersion).raw("checks", checks_json(checks));
  }
  return text_response(object.str(), std::string(kHealthType), worst == Health::kFail ? 503 : 200);
}

Response metrics(const Call& call) {
  App& app = call.app;
  MetricText out;
  out.head("bedstone_build_info", "Which Bedstone this is.", "gauge");
  out.sample("bedstone_build_info", label("version", kVersion), 1);
  const std::chrono::duration<double> since = app.started_at.time_since_epoch();
  out.gauge("bedstone_start_time_seconds", "When this server started.", since.count());
  add_database(app, out);
  add_settings(app, out);
  out.gauge("bedstone_event_streams", "Browsers that listen to events.",
            static_cast<double>(app.events.size()));
  if (app.connections != nullptr) {
    out.gauge("bedstone_connections", "Open connections.",
              static_cast<double>(app.connections->size()));
    out.head("bedstone_connections_ended_total", "Connections that were too slow.", "counter");
    out.sample("bedstone_connections_ended_total", "",
               static_cast<double>(app.connections->ended()));
  }
  return text_response(out.take() + app.metrics.text(), std::string(kMetricsType));
}

Quick openapi_quick(const Call& /*call*/) {
  static const auto kBody = std::make_shared<const std::string>(openapi(routes()));
  Response response;
  response.body = kBody;
  response.lasting = true;
  return response;
}

Response openapi_document(const Call& call) {
  return *openapi_quick(call);
}

}  // namespace bedstone::server::api
