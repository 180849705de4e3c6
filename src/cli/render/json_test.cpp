// What --json prints is JSON, harmless, and as docs/schemas describes it.
#include "cli/render/json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "cli/completion.hpp"
#include "cli/explain.hpp"
#include "cli/init.hpp"
#include "cli/render/config_live.hpp"
#include "cli/testing.hpp"

namespace bedstone::cli {
namespace {

using nlohmann::json;

/// A strict subset of JSON Schema: what it does not know is an error, so that no rule is passed
/// over.
class Validator {
 public:
  explicit Validator(const json& schema) : root_(schema) {}

  std::vector<std::string> check(const json& value) {
    visit(root_, value, "$");
    return std::move(problems_);
  }

 private:
  void visit(const json& schema, const json& value, const std::string& at) {
    if (schema.contains("$ref")) {
      const auto name = schema["$ref"].get<std::string>();
      return visit(root_.at(json::json_pointer(name.substr(1))), value, at);
    }
    for (const auto& [keyword, rule] : schema.items())
      apply(keyword, rule, schema, value, at);
  }

  void apply(const std::string& keyword, const json& rule, const json& schema, const json& value,
             const std::string& at) {
    if (keyword == "type") {
      if (!has_type(rule, value)) complain(at, "is not of type " + rule.dump());
    } else if (keyword == "const") {
      if (value != rule) complain(at, "is not " + rule.dump());
    } else if (keyword == "enum") {
      if (std::find(rule.begin(), rule.end(), value) == rule.end()) {
        complain(at, fmt::format("{} is not one of {}", value.dump(), rule.dump()));
      }
    } else if (keyword == "required") {
      for (const auto& name : rule) {
        if (value.is_object() && !value.contains(name.get<std::string>()))
          complain(at, "lacks " + name.dump());
      }
    } else if (keyword == "properties") {
      members(schema, value, at);
    } else if (keyword == "items") {
      for (std::size_t i = 0; value.is_array() && i < value.size(); ++i)
        visit(rule, value[i], fmt::format("{}[{}]", at, i));
    } else if (keyword == "additionalProperties") {
      if (rule.is_object()) {
        for (const auto& [name, member] : value.items())
          visit(rule, member, at + "." + name);
      }
    } else if (keyword == "minimum") {
      if (value.is_number() && value < rule) complain(at, "is too small");
    } else if (keyword != "description" && keyword != "title" && keyword != "$schema" &&
               keyword != "$defs" && keyword != "$id") {
      complain(at, "unknown keyword " + keyword);
    }
  }

  void members(const json& schema, const json& value, const std::string& at) {
    if (!value.is_object()) return;
    const json& properties = schema["properties"];
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name)) {
        visit(properties[name], member, at + "." + name);
      } else {
        complain(at, "has an undescribed member " + name);
      }
    }
    if (schema.value("additionalProperties", json(true)) != json(false)) {
      complain(at, "the schema admits undescribed members");
    }
    // Every member is always there, null when there is nothing to say.
    for (const auto& [name, rule] : properties.items()) {
      const json& required = schema["required"];
      if (std::find(required.begin(), required.end(), json(name)) == required.end()) {
        complain(at, name + " is not required");
      }
    }
  }

  static bool has_type(const json& rule, const json& value) {
    if (rule.is_array()) {
      return std::any_of(rule.begin(), rule.end(),
                         [&value](const json& one) { return has_type(one, value); });
    }
    const auto name = rule.get<std::string>();
    if (name == "object") return value.is_object();
    if (name == "array") return value.is_array();
    if (name == "string") return value.is_string();
    if (name == "integer") return value.is_number_integer();
    if (name == "number") return value.is_number();
    if (name == "boolean") return value.is_boolean();
    return name == "null" && value.is_null();
  }

  void complain(const std::string& at, const std::string& what) {
    problems_.push_back(at + " " + what);
  }

  const json& root_;
  std::vector<std::string> problems_;
};

json schema_named(std::string_view name) {
  const auto text = files::read(repository_path(fmt::format("docs/schemas/{}.json", name)));
  EXPECT_TRUE(text.has_value()) << name;
  return text ? json::parse(*text) : json::object();
}

