// What a start hashes of a project's seeds.
#include "seed/glance.hpp"

#include "seed/test_support.hpp"

namespace bedstone::seed {
namespace {

class Glances : public SeedFolder {
 protected:
  struct Seen {
    Glance glance;
    std::string digest;
  };
  Seen look() const {
    Blake2b hash;
    Seen seen;
    FileDigests digests;
    seen.glance = glance(hash, path("seeds"), context(), digests);
    seen.digest = to_hex(hash.finish());
    return seen;
  }
};

// shows: S3
TEST_F(Glances, EveryByteThatDecidesWhatIsSeededCounts) {
  write("seeds/10-a.yaml", "table: a\nrows: [{id: 1}]\n");
  write("seeds/b.yaml",
        "table: b\nrows: {from: data/b.csv}\ncolumns: {note: {file: notes/n.txt}}\n");
  write("seeds/c.csv", "id\n1\n");
  write("data/b.csv", "id\n1\n");
  write("notes/n.txt", "one");
  std::string last = look().digest;
  EXPECT_EQ(look().digest, last);
  const std::pair<std::string_view, std::string_view> changes[] = {
      {"seeds/10-a.yaml", "table: a\nrows: [{id: 2}]\n"},
      {"seeds/c.csv", "id\n2\n"},
      {"data/b.csv", "id\n2\n"},
      {"notes/n.txt", "two"},
      {"seeds/new.sql", "SELECT 1;"},
  };
  for (const auto& [file, text] : changes) {
    write(file, text);
    const std::string now = look().digest;
    EXPECT_NE(now, last) << file;
    last = now;
  }
  write("seeds/README.md", "no set");
  write("data/other.csv", "id\n");
  EXPECT_EQ(look().digest, last);
}

TEST_F(Glances, AMissingFolderHoldsNothing) {
  EXPECT_FALSE(look().glance.any);
  write("seeds/README.md", "no set");
  EXPECT_FALSE(look().glance.any);
  write("seeds/a.csv", "id\n1\n");
  EXPECT_TRUE(look().glance.any);
}

// shows: PR6
TEST_F(Glances, VariablesCountUnlessSecretsAreMadeOfThem) {
  write("seeds/a.yaml",
        "table: a\ncolumns: {p: {password: {env: ADMIN}}, t: {env: API_TOKEN}}\n"
        "rows: [{id: \"${START:-1}\", region: {env: REGION}}]\n");
  EXPECT_EQ(look().glance.variables, (std::vector<std::string>{"REGION", "START"}));
}

TEST_F(Glances, TablesThatAreFilledWhenEmptyAreAskedFor) {
  write("seeds/a.yaml", "table: a\nonly_if: empty\nrows: [{id: 1}]\n");
  write("seeds/b.dev.yaml", "table: b\nonly_if: empty\nrows: [{id: 1}]\n");
  EXPECT_EQ(look().glance.filled_when_empty, (std::vector<std::string>{"a"}));
  env_ = "dev";
  EXPECT_EQ(look().glance.filled_when_empty, (std::vector<std::string>{"a", "b"}));
}

TEST_F(Glances, ASetThatCannotBeReadIsNoReasonToStop) {
  write("seeds/a.yaml", "table: [\n");
  const std::string broken = look().digest;
  EXPECT_TRUE(look().glance.any);
  write("seeds/a.yaml", "table: a\nrows: {from: missing.csv}\n");
  EXPECT_NE(look().digest, broken);
}

}  // namespace
}  // namespace bedstone::seed
