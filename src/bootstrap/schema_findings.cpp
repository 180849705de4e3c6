// By kind and change alone.
#include "bootstrap/schema_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "schema/diff.hpp"

namespace bedstone::bootstrap {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view kind, const std::array<std::string_view, N>& kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// They change what is stored, or who may.
constexpr std::array<std::string_view, 8> kRules = {
    "primary-key", "unique", "foreign-key", "check", "exclusion", "trigger", "rule", "policy"};
constexpr std::array<std::string_view, 3> kSpeed = {"index", "statistics", "column-order"};

Severity severity_of(const SchemaDifference& one) {
  const bool data = one.kind == "table" || one.kind == "column";
  if (one.change == "missing") {
    if (data) return Severity::kCritical;
    return is_one_of(one.kind, kSpeed) ? Severity::kWarning : Severity::kError;
  }
  if (one.change == "extra") {
    return one.kind == "column" || is_one_of(one.kind, kRules) ? Severity::kWarning
                                                               : Severity::kInfo;
  }
  return is_one_of(one.kind, kSpeed) ? Severity::kWarning : Severity::kError;
}

std::string suggestion_of(const SchemaDifference& one) {
  const std::string what = fmt::format("{} {}", one.kind, one.object);
  if (one.change == "missing") {
    return fmt::format(
        "make the {} again: bedstone schema repair; if it "
        "is rightly gone: bedstone migrate repair --accept-drift",
        what);
  }
  if (one.change == "extra") {
    return fmt::format(
        "drop the {} (bedstone schema repair --destructive), or bring it into the migrations; if "
        "another program owns it, "
        "name it in drift.ignore",
        what);
  }
  return fmt::format(
      "change the {} back (bedstone schema repair), or bring the change into the migrations; if it "
      "is right "
      "so: bedstone migrate repair --accept-drift",
      what);
}

}  // namespace

SchemaFinding judge(SchemaDifference difference) {
  SchemaFinding finding;
  finding.severity = severity_of(difference);
  finding.issue = schema::describe(difference);
  finding.suggestion = suggestion_of(difference);
  finding.difference = std::move(difference);
  return finding;
}

std::string_view severity_name(Severity severity) {
  static constexpr std::array<std::string_view, 4> kNames = {"info", "warning", "error",
                                                             "critical"};
  return kNames[static_cast<std::size_t>(severity)];
}

}  // namespace bedstone::bootstrap
