// DataSeeder and bootstrap_database as a program sees them.
#include "bedstone/seeder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "bedstone/bedstone.hpp"
#include "db/conformance.hpp"

namespace bedstone {
namespace {
using db::Engine;

constexpr std::string_view kRoles =
    "table: roles\nkey: name\nmode: update\nrows:\n"
    "  - {name: admin, note: May do everything}\n  - {name: user, note: May use what is theirs}\n";

/// A project with accounts, tenants, roles and models, and a database of its own.
class Seeder : public db::testing::EngineTest, public ::testing::WithParamInterface<Engine> {
 protected:
  Seeder() : EngineTest(GetParam()) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    project_.folder = project_folder_;
    project_.database = std::string(url_->expose());
    write("migrations/1_tables.sql",
          "CREATE TABLE accounts (id integer PRIMARY KEY, email varchar(100) UNIQUE NOT NULL,\n"
          "                       password text);\n"
          "CREATE TABLE tenants (slug varchar(40) PRIMARY KEY);\n"
          "CREATE TABLE roles (name varchar(40) PRIMARY KEY, note text NOT NULL);\n"
          "CREATE TABLE llm_models (id varchar(40) PRIMARY KEY);\n");
    write("seeds/10-roles.yaml", kRoles);
    write("seeds/20-super_admin.yaml",
          "table: accounts\nkey: email\nrows: [{id: 1, email: admin@example.com}]\n"
          "columns: {password: {password: {generate: password}}}\n");
    write("seeds/30-tenants.yaml", "table: tenants\nrows: [{slug: default}]\n");
    write("seeds/40-llm_models.yaml", "table: llm_models\nrows: [{id: small}, {id: large}]\n");
  }
  void TearDown() override {
    std::filesystem::remove_all(project_folder_);
    EngineTest::TearDown();
  }
  void write(const std::string& name, std::string_view text) {
    const std::string path = files::resolve(project_folder_, name);
    ASSERT_TRUE(files::make_folder(files::parent(path)));
    ASSERT_TRUE(files::write_atomic(path, text));
  }
  void make_tables() {
    UpOptions options;
    options.seed = false;
    const InitializationResult made = DatabaseInitializer(project_).initialize(options);
    ASSERT_TRUE(made.success) << made.errors.front().message;
  }

