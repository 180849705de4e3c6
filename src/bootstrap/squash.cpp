// From many files to one, by way of what they make.
#include "bootstrap/squash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/files.hpp"
#include "base/text.hpp"
#include "bootstrap/live_schema.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/squash_rows.hpp"
#include "bootstrap/squash_scan.hpp"
#include "bootstrap/squash_scratch.hpp"
#include "migrate/file_name.hpp"
#include "migrate/outline.hpp"
#include "schema/diff.hpp"
#include "schema/dump.hpp"

namespace bedstone::bootstrap {
namespace {

/// What a scratch database holds once its migrations have run.
struct Made {
  schema::Dump dump;
  CarriedRows rows;
  LiveSchema live;
};

/// SQLite's full text tables and the like: what they hold stands in tables of their own.
bool is_virtual(const schema::DumpStatement& statement) {
  return text::to_lower(statement.sql.substr(0, 15)) == "create virtual ";
}

std::string table_of(const schema::DumpStatement& statement) {
  return statement.relation.empty() ? statement.name : statement.relation;
}

class Squash {
 public:
  Squash(const Host& host, const ProjectOptions& options, const SquashOptions& squash,
         SquashReport& report)
      : log_(host.clock, LogLevel::kOff, LogFormat::kText, [](std::string_view) {}),
        host_{host.clock, host.environment, log_, host.cancel, host.command},
        options_(options),
        squash_(squash),
        report_(report) {}

  Errors run() {
    if (Errors errors = choose(); !errors.empty()) return errors;
    auto outside = not_in_a_schema(old_, *project_);
    if (!outside) return {std::move(outside).error()};
    report_.not_carried = *std::move(outside);
    Made before, after;
    if (Errors errors = make(*project_, before); !errors.empty()) return errors;
    if (Errors errors = refusals(before); !errors.empty()) return errors;
    report_.text = compose(before);
    report_.fingerprint = before.live.fingerprint;
    if (Errors errors = make_from_text(after); !errors.empty()) return errors;
    if (Errors errors = compare(before, after); !errors.empty()) return errors;
    if (squash_.dry_run) return {};
    BEDSTONE_CHECK(write());
    return {};
  }

 private:
  db::Engine engine() const { return project_->database.url->engine(); }
  std::string new_name() const {
    return fmt::format("{}_{}.{}.sql", report_.version, squash_.name, db::engine_name(engine()));
  }

  /// Which files, and whether they can be replaced.
  Errors choose() {
    auto project = load(host_, options_);
    if (!project) return std::move(project).error();
    project_.emplace(*std::move(project));
    report_.project = project_->name;
    report_.database = project_->database.url->redacted();
    report_.database_type = db::engine_name(engine());
    const std::string& dir = project_->migrations.dir;
    auto folder = migrate::list_folder(dir, dir, engine());
    if (!folder) return {std::move(folder).error()};
    if (!folder->problems.empty()) return folder->problems;
    for (migrate::MigrationFile& file : folder->versioned) {
      if (squash_.to && migrate::compare_versions(file.version, *squash_.to) > 0) continue;
      report_.replaced.push_back(file.shown);
      old_.push_back(std::move(file));
    }
    const bool there = !old_.empty() && (!squash_.to || migrate::compare_versions(
                                                            old_.back().version, *squash_.to) == 0);
    if (!there && squash_.to) {
      return {Error(ErrorCode::kUnknownVersion,
                    fmt::format("there is no migration {}", text::printable(*squash_.to)))
                  .advise("`bedstone migrate history` lists them")};
    }
    if (old_.size() < 2) {
      return {Error(ErrorCode::kUnknownVersion, "there are no two migrations to make one of")
                  .because(
                      fmt::format("in {} {} up to there", dir, old_.empty() ? "is none" : "is one"))
                  .advise("`bedstone migrate history` lists them")};
    }
    report_.version = old_.back().version;
    BEDSTONE_CHECK(read_replaced());
    return check_other_engine(dir);
  }

