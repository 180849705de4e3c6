// Reading the live schema for those who want to see it.
#include "bootstrap/schema_commands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "bootstrap/connect.hpp"
#include "bootstrap/live_schema.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/reading.hpp"
#include "bootstrap/schema_findings.hpp"
#include "schema/canonical.hpp"
#include "schema/diff.hpp"

namespace bedstone::bootstrap {
namespace {

/// A project and a session that may only read.
struct Looking {
  std::optional<Project> project;
  std::unique_ptr<db::Connection> connection;
};

Checked<Looking> look(const Host& host, const ProjectOptions& options, SchemaSource& source) {
  auto project = load(host, options);
  if (!project) return fail(std::move(project).error());
  Looking looking;
  looking.project.emplace(*std::move(project));
  tell_source(*looking.project, nullptr, source);
  auto connected = connect(
      host, {*looking.project->database.url, db::Access::kReadOnly, false, Milliseconds(0)});
  if (!connected) return fail(Errors{std::move(connected).error()});
  looking.connection = std::move(connected->connection);
  tell_source(*looking.project, looking.connection.get(), source);
  return looking;
}

template <typename Report>
Report failed(Report report, Errors errors) {
  report.exit_code = exit_code_for(errors);
  report.errors = std::move(errors);
  return report;
}

template <typename Objects, typename Wanted>
void keep(Objects& objects, const Wanted& wanted) {
  std::erase_if(objects, [&](const auto& object) { return !wanted(object.name); });
}

std::vector<std::string> names_in(const schema::Schema& model) {
  std::vector<std::string> names;
  const auto add = [&](const auto& objects) {
    for (const auto& object : objects)
      names.push_back(object.name);
  };
  add(model.tables);
  add(model.views);
  add(model.enums);
  add(model.routines);
  add(model.sequences);
  for (const schema::OtherObject& object : model.others) {
    if (object.relation.empty()) names.push_back(object.name);
  }
  return names;
}

Errors narrow(schema::Schema& model, const std::vector<std::string>& wanted) {
  const std::vector<std::string> known = names_in(model);
  Errors errors;
  for (const std::string& name : wanted) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto near = text::nearest(name, known);
    errors.push_back(
        Error(ErrorCode::kUnknownObject, fmt::format("the schema has nothing called {}", name))
            .advise(near ? fmt::format("did you mean {}?", *near)
                         : std::string("`bedstone schema show` shows everything")));
  }
  const auto is_wanted = [&](const std::string& name) {
    return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  };
  keep(model.tables, is_wanted);
  keep(model.views, is_wanted);
  keep(model.enums, is_wanted);
  keep(model.routines, is_wanted);
  keep(model.sequences, is_wanted);
  std::erase_if(model.others, [&](const schema::OtherObject& object) {
    return !is_wanted(object.relation.empty() ? object.name : object.relation);
  });
  return errors;
}

Error not_written(const std::string& what) {
  return Error(ErrorCode::kSchemaNotDumped, fmt::format("not in the dump: {}", what))
      .because("Bedstone knows no statement that makes it")
      .advise("make it by hand before the dump is loaded, if something in it needs it");
}

Error left_out(const std::string& what) {
  return Error(ErrorCode::kSchemaNotDumped,
               fmt::format("not in the dump, but needed by what is: {}", what))
      .because("drift.ignore names it, or it holds settings")
      .advise(
          "make it before the dump is loaded, or write everything: `bedstone schema dump --all`");
}

Error at_work(const LockHolder& holder) {
  return Error(ErrorCode::kNotReady, "a run is at work, and the schema on its way")
      .because(fmt::format("{} (process {}) since {}", holder.host, holder.pid, holder.since))
      .advise("ask again when it is done: `bedstone wait --until current`");
}

Error unrecorded() {
  return Error(ErrorCode::kNotReady, "no schema is recorded here yet")
      .because("a run records it at its end")
      .advise("bring the database up first: `bedstone up`; `bedstone status` tells its state");
}

Error recorded_by_newer() {
  return Error(ErrorCode::kNotReady, "a newer version of Bedstone recorded the schema")
      .because("its form is not known here, so nothing was compared")
      .advise("ask with that version; `bedstone version` tells this one");
}

/// The live schema beside the recorded one.
struct Compared {
  std::vector<SchemaDifference> differences;
  std::string recorded;
  std::vector<Error> warnings;
  Errors errors;
};

Compared compare_with_recorded(const Host& host, const ProjectOptions& options,
                               SchemaSource& source) {
  ObserveOptions observe_options;
  observe_options.force_schema = true;
  Reading reading = read_state(host, options, observe_options, Milliseconds(0));
  Compared result;
  result.errors = std::move(reading.errors);
  if (reading.project) tell_source(*reading.project, reading.connection.get(), source);
  if (!result.errors.empty()) return result;
  if (reading.state == DatabaseState::kForeign) {
    result.errors = reading.seen->problems;
    return result;
  }
  if (!reading.connection || reading.seen->layout == 0) {
    result.errors.push_back(unrecorded());
    return result;
  }
  auto recorded = reading.store->meta("fingerprint");
  if (!recorded || !*recorded) {
    result.errors.push_back(recorded ? unrecorded() : std::move(recorded).error());
    return result;
  }
  result.recorded = **recorded;
  const auto holder =
      lock_holder(*reading.connection, *reading.project->database.url, reading.project->name);
  if (holder && *holder) {
    result.warnings.push_back(at_work(**holder));
    return result;
  }
  const auto body = reading.store->snapshot(result.recorded);
  if (!body) {
    result.errors.push_back(body.error());
    return result;
  }
  if (schema::canonical_format(body->value_or("")) > schema::kCanonicalFormat)
    result.warnings.push_back(recorded_by_newer());
  if (reading.seen->schema_unrecorded) {
    result.warnings.push_back(
        Error(ErrorCode::kNotReady, "the history moved on after the schema was recorded")
            .because("a run broke off between the two")
            .advise("`bedstone up` records what is there"));
  }
  result.differences = std::move(reading.seen->drift);
  return result;
}

}  // namespace