  std::string project_folder_ = ::testing::TempDir() + "bedstone_" + random_id();
  ProjectOptions project_;
};

INSTANTIATE_TEST_SUITE_P(Engines, Seeder, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

// shows: D4, D6, A1
TEST_P(Seeder, ABootstrapCountsAccountsAndModels) {
  const BootstrapResult first = bootstrap_database(project_);
  ASSERT_TRUE(first.success) << first.errors.front().message;
  EXPECT_EQ(first.users_created, 1);
  EXPECT_EQ(first.models_created, 2);
  EXPECT_TRUE(first.errors.empty());
  const BootstrapResult again = bootstrap_database_async(project_).get();
  EXPECT_TRUE(again.success);
  EXPECT_EQ(again.users_created + again.models_created, 0);
  EXPECT_EQ(number("SELECT count(*) FROM llm_models"), 2);
}

// shows: D4, A11, E2
TEST_P(Seeder, SetsRunAloneAndExistingRowsStay) {
  make_tables();
  const DataSeeder seeder(project_);
  const SeedingResult admin = seeder.create_admin_user();
  ASSERT_TRUE(admin.success) << admin.errors.front().message;
  EXPECT_EQ(admin.records_created.at("accounts"), 1);
  ASSERT_EQ(admin.sets.size(), 1U);
  EXPECT_EQ(admin.sets[0].generated,
            std::vector<std::string>{"accounts admin@example.com password"});
  EXPECT_EQ(number("SELECT count(*) FROM accounts WHERE password LIKE '$argon2id$%'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM tenants"), 0);

  execute("UPDATE accounts SET password = 'chosen'");
  EXPECT_EQ(seeder.create_admin_user().records_created.at("accounts"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM accounts WHERE password = 'chosen'"), 1);

  EXPECT_EQ(seeder.create_system_tenants().records_created.at("tenants"), 1);
  const SeedingResult rest = seeder.seed_initial_data();
  ASSERT_TRUE(rest.success);
  EXPECT_EQ(rest.records_created.at("roles"), 2);
  EXPECT_EQ(rest.records_created.at("llm_models"), 2);
  EXPECT_FALSE(rest.records_created.contains("accounts")) << "that set was not due any more";
  for (const SeedSetStatus& set : seeder.get_seed_status().sets)
    EXPECT_EQ(set.status, "applied") << set.set;
}

TEST_P(Seeder, AnUnknownSetIsNamedWithTheNearest) {
  make_tables();
  const SeedingResult result = DataSeeder(project_).create_system_tenants({"tenant"});
  EXPECT_FALSE(result.success);
  ASSERT_EQ(result.errors.size(), 1U);
  EXPECT_EQ(result.errors[0].code, ErrorCode::kUnknownSet);
  EXPECT_EQ(result.errors[0].hint, "did you mean tenants?");
}

// shows: E5
TEST_P(Seeder, ManyThreadsSeedAtOnceAndEachRowComesOnce) {
  make_tables();
  const DataSeeder seeder(project_);
  std::vector<std::future<SeedingResult>> calls;
  for (int i = 0; i < 6; ++i)
    calls.push_back(seeder.seed_initial_data_async());
  std::int64_t created = 0;
  for (auto& call : calls) {
    const SeedingResult result = call.get();
    EXPECT_TRUE(result.success) << (result.errors.empty() ? "" : result.errors[0].message);
    for (const auto& [table, count] : result.records_created)
      created += count;
  }
  EXPECT_EQ(created, 6);
  EXPECT_EQ(number("SELECT count(*) FROM roles"), 2);
}

// shows: D4, A11
TEST_P(Seeder, ValidationTellsMistakesAndWhatOperatorsDid) {
  make_tables();
  const DataSeeder seeder(project_);
  ASSERT_TRUE(seeder.validate_seed_data().valid);
  EXPECT_EQ(number("SELECT count(*) FROM roles"), 0) << "it writes nothing";

  ASSERT_TRUE(seeder.seed_initial_data().success);
  execute("UPDATE roles SET note = 'Changed by hand' WHERE name = 'user'");
  const ValidationResult kept = seeder.validate_seed_data_async().get();
  EXPECT_TRUE(kept.valid);
  EXPECT_EQ(kept.severity, Severity::kInfo);
  EXPECT_EQ(kept.issues,
            std::vector<std::string>{"roles: 1 of roles kept as an operator left them"});

  write("seeds/10-roles.yaml",
        "table: roles\nmode: update\nrows: [{name: admin, note: May do everything},\n"
        "  {name: user, note: Changed in the file}]\n");
  const ValidationResult conflict = seeder.validate_seed_data();
  EXPECT_TRUE(conflict.valid);
  EXPECT_EQ(conflict.severity, Severity::kWarning);
  EXPECT_FALSE(conflict.suggestions.empty());

  write("seeds/10-roles.yaml", "table: roles\nmode: update\nrows: [{name: x, colour: red}]\n");
  const ValidationResult wrong = seeder.validate_seed_data();
  EXPECT_FALSE(wrong.valid);
  EXPECT_EQ(wrong.severity, Severity::kError);
  ASSERT_FALSE(wrong.issues.empty());
  EXPECT_TRUE(wrong.issues[0].ends_with("/seeds/10-roles.yaml:3: roles has no column colour"))
      << wrong.issues[0];
}

TEST_P(Seeder, ProgressNamesEachSetAndALogTellsNoSecret) {
  make_tables();
  LibraryOptions library;
  std::string log;
  library.log = [&log](std::string_view line) { (log += line) += '\n'; };
  library.log_debug = true;
  SeedOptions options;
  std::vector<std::string> seen;
  options.on_progress = [&seen](const Progress& progress) {
    if (progress.step == "seeding") seen.emplace_back(progress.subject);
    EXPECT_LE(progress.done, progress.total);
  };
  std::string received;
  options.on_generated = [&received](const std::vector<GeneratedSecret>& secrets) {
    ASSERT_EQ(secrets.size(), 1U);
    EXPECT_EQ(secrets[0].set, "super_admin");
    EXPECT_TRUE(secrets[0].file.ends_with("generated-passwords.txt"));
    received = secrets[0].secret.expose();
  };
  ASSERT_TRUE(DataSeeder(project_, library).seed_initial_data(options).success);
  EXPECT_EQ(seen, (std::vector<std::string>{"roles", "super_admin", "tenants", "llm_models"}));
  EXPECT_NE(log.find("seeding super_admin into accounts"), std::string::npos);
  const auto made = files::read(files::resolve(project_folder_, "generated-passwords.txt"));
  ASSERT_TRUE(made.has_value());
  const std::size_t at = made->find("password: ");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(made->substr(at + 10, 20), received);
  EXPECT_EQ(log.find(received), std::string::npos);
}

TEST_P(Seeder, AStopBetweenSetsIsNoSuccessAndTheNextStartGoesOn) {
  LibraryOptions library;
  UpOptions options;
  options.on_progress = [&library](const Progress& progress) {
    if (progress.subject == "tenants") library.stop.request_stop();
  };
  const InitializationResult stopped = DatabaseInitializer(project_, library).initialize(options);
  EXPECT_FALSE(stopped.success);
  EXPECT_EQ(stopped.exit_code, ExitCode::kInterrupted);
  EXPECT_EQ(number("SELECT count(*) FROM roles"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM llm_models"), 0);

  const InitializationResult next = DatabaseInitializer(project_).initialize();
  ASSERT_TRUE(next.success) << next.errors.front().message;
  EXPECT_FALSE(next.fast_path);
  EXPECT_FALSE(next.records_created.contains("roles"));
  EXPECT_EQ(number("SELECT count(*) FROM llm_models"), 2);
  EXPECT_TRUE(DatabaseInitializer(project_).initialize().fast_path);
}

}  // namespace
}  // namespace bedstone
