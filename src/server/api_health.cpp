// Checks of the database: what they find now, and what they found over a time.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/text.hpp"
#include "bootstrap/health_series.hpp"
#include "health/check.hpp"
#include "server/api.hpp"
#include "server/json_text.hpp"

namespace bedstone::server::api {
namespace {

constexpr std::int64_t kPoints = 48;

std::string numbers(const std::vector<std::int64_t>& values) {
  std::vector<std::string> all;
  for (const std::int64_t value : values)
    all.push_back(fmt::format("{}", value));
  return json_array(all);
}

/// null where nothing was checked.
std::string seconds(const std::vector<double>& values) {
  std::vector<std::string> all;
  for (const double value : values)
    all.push_back(value < 0 ? "null" : fmt::format("{:.6f}", value));
  return json_array(all);
}

std::string series_json(const bootstrap::HealthSeries& one) {
  const health::Check* check = health::find_check(one.id);
  JsonObject object;
  object.text("id", one.id).text_or_null("title", check != nullptr ? check->title : "");
  object.raw("passed", numbers(one.passed)).raw("warned", numbers(one.warned));
  object.raw("failed", numbers(one.failed)).raw("mean", seconds(one.mean_seconds));
  return object.raw("longest", seconds(one.longest_seconds)).str();
}

std::string sum_json(const HealthHistory::Check& one) {
  JsonObject object;
  object.text("id", one.id).text("host", one.host).number("passed", one.passed);
  object.number("warned", one.warned).number("failed", one.failed);
  object.raw("success_rate", fmt::format("{:.6f}", one.success_rate()));
  object.text("first_at", one.first_at).text("last_at", one.last_at);
  object.text("last_outcome", one.last_outcome);
  object.raw("mean", fmt::format("{:.6f}", one.mean_seconds));
  return object.raw("longest", fmt::format("{:.6f}", one.longest_seconds)).str();
}

std::string change_json(const HealthHistory::Change& one) {
  JsonObject object;
  object.text("id", one.id).text("host", one.host).text("at", one.at);
  object.text("before", one.before).text("after", one.after);
  return object.text("evidence", one.evidence).str();
}

/// `only`: "": of all checks.
template <typename Item>
std::string listed(const std::vector<Item>& items, std::string_view only,
                   std::string (*write)(const Item&)) {
  std::vector<std::string> all;
  for (const Item& one : items) {
    if (only.empty() || one.id == only) all.push_back(write(one));
  }
  return json_array(all);
}

}  // namespace

Response health(const Call& call) {
  bootstrap::HealthOptions options;
  options.all = call.request.target.get("all") == "true";
  const auto report = bootstrap::health(call.app.host, call.app.project_options, options);
  return json_response(call.app.reports.health(report));
}

Response health_run(const Call& call) {
  App& app = call.app;
  const std::unique_lock only(app.checking, std::try_to_lock);
  if (!only) {
    return error_response(
        Error(ErrorCode::kServerBusy, "somebody else checks at this moment").may_retry());
  }
  bootstrap::HealthWatchOptions options;
  options.all = call.flag("all");
  options.checks = call.texts("checks");
  options.count = 1;
  options.alert = false;
  std::string found;
  options.on_report = [&](const HealthReport& report) {
    found = app.reports.health(report);
    app.tell_checks(report);
  };
  const auto watched = bootstrap::health_watch(app.host, app.project_options, options);
  if (!watched.errors.empty()) return error_response(watched.errors);
  return found.empty() ? error_response(Error(ErrorCode::kInterrupted, "interrupted"))
                       : json_response(std::move(found));
}

Response health_history(const Call& call) {
  bootstrap::HealthSeriesOptions options;
  const auto& query = call.request.target;
  options.past = text::parse_duration(query.get("past").value_or("")).value_or(options.past);
  options.points = text::parse_integer(query.get("points").value_or("")).value_or(kPoints);
  options.check = query.get("check").value_or("");
  const auto report = bootstrap::health_series(call.app.host, call.app.project_options, options);
  if (!report.errors.empty()) return error_response(report.errors);
  JsonObject object;
  object.text("since", report.since).number("width", report.width_seconds);
  object.number("spans", report.spans);
  object.raw("series", listed<bootstrap::HealthSeries>(report.series, "", series_json));
  object.raw("checks",
             listed<HealthHistory::Check>(report.history.checks, options.check, sum_json));
  object.raw("changes",
             listed<HealthHistory::Change>(report.history.changes, options.check, change_json));
  return json_response(object.str());
}

}  // namespace bedstone::server::api
