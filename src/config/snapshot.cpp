// From what was resolved to what an application reads.
#include "config/snapshot.hpp"

#include <algorithm>

#include "config/lifecycle.hpp"

namespace bedstone::config {
namespace {

std::optional<Error> first_problem(Resolved& setting) {
  if (setting.value || setting.problems.empty()) return std::nullopt;
  return std::move(setting.problems.front());
}

bool differ(const Slot& a, const Slot& b) {
  if (a.locked != b.locked || a.value.has_value() != b.value.has_value()) return true;
  return a.value && !(*a.value == *b.value);
}

}  // namespace

std::shared_ptr<const SnapshotValues> make_values(std::shared_ptr<const Settings> declared,
                                                  Resolution resolution,
                                                  const SnapshotValues* start) {
  auto values = std::make_shared<SnapshotValues>();
  values->revision = resolution.revision;
  values->configured = resolution.configured;
  for (const Error* error : resolution.errors())
    values->problems.push_back(*error);
  values->slots.reserve(resolution.settings.size());
  for (std::size_t i = 0; i < resolution.settings.size(); ++i) {
    Resolved& setting = resolution.settings[i];
    Slot slot{std::move(setting.value), setting.source, setting.locked, std::nullopt, Secret()};
    if (!slot.value) slot.problem = first_problem(setting);
    const bool waits = start != nullptr && setting.declaration->restart && start->slots[i].value &&
                       differ(start->slots[i], slot);
    if (waits) {
      values->restart_needed.push_back(setting.declaration->name);
      slot = {start->slots[i].value->clone(), start->slots[i].source, false, std::nullopt,
              Secret()};
    }
    const bool list = slot.value && slot.value->get_if<Value::List>() != nullptr;
    if (list && setting.declaration->secret()) slot.list = slot.value->text();
    values->slots.push_back(std::move(slot));
  }
  if (declared->keep_unknown) {
    for (store::ConfigRow& row : resolution.undeclared)
      values->undeclared.emplace(std::move(row.key), std::move(row.value));
  }
  values->declared = std::move(declared);
  return values;
}

Errors reasons_against(const Settings& settings, const Resolution& resolution, bool configured) {
  Errors reasons;
  for (const Resolved& setting : resolution.settings) {
    if (setting.locked) continue;
    reasons.insert(reasons.end(), setting.problems.begin(), setting.problems.end());
  }
  const bool lacks =
      std::any_of(resolution.problems.begin(), resolution.problems.end(),
                  [](const Error& error) { return error.code == ErrorCode::kSettingMissing; });
  if (!configured || !lacks) return reasons;
  if (!hold(settings, values_of(resolution), settings.configured_when)) return reasons;
  for (const Error& error : resolution.problems) {
    if (error.code == ErrorCode::kSettingMissing) reasons.push_back(error);
  }
  return reasons;
}

std::vector<std::string> changed_keys(const SnapshotValues& before, const SnapshotValues& after) {
  std::vector<std::string> keys;
  const std::vector<SettingDeclaration>& declared = after.declared->declared;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (i >= before.slots.size() || differ(before.slots[i], after.slots[i]))
      keys.push_back(declared[i].name);
  }
  for (const auto& [key, value] : after.undeclared) {
    const auto found = before.undeclared.find(key);
    if (found == before.undeclared.end() || found->second != value) keys.push_back(key);
  }
  for (const auto& [key, value] : before.undeclared) {
    if (!after.undeclared.contains(key)) keys.push_back(key);
  }
  return keys;
}

}  // namespace bedstone::config