  /// Moving the files away takes them from the other engine, too.
  Errors check_other_engine(const std::string& dir) {
    const auto names = files::list(dir);
    if (!names) return {names.error()};
    bool others = false, served = false;
    for (const std::string& name : *names) {
      const auto parsed = migrate::parse_versioned(name);
      if (!parsed || migrate::compare_versions(parsed->version, report_.version) > 0) continue;
      const bool others_own = parsed->engine && *parsed->engine != engine();
      others = others || others_own;
      served = served || (others_own && parsed->version == report_.version &&
                          parsed->name == squash_.name && !parsed->down);
      const bool its_squash = parsed->version == report_.version && parsed->name == squash_.name;
      if (others_own && !its_squash) also_.push_back(name);
    }
    if (!others || served || !squash_.output.empty()) return {};
    const bool sqlite = engine() == db::Engine::kSqlite;
    const std::string url = sqlite ? "postgresql://…" : "sqlite:scratch.db";
    return {Error(ErrorCode::kDiverged, "this project has migrations for the other engine, too")
                .because("the files that both engines share would be gone for that one")
                .advise(fmt::format(
                    "write that engine's file first, beside the old ones: bedstone --database {} "
                    "migrate squash --output {}/{}_{}.{}.sql; then repeat this command",
                    url, dir, report_.version, squash_.name, sqlite ? "postgres" : "sqlite"))};
  }

  Errors make(Project& project, Made& made) {
    auto scratch = Scratch::make(host_, project, squash_.wait.value_or(project.database.wait));
    if (!scratch) return {std::move(scratch).error()};
    // Here everything is the project's.
    project.drift_ignore.clear();
    return scratch->run(host_, project, report_.version, [&](Work& work) -> Errors {
      const Status read = look(work, project, made);
      return read ? Errors{} : Errors{read.error()};
    });
  }

  Status look(Work& work, const Project& project, Made& made) {
    schema::DumpOptions options;
    options.inspect = inspect_options(project);
    for (const Project::Extension& extension : project.database.extensions)
      options.extensions.push_back(extension.name);
    BEDSTONE_ASSIGN(auto source, schema::read_dump(*work.connection, options.inspect));
    BEDSTONE_ASSIGN(made.dump, schema::arrange(std::move(source), options));
    BEDSTONE_ASSIGN(made.live, read_live_schema(*work.connection, project));
    std::vector<std::string> tables;
    for (const schema::DumpStatement& one : made.dump.statements) {
      if (one.kind == "table") tables.push_back(table_of(one));
    }
    BEDSTONE_ASSIGN(made.rows, read_carried_rows(*work.connection, project.database.schema, tables,
                                                 squash_.max_rows));
    return {};
  }

  /// Nothing is lost without a word.
  Errors refusals(const Made& made) {
    Errors errors;
    for (const std::string& what : made.dump.unsupported)
      report_.not_carried.push_back("no statement is known for " + what);
    for (const std::string& what : made.dump.missing)
      report_.not_carried.push_back("needed, and not this project's: " + what);
    report_.tables = made.rows.tables;
    if (!report_.not_carried.empty() && !squash_.leave_out) {
      errors.push_back(
          Error(ErrorCode::kSchemaNotDumped,
                fmt::format("{} would be lost",
                            text::count(static_cast<std::int64_t>(report_.not_carried.size()),
                                        "statement")))
              .because("rights, roles and other schemas are no part of a schema: " +
                       text::join(report_.not_carried, "; "))
              .advise(
                  "put them into a later migration (--to leaves that alone), or into `roles:` "
                  "of bedstone.yaml; or let them go, as comments in the new file: --leave-out"));
    }
    if (made.rows.rows > squash_.max_rows) errors.push_back(too_many_rows(made.rows));
    for (const schema::DumpStatement& one : made.dump.statements) {
      const bool rows = one.kind == "table" && is_virtual(one) &&
                        std::any_of(made.rows.tables.begin(), made.rows.tables.end(),
                                    [&](const auto& table) { return table.name == table_of(one); });
      if (!rows) continue;
      errors.push_back(
          Error(ErrorCode::kSchemaNotDumped,
                fmt::format("the rows of the virtual table {} cannot be carried", table_of(one)))
              .advise("fill it in a later migration, or from a seed set"));
    }
    return errors;
  }

