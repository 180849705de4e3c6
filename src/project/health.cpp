// The section as the loader reads the file: overlay, variables, then the values.
#include "project/health.hpp"

#include <fmt/format.h>

#include <iterator>

#include "data/scalars.hpp"
#include "data/yaml.hpp"
#include "project/expand.hpp"
#include "project/keys.hpp"
#include "project/validate.hpp"

namespace bedstone {
namespace {

const data::Node* find(const data::Node* node, std::string_view key) {
  const data::Node* value = node != nullptr && node->is_mapping() ? node->find(key) : nullptr;
  return value != nullptr && !is_absent(*value) ? value : nullptr;
}

template <typename T, typename Read>
void take(const data::Node* node, std::string_view key, T& out, Read read) {
  const data::Node* value = find(node, key);
  if (value == nullptr) return;
  if (const auto known = read(*value)) out = *known;
}

std::optional<double> read_limit(const data::Node& node, bool seconds) {
  if (seconds) {
    const auto time = read_duration(node);
    if (!time) return std::nullopt;
    return std::chrono::duration<double>(*time).count();
  }
  const auto count = read_count(node);
  return count ? std::optional(static_cast<double>(*count)) : std::nullopt;
}

bool counts_seconds(const Key& check) {
  for (const Key& key : check.keys) {
    if (key.name == "warn") return key.kind == KeyKind::kDuration;
  }
  return false;
}

HealthSection::Check read_check(const data::Node& node, const Key& key) {
  HealthSection::Check check;
  const bool seconds = counts_seconds(key);
  take(&node, "off", check.off, data::read_bool);
  take(&node, "interval", check.interval, read_duration);
  const auto limit = [seconds](const data::Node& value) { return read_limit(value, seconds); };
  take(&node, "warn", check.warn, limit);
  take(&node, "fail", check.fail, limit);
  return check;
}

HealthSection::Alert read_alert(const data::Node& node) {
  HealthSection::Alert alert;
  const data::Node* url = node.is_mapping() ? find(&node, "url") : &node;
  if (url != nullptr) alert.url = Secret(url->text());
  take(&node, "after", alert.after, read_count);
  take(&node, "every", alert.every, read_duration);
  if (const data::Node* format = find(&node, "format"))
    alert.slack = read_choice(*format, kAlertFormats) == std::size_t{1};
  return alert;
}

void fill(const data::Node* node, HealthSection& section) {
  take(node, "interval", section.interval, read_duration);
  take(node, "keep", section.keep, read_duration);
  take(node, "keep_rows", section.keep_rows, read_count);
  const data::Node* checks = find(node, "checks");
  for (const Key& key : kHealthCheckKeys) {
    if (const data::Node* check = find(checks, key.name))
      section.checks.emplace(key.name, read_check(*check, key));
  }
  if (const data::Node* alerts = find(node, "alerts")) {
    for (const data::Node& item : alerts->items())
      section.alerts.push_back(read_alert(item));
  }
}

}  // namespace

Checked<HealthSection> read_health_section(const Project& project, const Environment& environment) {
  HealthSection section;
  if (project.file.empty()) return section;
  auto document = data::read_yaml(project.file);
  if (!document) return fail(std::move(document).error());
  if (document->root.is_null()) document->root = data::Node::mapping({}, {});
  if (!project.overlay.empty()) {
    auto overlay = data::read_yaml(project.overlay);
    if (!overlay) return fail(std::move(overlay).error());
    data::overlay(*document, *std::move(overlay));
  }
  data::Node* node = document->root.find("health");
  if (node == nullptr || !node->is_mapping()) return section;
  Errors errors;
  expand_variables(*node, *document, environment, errors);
  if (!errors.empty()) return fail(std::move(errors));
  fill(node, section);
  return section;
}

}  // namespace bedstone
