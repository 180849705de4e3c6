// Reading values at a revision, and going back to one that can be used.
#include "config/load.hpp"

#include <fmt/format.h>

namespace bedstone::config {
namespace {

/// How far back in the history a start looks.
constexpr std::int64_t kLongestWayBack = 1000;

}  // namespace

Errors not_used(std::int64_t newest, std::int64_t used, Errors reasons) {
  Error first = Error(ErrorCode::kRevisionNotUsed,
                      fmt::format("revision {} of the settings cannot be used; revision {} stays "
                                  "in use",
                                  newest, used))
                    .because(reasons.empty() ? "" : reasons.front().message)
                    .advise("correct the value; who wrote it: `bedstone config history`");
  reasons.insert(reasons.begin(), std::move(first));
  return reasons;
}

Result<Resolution> Loader::read(db::Connection& connection, const Unseal& unseal) const {
  BEDSTONE_ASSIGN(const store::ConfigState state,
                  store::ConfigTable(connection, project_, place_).read());
  return resolve(*declared_, state, environment_, unseal);
}

Result<std::int64_t> Loader::revision(db::Connection& connection) const {
  BEDSTONE_ASSIGN(const auto found, store::ConfigTable(connection, project_, place_).revision());
  return found.value_or(0);
}

Checked<std::shared_ptr<const SnapshotValues>> Loader::start(db::Connection& connection,
                                                             const Unseal& unseal,
                                                             std::int64_t* newest,
                                                             Errors* problems) const {
  auto resolution = read(connection, unseal);
  if (!resolution) return fail_all(std::move(resolution).error());
  *newest = resolution->revision;
  Errors reasons = reasons_against(*declared_, *resolution, false);
  if (reasons.empty()) return make_values(declared_, *std::move(resolution), nullptr);
  auto earlier = newest_good(connection, unseal, *newest);
  if (!earlier) return fail_all(std::move(earlier).error());
  if (*earlier == nullptr) return fail(std::move(reasons));
  *problems = not_used(*newest, (*earlier)->revision, std::move(reasons));
  return *std::move(earlier);
}

Result<std::shared_ptr<const SnapshotValues>> Loader::newest_good(db::Connection& connection,
                                                                  const Unseal& unseal,
                                                                  std::int64_t below) const {
  store::ConfigTable table(connection, project_, place_);
  BEDSTONE_ASSIGN(const auto history, table.history("", kLongestWayBack));
  std::int64_t last = below;
  for (const store::ConfigHistoryRow& row : history) {
    // Before the change of revision N the values were those of N - 1, whatever is missing between.
    const std::int64_t revision = row.revision - 1;
    if (revision >= last || revision < 0) continue;
    last = revision;
    BEDSTONE_ASSIGN(auto rows, table.at(revision));
    // An application that was set up must not come back as one that waits for its set-up.
    if (rows.empty()) continue;
    Resolution resolution = resolve(*declared_, {revision, std::move(rows)}, environment_, unseal);
    if (!reasons_against(*declared_, resolution, false).empty()) continue;
    return make_values(declared_, std::move(resolution), nullptr);
  }
  return nullptr;
}

}  // namespace bedstone::config
