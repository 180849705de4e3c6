// bedstone version
#include "cli/version.hpp"

#include <fmt/format.h>

#include "base/version.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/json.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  if (session.json()) {
    session.print_json(version_json());
  } else {
    session.out().write(version_text());
  }
  return 0;
}

constexpr Example kExamples[] = {{"bedstone version --json", "for scripts"}};

}  // namespace

std::string_view version() {
  return kVersion;
}

std::string version_text() {
  return fmt::format("bedstone {}\n", version());
}

constexpr CommandSpec kVersionCommand{.name = "version",
                                      .summary = "Print the version",
                                      .examples = kExamples,
                                      .exits = kOnlyUsageExits,
                                      .run = run};

}  // namespace bedstone::cli