  Error too_many_rows(const CarriedRows& rows) const {
    std::string list;
    for (const SquashReport::Table& one : rows.tables) {
      list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", one.name,
                          text::count(one.rows, "row"));
    }
    return Error(ErrorCode::kSchemaNotDumped,
                 fmt::format("the migrations write {}, more than {}", text::count(rows.rows, "row"),
                             squash_.max_rows))
        .because("they would stand in the new file as INSERTs: " + list)
        .advise(fmt::format("let a seed set bring them (bedstone seed export TABLE), or carry them "
                            "all the same: --max-rows {}",
                            rows.rows));
  }

  std::string head() const {
    std::string text = fmt::format(
        "-- Made by `bedstone migrate squash`: one migration in place of {}, {} to {}.\n"
        "-- A database that ran all of those takes this one for applied; an empty one runs it "
        "alone.\n-- Leave the lines below as they are: they tell which texts it stands for.\n",
        old_.size(), old_.front().version, old_.back().version);
    for (const migrate::Replaced& one : replaced_) {
      text += fmt::format("-- bedstone: replaces={}:{}{}\n", one.version, one.tokens,
                          one.all ? ":all" : "");
    }
    return text;
  }

  static void add(std::string& text, std::string_view sql) {
    text += sql;
    // A comment at the end would swallow the semicolon.
    const std::size_t line = sql.rfind('\n') == std::string_view::npos ? 0 : sql.rfind('\n');
    if (sql.find("--", line) != std::string_view::npos) text += '\n';
    text += ";\n";
  }

  std::string compose(const Made& made) {
    std::string text = head();
    // What the runner does not see to itself.
    if (engine() == db::Engine::kPostgres) text += "\nSET LOCAL check_function_bodies = off;\n";
    for (const schema::DumpStatement& one : made.dump.statements) {
      text += "\n";
      add(text, one.sql);
      ++report_.statements;
      const auto rows =
          one.kind == "table" ? made.rows.inserts.find(table_of(one)) : made.rows.inserts.end();
      if (rows == made.rows.inserts.end()) continue;
      // Before triggers and references that come later, behind the tables that it refers to.
      add(text, rows->second);
      ++report_.statements;
    }
    if (!made.rows.counters.empty()) text += "\n";
    for (const std::string& sql : made.rows.counters) {
      add(text, sql);
      ++report_.statements;
    }
    if (!report_.not_carried.empty()) text += "\n-- Not carried over:\n";
    for (const std::string& one : report_.not_carried)
      text += fmt::format("--   {}\n", text::printable(one));
    return text;
  }

  /// Runs the new file alone.
  Errors make_from_text(Made& made) {
    auto folder = ScratchFolder::make();
    if (!folder) return {std::move(folder).error()};
    BEDSTONE_CHECK(files::write_new(files::resolve(folder->path(), new_name()), report_.text));
    auto project = load(host_, options_);
    if (!project) return std::move(project).error();
    project->migrations.dir = folder->path();
    return make(*project, made);
  }

  Errors compare(const Made& before, const Made& after) {
    Errors errors;
    for (const SchemaDifference& one : differences(before.live.canonical, after.live.canonical)) {
      errors.push_back(
          Error(
              ErrorCode::kSchemaNotDumped,
              fmt::format("the squashed migration makes something else: {}", schema::describe(one)))
              .advise("squash up to the migration before the one that makes it: --to"));
    }
    if (errors.empty() && !(before.rows == after.rows)) {
      errors.push_back(Error(ErrorCode::kSchemaNotDumped,
                             "the squashed migration writes other rows than the ones it replaces")
                           .because("a default or a trigger may change what is written")
                           .advise("let seed sets bring the rows, or squash up to the migration "
                                   "before them: --to"));
    }
    return errors;
  }