void expect_described(const std::string& object, std::string_view name) {
  const json value = json::parse(object);
  EXPECT_EQ(value["schema"], fmt::format("bedstone.{}/1", name));
  const json schema = schema_named(name);
  for (const std::string& problem : Validator(schema).check(value))
    ADD_FAILURE() << name << ": " << problem;
}

Error full_error() {
  return Error(ErrorCode::kMigrationFailed, "it failed")
      .because("why")
      .advise("what next")
      .at("a.sql", 3, 4)
      .with_sqlstate("42601")
      .with_statement("select")
      .while_doing("applying")
      .may_retry();
}

Step full_step() {
  return {"migrate", "1_a", "2 statements", "a.sql", true, false, "failed", 0.5, "BED0406"};
}

StatusReport full_status() {
  StatusReport report;
  report.project = "hub";
  report.database = "sqlite:a.db";
  report.database_type = "sqlite";
  report.server_version = "3.40.1";
  report.state = DatabaseState::kBehind;
  report.lifecycle = Lifecycle::kUnconfigured;
  report.current_version = "1";
  report.latest_version = "2";
  AppliedMigration applied{"1",  "a",    "versioned", "sum", "2026-11-20T09:30:00.000000Z",
                           0.1,  "run",  "root",      "db1", "0.1.0",
                           true, "print"};
  report.migrations = {{"1", "a", "versioned", "applied", "1_a.sql", applied},
                       {"2", "b", "versioned", "pending", "2_b.sql", std::nullopt}};
  report.drift = {{"column", "accounts.email", "missing", "text", ""}};
  report.problems = {full_error()};
  report.warnings = {Error(ErrorCode::kDrifted, "drift")};
  report.seed_sets = 3;
  report.seeds_due = {"roles"};
  report.lock = LockHolder{"db1", 42, "2026-11-20T09:30:00Z", "migrating 1_a"};
  return report;
}

TEST(Json, IsDescribedForSettingsInRunningPrograms) {
  bootstrap::ConfigStatusReport report;
  report.instances.resize(2);
  report.instances[0] = {"i",
                         "hub",
                         "db1",
                         42,
                         "0.1.0",
                         "2026-11-20T09:30:00Z",
                         "2026-11-20T09:30:00Z",
                         1,
                         true,
                         "2026-11-20T09:30:00Z",
                         "why"};
  report.revision = 2;
  report.changed_at = "2026-11-20T09:30:00Z";
  report.errors = {full_error()};
  expect_described(to_json(report, ExitCode::kFailed), "config-status");
  bootstrap::ConfigEvent event{2,     "port",   "1", std::nullopt, false, "2026-11-20T09:30:00Z",
                               "ann", "because"};
  expect_described(to_json(event), "config-watch");
  EXPECT_EQ(to_json(event).find('\n'), std::string::npos);
}

TEST(Json, IsDescribedForTheCommandsThatBringReadiness) {
  InitializationResult result;
  for (const std::string_view name : {"up", "exec"})
    expect_described(to_json(result, name), name);
  result.success = true;
  result.exit_code = ExitCode::kDone;
  result.project = "hub";
  result.steps = {full_step()};
  result.steps_completed = {"migrate 1_a"};
  result.migrations_applied = {"1_a"};
  result.records_created = result.records_kept = {{"accounts", 3}};
  result.degraded = {"seed accounts"};
  result.generated = {"accounts ada@example.org password"};
  result.generated_file = "generated-passwords.txt";
  result.drift = full_status().drift;
  result.errors = {full_error()};
  result.run_id = "0123";
  for (const std::string_view name : {"up", "exec"})
    expect_described(to_json(result, name), name);
  expect_described(to_json(bootstrap::PlanReport{}, ExitCode::kDone, "plan"), "plan");
  bootstrap::PlanReport plan{"hub", "sqlite:a.db", "sqlite", {}, ExitCode::kDone};
  plan.plan.steps = {full_step()};
  plan.plan.problems = {full_error()};
  expect_described(to_json(plan, ExitCode::kDifferences, "plan"), "plan");
  bootstrap::WaitReport wait;
  expect_described(to_json(wait), "wait");
}