void tell_source(const Project& project, const db::Connection* connection, SchemaSource& source) {
  const db::Engine engine = project.database.url->engine();
  source.project = project.name;
  source.database = project.database.url->redacted();
  source.database_type = db::engine_name(engine);
  if (engine == db::Engine::kPostgres) source.schema = project.database.schema;
  if (connection != nullptr) source.server_version = connection->session().server_version_text;
}

SchemaReport schema_show(const Host& host, const ProjectOptions& options,
                         const std::vector<std::string>& names) {
  SchemaReport report;
  auto looking = look(host, options, report.source);
  if (!looking) return failed(std::move(report), std::move(looking).error());
  const Project& project = *looking->project;
  auto model = schema::inspect(*looking->connection, inspect_options(project));
  if (!model) return failed(std::move(report), {std::move(model).error()});
  auto notes = schema::read_notes(*looking->connection, project.database.schema);
  if (!notes) return failed(std::move(report), {std::move(notes).error()});
  report.model = *std::move(model);
  report.notes = *std::move(notes);
  report.fingerprint =
      schema::fingerprint(ignore_list(project).without(schema::canonical_text(report.model)));
  if (names.empty()) return report;
  Errors errors = narrow(report.model, names);
  return errors.empty() ? report : failed(std::move(report), std::move(errors));
}

SchemaDumpReport schema_dump(const Host& host, const ProjectOptions& options, bool all) {
  SchemaDumpReport report;
  auto looking = look(host, options, report.source);
  if (!looking) return failed(std::move(report), std::move(looking).error());
  Project& project = *looking->project;
  if (all) project.drift_ignore.clear();
  schema::DumpOptions dump_options;
  dump_options.inspect = inspect_options(project);
  for (const Project::Extension& extension : project.database.extensions)
    dump_options.extensions.push_back(extension.name);
  auto source = schema::read_dump(*looking->connection, dump_options.inspect);
  if (!source) return failed(std::move(report), {std::move(source).error()});
  auto dump = schema::arrange(*std::move(source), dump_options);
  if (!dump) return failed(std::move(report), {std::move(dump).error()});
  report.dump = *std::move(dump);
  const bool postgres = looking->connection->engine() == db::Engine::kPostgres;
  report.text = schema::dump_text(report.dump, fmt::format("The schema of {} for {}", project.name,
                                                           postgres ? "PostgreSQL" : "SQLite"));
  for (const std::string& what : report.dump.unsupported)
    report.warnings.push_back(not_written(what));
  for (const std::string& what : report.dump.missing)
    report.warnings.push_back(left_out(what));
  return report;
}

SchemaDiffReport schema_diff(const Host& host, const ProjectOptions& options,
                             const std::optional<std::string>& other) {
  SchemaDiffReport report;
  if (!other) {
    Compared compared = compare_with_recorded(host, options, report.source);
    report.differences = std::move(compared.differences);
    report.warnings = std::move(compared.warnings);
    if (compared.errors.empty()) return report;
    return failed(std::move(report), std::move(compared.errors));
  }
  auto looking = look(host, options, report.source);
  if (!looking) return failed(std::move(report), std::move(looking).error());
  const Project& project = *looking->project;
  auto url = db::Url::parse(*other);
  if (!url) return failed(std::move(report), {std::move(url).error()});
  report.other = url->redacted();
  if (url->engine() != project.database.url->engine()) {
    return failed(std::move(report), {Error(ErrorCode::kSchemaEngines,
                                            fmt::format("{} and {} are databases of two engines",
                                                        report.source.database, report.other))
                                          .advise("compare with a database of the same engine")});
  }
  auto connected = connect(host, {*url, db::Access::kReadOnly, false, Milliseconds(0)});
  if (!connected) return failed(std::move(report), {std::move(connected).error()});
  auto here = read_live_schema(*looking->connection, project);
  if (!here) return failed(std::move(report), {std::move(here).error()});
  auto there = read_live_schema(*connected->connection, project);
  if (!there) return failed(std::move(report), {std::move(there).error()});
  report.differences = differences(there->canonical, here->canonical);
  return report;
}

SchemaValidation schema_validate(const Host& host, const ProjectOptions& options) {
  SchemaValidation report;
  Compared compared = compare_with_recorded(host, options, report.source);
  report.fingerprint = std::move(compared.recorded);
  report.warnings = std::move(compared.warnings);
  if (!compared.errors.empty()) return failed(std::move(report), std::move(compared.errors));
  for (SchemaDifference& difference : compared.differences) {
    report.findings.push_back(judge(std::move(difference)));
    report.severity = std::max(report.severity, report.findings.back().severity);
  }
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const auto& a, const auto& b) { return a.severity > b.severity; });
  if (!report.warnings.empty()) report.severity = std::max(report.severity, Severity::kWarning);
  // A warning says why they could not be compared: nobody knows that the schema is as recorded.
  report.valid = report.findings.empty() && report.warnings.empty();
  if (!report.warnings.empty()) report.exit_code = ExitCode::kFailed;
  if (!report.findings.empty()) report.exit_code = ExitCode::kPersonNeeded;
  return report;
}

}  // namespace bedstone::bootstrap