  Status write() {
    const std::string& dir = project_->migrations.dir;
    if (!squash_.output.empty()) {
      report_.file = squash_.output;
      return files::write_new(squash_.output, report_.text);
    }
    report_.file = files::resolve(dir, new_name());
    // Hidden files are passed over: until the old ones are gone there is one of each version.
    const std::string beside = files::resolve(dir, "." + new_name());
    BEDSTONE_TRY(files::write_atomic(beside, report_.text));
    const std::string aside = files::resolve(dir, "squashed");
    if (!squash_.remove) {
      BEDSTONE_TRY(files::make_folder(aside));
      report_.moved_to = aside;
    }
    if (Status moved = move_old(dir, aside); !moved) {
      return fail(std::move(moved).error().advise(
          fmt::format("the new migration is complete, as {}: once this is mended, {} the files "
                      "that are left of those that it replaces, and rename it to {}",
                      beside, squash_.remove ? "delete" : "move to " + aside + "/",
                      files::file_name(report_.file))));
    }
    std::error_code error;
    std::filesystem::rename(beside, report_.file, error);
    if (error) return fail(files::from_errno(error.value(), report_.file, true));
    return {};
  }

  Status move_old(const std::string& dir, const std::string& aside) {
    std::error_code error;
    for (const std::string& name : names_to_move()) {
      const std::string from = files::resolve(dir, name);
      if (squash_.remove) {
        std::filesystem::remove(from, error);
      } else {
        std::filesystem::rename(from, files::resolve(aside, name), error);
      }
      if (error) return fail(files::from_errno(error.value(), from, true));
    }
    return {};
  }

  /// The old files with their ways back, and those of the other engine.
  std::vector<std::string> names_to_move() const {
    std::vector<std::string> names;
    for (const migrate::MigrationFile& file : old_) {
      names.push_back(files::file_name(file.path));
      if (!file.down_path.empty()) names.push_back(files::file_name(file.down_path));
    }
    names.insert(names.end(), also_.begin(), also_.end());
    return names;
  }

  /// Which texts the new one stands for; with those that they stood for.
  Status read_replaced() {
    for (const migrate::MigrationFile& file : old_) {
      BEDSTONE_ASSIGN(const auto sums, migrate::checksums(file, engine()));
      const auto& older = sums.directives.replaces;
      replaced_.insert(replaced_.end(), older.begin(), older.end());
      replaced_.push_back({file.version, sums.tokens, !older.empty()});
    }
    return {};
  }

  Log log_;  ///< What happens in a scratch database is nobody's news.
  Host host_;
  const ProjectOptions& options_;
  const SquashOptions& squash_;
  SquashReport& report_;
  std::optional<Project> project_;
  std::vector<migrate::MigrationFile> old_;
  std::vector<std::string> also_;  ///< The other engine's, by file name.
  std::vector<migrate::Replaced> replaced_;
};

}  // namespace

SquashReport migrate_squash(const Host& host, const ProjectOptions& project,
                            const SquashOptions& options) {
  SquashReport report;
  report.dry_run = options.dry_run;
  const Stopwatch watch(host.clock);
  report.errors = Squash(host, project, options, report).run();
  const bool refused =
      !report.errors.empty() && (report.errors.front().code == ErrorCode::kSchemaNotDumped ||
                                 report.errors.front().code == ErrorCode::kDiverged);
  report.exit_code = refused ? ExitCode::kPersonNeeded : exit_code_for(report.errors);
  report.duration = watch.seconds();
  return report;
}

}  // namespace bedstone::bootstrap
