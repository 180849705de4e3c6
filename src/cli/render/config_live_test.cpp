// shows: K3
#include "cli/render/config_live.hpp"

#include <gtest/gtest.h>

namespace bedstone::cli {
namespace {

using bootstrap::ConfigEvent;
using bootstrap::ConfigInstance;
using bootstrap::ConfigStatusReport;

constexpr std::string_view kTime = "2026-11-20T09:30:00.123456Z";

ConfigInstance instance(std::string program, std::int64_t revision, std::int64_t newest) {
  ConfigInstance one;
  one.program = std::move(program);
  one.host = "web-1";
  one.pid = 42;
  one.seen_at = kTime;
  one.revision = revision;
  one.lags = revision < newest;
  if (one.lags) one.lags_since = kTime;
  return one;
}

std::string shown(const ConfigStatusReport& report) {
  Page page(false);
  add_report(page, report);
  return page.take();
}

TEST(ConfigLive, SaysWhoLagsSinceWhenAndWhy) {
  ConfigStatusReport report;
  EXPECT_EQ(shown(report), "revision   0\ninstances  none\n");
  report.revision = 412;
  report.changed_at = kTime;
  report.changed_by = "ann";
  report.reason = "more";
  report.instances = {instance("hub", 412, 412), instance("hub", 412, 412),
                      instance("job", 411, 412)};
  report.instances[2].problem = "port cannot be \"many\"";
  EXPECT_EQ(shown(report), R"(revision   412  2026-11-20 09:30:00 by ann: more
instances  2/3 on rev 412

  current  rev 412  hub  web-1:42  seen 2026-11-20 09:30:00
  current  rev 412  hub  web-1:42  seen 2026-11-20 09:30:00
  lags     rev 411  job  web-1:42  seen 2026-11-20 09:30:00  since 2026-11-20 09:30:00: port cannot be "many"
)");
}

TEST(ConfigLive, AChangeIsALine) {
  Page page(false);
  add_event(page, {413, "key", std::nullopt, "********", true, std::string(kTime), "SQL", ""});
  EXPECT_EQ(page.take(), "2026-11-20 09:30:00  rev 413  key  (none) → \"********\"  by SQL\n");
}

}  // namespace
}  // namespace bedstone::cli
