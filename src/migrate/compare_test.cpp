// Files against history, without a database.
// shows: P10, P11, P12, D3
#include "migrate/compare.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace bedstone::migrate {
namespace {

/// A world of one-letter texts: "1a 2b" are versions with what they say; "view:x" is a repeatable.
struct World {
  Folder folder;
  Checksums versioned, repeatables;
  std::vector<store::MigrationRow> history;
  std::vector<store::JournalRow> journal;
};

void split_word(const std::string& word, std::string& version, std::string& text) {
  const auto colon = word.find(':');
  version = colon == std::string::npos ? word.substr(0, word.size() - 1) : word.substr(0, colon);
  text = colon == std::string::npos ? word.substr(word.size() - 1) : word.substr(colon + 1);
}

World world(const std::string& files, const std::string& applied) {
  World result;
  std::string word, version, text;
  for (std::istringstream in(files); in >> word;) {
    split_word(word, version, text);
    MigrationFile file;
    file.repeatable = word.find(':') != std::string::npos;
    file.version = file.name = version;
    file.shown = version + ".sql";
    Outline sums;
    sums.checksum = sums.tokens = text;
    (file.repeatable ? result.repeatables : result.versioned).emplace(version, sums);
    (file.repeatable ? result.folder.repeatables : result.folder.versioned).push_back(file);
  }
  for (std::istringstream in(applied); in >> word;) {
    split_word(word, version, text);
    store::MigrationRow row;
    row.kind = word.find(':') != std::string::npos ? store::kRepeatable : store::kVersioned;
    row.version = version;
    row.checksum = row.tokens = text;
    row.sequence = static_cast<std::int64_t>(result.history.size()) + 1;
    result.history.push_back(row);
  }
  return result;
}

Comparison compared(const World& w, bool strict = false, bool older = false) {
  return compare({w.folder, w.versioned, w.repeatables, w.history, w.journal, strict, older});
}

/// "pending 2 3! | problems BED0404 | ahead": `!` marks a late one.
std::string told(const Comparison& c) {
  std::string result = "pending";
  for (const Pending& one : c.versioned)
    result += " " + one.file->version + (one.late ? "!" : "");
  for (const Pending& one : c.repeatables)
    result += " " + one.file->version;
  for (const Error& error : c.problems)
    result += " | " + code_name(error.code);
  if (c.ahead) result += " | ahead";
  return result;
}

TEST(Compare, NamesWhatIsPendingAndWhatIsWrong) {
  struct Case {
    const char *files, *applied, *told;
  };
  for (const Case& c : {
           Case{"", "", "pending"},
           {"1a 2b", "", "pending 1 2"},
           {"1a 2b", "1a", "pending 2"},
           {"1a 2b", "1a 2b", "pending"},
           {"1a 2b 3c", "1a 3c", "pending 2!"},
           {"1x 2b", "1a 2b", "pending | BED0403"},
           {"1a", "1a 2b", "pending | ahead"},
           {"1a 3c", "1a 2b", "pending 3 | BED0404"},
           {"1a 3c", "1a 2b 3c", "pending | ahead"},
           {"1a view:x", "1a", "pending view"},
           {"1a view:y", "1a view:x", "pending view"},
           {"1a view:x", "1a view:x", "pending"},
           {"1a view:y", "1a 2b view:x", "pending | ahead"},
       }) {
    EXPECT_EQ(told(compared(world(c.files, c.applied))), c.told) << c.files << " / " << c.applied;
  }
}

TEST(Compare, StrictOrderRefusesLateOnes) {
  EXPECT_EQ(told(compared(world("1a 2b 3c", "1a 3c"), true)), "pending 2! | BED0405");
  EXPECT_EQ(compared(world("1a 2b 3c", "1a 3c")).warnings.size(), 1U);
}

TEST(Compare, AnOlderReleaseLeavesNewerTextsAlone) {
  const Comparison found = compared(world("1a view:old", "1a view:new"), false, true);
  EXPECT_EQ(told(found), "pending");
  ASSERT_EQ(found.warnings.size(), 1U);
  EXPECT_EQ(found.entries.back().status, "superseded");
}

TEST(Compare, AHalfAppliedMigrationIsInterrupted) {
  World w = world("1a 2b", "1a");
  store::JournalRow row;
  row.kind = store::kVersioned;
  row.version = "2";
  w.journal.push_back(row);
  const Comparison found = compared(w);
  EXPECT_TRUE(found.interrupted);
  ASSERT_EQ(found.versioned.size(), 1U);
  EXPECT_TRUE(found.versioned[0].partial);
}

TEST(Compare, AHalfRevertedMigrationNeedsAPerson) {
  World w = world("1a 2b", "1a 2b");
  store::JournalRow row;
  row.kind = store::kDown;
  row.version = "2";
  w.journal.push_back(row);
  const Comparison found = compared(w);
  EXPECT_EQ(told(found), "pending | BED0418");
  EXPECT_EQ(found.entries.back().status, "partial");
}

TEST(Compare, ListsEveryMigrationOnceInOrder) {
  const Comparison found = compared(world("1a 3c 10d", "1a 2b"));
  std::string order;
  for (const MigrationEntry& entry : found.entries)
    order += entry.version + entry.status[0] + " ";
  EXPECT_EQ(order, "1a 2m 3p 10p ");
  EXPECT_EQ(found.current_version, "2");
  EXPECT_EQ(found.latest_version, "10");
}

}  // namespace
}  // namespace bedstone::migrate
