// All that the first page shows, in one answer; and runs, page by page.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "bootstrap/run_records.hpp"
#include "server/api.hpp"
#include "server/json_text.hpp"
#include "server/next_steps.hpp"
#include "server/withhold.hpp"
#include "store/run_list.hpp"

namespace bedstone::server::api {
namespace {

constexpr std::chrono::seconds kStatusAge{1};
constexpr std::int64_t kLastRuns = 5;
constexpr std::int64_t kRuns = 50;
constexpr std::int64_t kRunsMost = 500;

std::string next_json(const std::vector<NextStep>& steps) {
  std::vector<std::string> all;
  for (const NextStep& step : steps) {
    JsonObject one;
    one.text("level", health_name(step.level)).text("text", step.text);
    one.text_or_null("advice", step.advice).text_or_null("command", step.command);
    all.push_back(one.text_or_null("page", step.page).flag("up", step.up).str());
  }
  return json_array(all);
}

Result<store::RunPage> run_page(App& app, const store::RunQuery& query) {
  return app.database.use([&](db::Connection& connection) {
    return store::run_page(connection, app.project.name, query);
  });
}

std::string runs_json(const Call& call, const store::RunPage& page) {
  bootstrap::RunsReport report;
  for (const store::RunRow& row : page.runs)
    report.runs.push_back(bootstrap::to_record(row));
  withhold(call.caller.role, report);
  return call.app.reports.runs(report);
}

std::string counts_json(const std::map<std::string, std::int64_t>& counts) {
  JsonObject object;
  for (const auto& [name, number] : counts)
    object.number(name, number);
  return object.str();
}

std::int64_t number_of(const Call& call, std::string_view name, std::int64_t otherwise,
                       std::int64_t least, std::int64_t most) {
  const auto asked = text::parse_integer(call.request.target.get(name).value_or(""));
  return std::clamp<std::int64_t>(asked.value_or(otherwise), least, most);
}

}  // namespace

Response overview(const Call& call) {
  App& app = call.app;
  const Response known = status(call);
  const auto now = app.watch.status(kStatusAge);
  const auto steps = next_steps(now.get(), *app.live.settings(), app.last_up(call.caller.role));
  std::string text = with_member(*known.body, "next", next_json(steps));
  const auto runs = run_page(app, {"", "", kLastRuns, 0});
  text = with_member(std::move(text), "runs", runs ? runs_json(call, *runs) : "null");
  const auto instances = app.database.use([&](db::Connection& connection) {
    return bootstrap::config_status(connection, app.project);
  });
  return json_response(with_member(std::move(text), "instances",
                                   instances ? app.reports.instances(*instances) : "null"));
}

Response runs(const Call& call) {
  const Target& target = call.request.target;
  store::RunQuery query;
  query.outcome = target.get("outcome").value_or("");
  query.command = target.get("command").value_or("");
  query.limit = number_of(call, "limit", kRuns, 1, kRunsMost);
  query.offset = number_of(call, "offset", 0, 0, 1'000'000'000);
  const auto page = run_page(call.app, query);
  if (!page) return error_response(page.error());
  std::string text = runs_json(call, *page);
  text = with_member(std::move(text), "total", fmt::format("{}", page->total));
  text = with_member(std::move(text), "outcomes", counts_json(page->outcomes));
  return json_response(with_member(std::move(text), "commands", counts_json(page->commands)));
}

}  // namespace bedstone::server::api
