// From an observation to what will be done.
#include "bootstrap/prepare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "migrate/file_name.hpp"

namespace bedstone::bootstrap {
namespace {

bool is_applied(const Observation& seen, std::string_view version) {
  return std::any_of(seen.history.begin(), seen.history.end(),
                     [version](const store::MigrationRow& row) {
                       return row.kind == store::kVersioned &&
                              migrate::compare_versions(row.version, version) == 0;
                     });
}

void check_dependencies(const Observation& seen, const std::vector<Prepared>& earlier,
                        const Prepared& one, Errors& errors) {
  for (const std::string& version : one.outline.directives.depends) {
    const bool comes =
        std::any_of(earlier.begin(), earlier.end(), [&version](const Prepared& other) {
          return !other.file->repeatable &&
                 migrate::compare_versions(other.file->version, version) == 0;
        });
    if (comes || is_applied(seen, version)) continue;
    errors.push_back(
        Error(ErrorCode::kDependency,
              fmt::format("{} depends on {}, which is neither applied nor comes before it",
                          one.file->shown, version))
            .advise("add that migration, or correct the version in the directive `depends=`")
            .at(one.file->shown));
  }
}

void check_pooler(const Prepared& one, Errors& errors) {
  for (const migrate::Unit& unit : one.outline.units) {
    if (!unit.bare) continue;
    errors.push_back(
        Error(ErrorCode::kNotForPooler,
              fmt::format("{} cannot run through a transaction pooler", unit.what.label))
            .because("it runs outside of transactions, where a pooler may hand every "
                     "statement to another session and no lock can be held")
            .advise("give the server's own address as database.direct_url in "
                    "bedstone.yaml; Bedstone then uses it for migrating only")
            .at(one.file->shown, unit.line)
            .with_statement(unit.excerpt));
  }
}

std::string detail_of(const Prepared& one) {
  const migrate::Outline& outline = one.outline;
  const auto bare = std::count_if(outline.units.begin(), outline.units.end(),
                                  [](const migrate::Unit& unit) { return unit.bare; });
  std::string detail =
      outline.statements == 0
          ? std::string("comments only")
          : text::count(static_cast<std::int64_t>(outline.statements), "statement");
  if (bare > 0) detail += fmt::format(", {} outside of transactions", bare);
  if (bare == 0 && outline.units.size() > 1) {
    detail += fmt::format(", in {} transactions", outline.units.size());
  }
  if (one.late) detail += ", late";
  if (one.partial) detail += ", goes on where it was broken off";
  return detail;
}

Step step_of(const Prepared& one) {
  Step step;
  step.kind = one.file->repeatable ? "repeatable" : "migrate";
  step.subject = one.file->label();
  step.detail = detail_of(one);
  step.file = one.file->shown;
  step.destructive = one.outline.destructive;
  step.transactional =
      one.outline.units.size() <= 1 && (one.outline.units.empty() || !one.outline.units[0].bare);
  return step;
}

}  // namespace

Checked<std::vector<Prepared>> prepare(const Observation& seen, db::Engine engine, bool pooled,
                                       const std::optional<std::string>& target) {
  std::vector<Prepared> result;
  Errors errors;
  const auto take = [&](const migrate::Pending& pending) {
    auto outline = migrate::outline(*pending.file, engine);
    if (!outline) {
      errors.push_back(std::move(outline).error());
      return;
    }
    Prepared one{pending.file, *std::move(outline), pending.late, pending.partial};
    check_dependencies(seen, result, one, errors);
    if (pooled) check_pooler(one, errors);
    result.push_back(std::move(one));
  };
  bool stopped = false;
  for (const migrate::Pending& pending : seen.comparison.versioned) {
    if (target && migrate::compare_versions(pending.file->version, *target) > 0) {
      stopped = true;
      continue;
    }
    take(pending);
  }
  // Views and functions are written for the newest tables.
  if (!stopped) {
    for (const migrate::Pending& pending : seen.comparison.repeatables)
      take(pending);
  }
  if (!errors.empty()) return fail(std::move(errors));
  return result;
}

bool nothing_to_do(const Observation& seen) {
  if (seen.layout == 0 || !seen.comparison.nothing_pending()) return false;
  if (seen.comparison.ahead || seen.older_release) return true;
  return seen.release_known && !seen.schema_unrecorded;
}

Plan make_plan(const Project& project, const Observation& seen,
               const std::vector<Prepared>& pending,
               const std::vector<Project::Extension>& extensions) {
  Plan plan;
  plan.state = seen.state;
  plan.problems = seen.problems;
  plan.warnings = seen.warnings;
  if (!plan.problems.empty() || nothing_to_do(seen)) return plan;
  const bool postgres = project.database.url->engine() == db::Engine::kPostgres;
  if (seen.layout == 0) {
    plan.steps.push_back({.kind = "store",
                          .subject = postgres ? "schema bedstone" : "tables bedstone_*",
                          .detail = "Bedstone's own tables"});
  }
  for (const Project::Extension& extension : extensions) {
    plan.steps.push_back({.kind = "extension",
                          .subject = extension.name,
                          .detail = extension.optional ? "where the server has it" : ""});
  }
  for (const Prepared& one : pending)
    plan.steps.push_back(step_of(one));
  std::vector<std::string> names = project.roles.read_write;
  names.insert(names.end(), project.roles.read_only.begin(), project.roles.read_only.end());
  if (postgres && !names.empty()) {
    plan.steps.push_back(
        {.kind = "grant", .subject = text::join(names, ", "), .detail = "rights on tables"});
  }
  return plan;
}

}  // namespace bedstone::bootstrap
