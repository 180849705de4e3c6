// Errors as their codes alone.
#include "server/withhold.hpp"

#include "base/text.hpp"

namespace bedstone::server {
namespace {

void reduce(Error& error) {
  Error bare(error.code, std::string(code_summary(error.code)));
  bare.retryable = error.retryable;
  error = std::move(bare);
}

}  // namespace

std::string_view summary_of(std::string_view code) {
  constexpr std::string_view kPrefix = "BED";
  if (!code.starts_with(kPrefix)) return "";
  const auto number = text::parse_integer(text::trim(code.substr(kPrefix.size())));
  if (!number || *number < 0 || *number > UINT16_MAX) return "";
  const std::string_view summary = code_summary(static_cast<ErrorCode>(*number));
  return summary == "unknown" ? "" : summary;
}

void withhold(Role role, bootstrap::EventsReport& report) {
  if (role >= Role::kAdmin) return;
  for (bootstrap::ErrorPattern& one : report.patterns) {
    one.message = summary_of(one.code);
    one.cause.clear();
    one.hint.clear();
    one.file.clear();
    one.line = 0;
    one.statement.clear();
    one.hosts.clear();
    if (!one.resolution) continue;
    one.resolution->host.clear();
    one.resolution->steps.clear();
  }
}

void withhold(Role role, bootstrap::RunsReport& report) {
  if (role >= Role::kAdmin) return;
  for (RunRecord& run : report.runs) {
    run.error_message = summary_of(run.error_code);
    for (Error& error : run.errors)
      reduce(error);
  }
}

void withhold(Role role, InitializationResult& result) {
  if (role >= Role::kAdmin) return;
  for (Error& error : result.errors)
    reduce(error);
  for (Error& error : result.warnings)
    reduce(error);
}

}  // namespace bedstone::server
