// events, events prune.
#include "cli/render/events.hpp"
#include "cli/render/json_value.hpp"

namespace bedstone::cli {
namespace {

Json rates_json(const bootstrap::Rates& rates) {
  const auto success = rates.success();
  return Json{{"runs", rates.runs},
              {"done", rates.done},
              {"failed", rates.failed},
              {"interrupted", rates.interrupted},
              {"success_rate", success ? Json(*success) : Json(nullptr)},
              {"failure_rate", success ? Json(1 - *success) : Json(nullptr)}};
}

Json resolution_json(const std::optional<bootstrap::Resolution>& resolution) {
  if (!resolution) return nullptr;
  return Json{{"run_id", resolution->run_id},       {"at", resolution->at},
              {"command", resolution->command},     {"host", text_or_null(resolution->host)},
              {"after", resolution->after_seconds}, {"steps", strings(resolution->steps)}};
}

Json pattern_json(const bootstrap::ErrorPattern& one) {
  return Json{{"fingerprint", one.fingerprint},
              {"severity", one.severity},
              {"code", one.code},
              {"message", one.message},
              {"cause", text_or_null(one.cause)},
              {"hint", text_or_null(one.hint)},
              {"file", text_or_null(one.file)},
              {"line", one.line == 0 ? Json(nullptr) : Json(one.line)},
              {"statement", text_or_null(one.statement)},
              {"first_seen", one.first_seen},
              {"last_seen", one.last_seen},
              {"count", one.count},
              {"runs", strings(one.runs)},
              {"hosts", strings(one.hosts)},
              {"resolution", resolution_json(one.resolution)}};
}

}  // namespace

std::string to_json(const bootstrap::EventsReport& report) {
  const bool good = report.exit_code == ExitCode::kDone;
  Json object = envelope("events", good, report.exit_code);
  object["project"] = text_or_null(report.project);
  object["database"] = text_or_null(report.database);
  object["since"] = text_or_null(report.since);
  object["patterns"] = Json::array();
  for (const bootstrap::ErrorPattern& one : report.patterns)
    object["patterns"].push_back(pattern_json(one));
  const auto all = report.rates.find("");
  object["rates"] = rates_json(all == report.rates.end() ? bootstrap::Rates{} : all->second);
  object["rates_by_command"] = Json::object();
  for (const auto& [command, rates] : report.rates) {
    if (!command.empty()) object["rates_by_command"][command] = rates_json(rates);
  }
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string to_json(const bootstrap::PruneReport& report) {
  Json object = envelope("events-prune", report.exit_code == ExitCode::kDone, report.exit_code);
  object["project"] = text_or_null(report.project);
  object["database"] = text_or_null(report.database);
  object["pruned"] = report.pruned;
  object["errors"] = json_of(report.errors);
  return dump(object);
}

}  // namespace bedstone::cli