TEST(Json, IsDescribedForTheCommandsThatLook) {
  for (const std::string_view name : {"status", "migrate-history", "migrate-verify"}) {
    expect_described(to_json(StatusReport{}, ExitCode::kUnreachable, name), name);
    expect_described(to_json(full_status(), ExitCode::kDone, name), name);
  }
  bootstrap::RunsReport runs;
  runs.runs = {RunRecord{}};
  runs.runs[0].steps = {full_step()};
  runs.runs[0].errors = {full_error()};
  runs.errors = {full_error()};
  expect_described(to_json(runs), "runs");
}

TEST(Json, IsDescribedForMigrating) {
  MigrationResult result;
  result.failed_migration = "2_b";
  result.error_message = "it failed";
  result.migrations_applied = {"1_a"};
  result.migrations_reverted = {"3_c"};
  result.steps = {full_step()};
  result.errors = {full_error()};
  for (const std::string_view name :
       {"migrate-up", "migrate-to", "migrate-down", "migrate-redo", "migrate-baseline"}) {
    expect_described(to_json(result, name), name);
    expect_described(to_json(MigrationResult{}, name), name);
  }
  expect_described(to_json(RepairResult{true, {"done"}, {full_error()}, ExitCode::kDone}),
                   "migrate-repair");
  bootstrap::NewMigration made;
  made.files = {"migrations/1_a.sql"};
  made.errors = {full_error()};
  expect_described(to_json(made), "migrate-new");
}

TEST(Json, IsDescribedForWhatNeedsNoDatabase) {
  expect_described(to_json(InitReport{"shop", "blank", {"bedstone.yaml"}, {}, ExitCode::kDone}),
                   "init");
  expect_described(errors_json({full_error()}, ExitCode::kUsage), "error");
  expect_described(explain_json({{ErrorCode::kUsage, {}}, {ErrorCode::kInternal, "text"}}),
                   "explain");
  expect_described(completion_json("bash", completion_script("bash")), "completion");
  expect_described(version_json(), "version");
  expect_described(serve_json("hub", "http://127.0.0.1:8884", true), "serve");
  expect_described(help_json(nullptr, nullptr), "help");
}

TEST(Json, HasASchemaForEveryCommand) {
  for (const CommandSpec* command : all_commands()) {
    const json schema = schema_named(file_name_of(*command));
    EXPECT_EQ(schema["properties"]["schema"]["const"],
              fmt::format("bedstone.{}/1", file_name_of(*command)));
  }
}

TEST(Json, DescribesTheSameThingTheSameWayEverywhere) {
  std::map<std::string, json> first;
  for (const CommandSpec* command : all_commands()) {
    const json schema = schema_named(file_name_of(*command));
    const json definitions = schema.value("$defs", json::object());
    for (const auto& [name, rule] : definitions.items()) {
      const auto [known, is_new] = first.emplace(name, rule);
      EXPECT_EQ(known->second, rule) << command->name << " " << name;
    }
  }
  EXPECT_TRUE(first.contains("error"));
}

TEST(Json, EscapesWhatIsNotText) {
  RepairResult result;
  result.repairs = {"quote \" backslash \\ newline \n escape \x1b delete \x7f csi \xc2\x9b",
                    "not UTF-8: \xff\xfe", "sensible: äöü 日本 👍"};
  const std::string object = to_json(result);
  for (const char c : object)
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << static_cast<int>(c);
  EXPECT_EQ(object.find('\x7f'), std::string::npos);
  EXPECT_EQ(object.find("\xc2\x9b"), std::string::npos);
  const json back = json::parse(object);
  EXPECT_EQ(back["repairs"][0], result.repairs[0]);
  EXPECT_EQ(back["repairs"][1], "not UTF-8: \uFFFD\uFFFD");
  EXPECT_EQ(back["repairs"][2], result.repairs[2]);
}

TEST(Json, SaysNothingAsNull) {
  const json object = json::parse(errors_json({Error(ErrorCode::kUsage, "no")}, ExitCode::kUsage));
  EXPECT_EQ(object["success"], false);
  EXPECT_EQ(object["exit_code"], 64);
  const json& error = object["errors"][0];
  EXPECT_EQ(error["code"], "BED0002");
  for (const std::string_view name :
       {"cause", "hint", "file", "line", "column", "sqlstate", "statement"})
    EXPECT_TRUE(error.at(name).is_null()) << name;
}

}  // namespace
}  // namespace bedstone::cli
