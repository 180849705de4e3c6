/// SQLite's files when permissions stand in the way.
// shows: D7, D9
#include "db/sqlite/fixture.hpp"

namespace bedstone::db::sqlite {
namespace {

class SqliteRights : public SqliteFile {
 protected:
  void SetUp() override {
    SqliteFile::SetUp();
    fill(5);
    ::chmod(path().c_str(), 0644);
  }
  /// A folder that the other user may look into, and a file that he may read, nothing more.
  void seal() {
    connection_.reset();
    ::chmod(folder_.c_str(), 0555);
  }
  void TearDown() override {
    ::chmod(folder_.c_str(), 0755);
    SqliteFile::TearDown();
  }
  /// Another process, whose last row is only in the -wal file.
  Holder writer() {
    connection_.reset();
    return Holder([&] {
      auto session = connect();
      must(session->execute("INSERT INTO t VALUES (6, 'x')"));
      ::chmod(path("test.db-wal").c_str(), 0600);
      ::chmod(path("test.db-shm").c_str(), 0600);
      return session;
    });
  }
  std::string count(const OpenOptions& options) const {
    const auto session = must(open_path(path(), options));
    return std::string(must(session->query("SELECT count(*) FROM t")).text(0, 0));
  }
};

TEST_F(SqliteRights, AReadOnlyFolderCanBeReadAndTheReaderIsToldWhatItMisses) {
  seal();
  EXPECT_EQ(in_child_without_rights([&] {
              std::string notice;
              OpenOptions options = reading();
              options.on_notice = [&](std::string_view text) { notice = text; };
              const std::string rows = count(options);
              return rows + (notice.empty() ? " without notice" : " with notice");
            }),
            "5 with notice");
}

TEST_F(SqliteRights, AJournalBehindASymbolicLinkIsNotOverlooked) {
  const Holder holder = writer();
  ::chmod(folder_.c_str(), 0555);
  const std::string link = folder_ + "-link";
  std::filesystem::create_symlink(path(), link);
  // Without the right to read the journal nothing older is shown in its place.
  EXPECT_EQ(in_child_without_rights([&] {
              const auto session = must(open_path(link, reading()));
              return code_name(error_of(session->query("SELECT count(*) FROM t")).code);
            }),
            code_name(ErrorCode::kCannotOpenDatabase));
  std::filesystem::remove(link);
}

TEST_F(SqliteRights, ARollbackJournalNeedsNothingSpecialInAReadOnlyFolder) {
  execute("PRAGMA journal_mode = DELETE");
  seal();
  EXPECT_EQ(in_child_without_rights([&] { return count(reading()); }), "5");
  EXPECT_EQ(in_child_without_rights([&] { return count({}); }), "5");
}

TEST_F(SqliteRights, WhatOthersHaveOpenIsReadThroughTheirJournal) {
  const Holder holder = writer();
  for (const std::string_view name : {"test.db-wal", "test.db-shm"}) {
    ::chmod(path(name).c_str(), 0644);
  }
  ::chmod(folder_.c_str(), 0555);
  EXPECT_EQ(in_child_without_rights([&] { return count(reading()); }), "6");
}

TEST_F(SqliteRights, AJournalThatMayNotBeReadIsNamed) {
  const Holder holder = writer();
  ::chmod(folder_.c_str(), 0555);
  EXPECT_EQ(in_child_without_rights([&]() -> std::string {
              const auto session = open_path(path(), reading());
              const Error error = error_of((*session)->query("SELECT * FROM t"));
              return error.cause.substr(0, error.cause.find(':'));
            }),
            "cannot read " + path("test.db-wal"));
}

TEST_F(SqliteRights, WritingWithoutTheRightNamesTheObstacle) {
  execute("PRAGMA journal_mode = DELETE");
  seal();
  const auto obstacle = [&] {
    return in_child_without_rights([&] {
      const auto session = must(open_path(path()));
      const Error error = error_of(session->execute("INSERT INTO t VALUES (6, 'x')"));
      return code_name(error.code) + ' ' + error.cause.substr(0, error.cause.find('('));
    });
  };
  EXPECT_EQ(obstacle(), "BED0209 cannot write " + path() + ": Permission denied ");
  ::chmod(path().c_str(), 0666);
  const std::string in_folder = obstacle();
  EXPECT_TRUE(in_folder.ends_with(" cannot make journals in " + folder_ + ": Permission denied "))
      << in_folder;
}

TEST_F(SqliteRights, AFileThatMayNotBeReadSaysWhoseItIs) {
  connection_.reset();
  ::chmod(folder_.c_str(), 0755);
  ::chmod(path().c_str(), 0000);
  EXPECT_EQ(in_child_without_rights([&] {
              const Error error = error_of(open_path(path()));
              const bool tells = error.cause.find("mode 0000") != std::string::npos;
              return code_name(error.code) + (tells ? "" : error.cause);
            }),
            code_name(ErrorCode::kCannotOpenDatabase));
}

TEST_F(SqliteRights, NothingIsMadeInAFolderOfOthers) {
  seal();
  EXPECT_EQ(in_child_without_rights(
                [&] { return code_name(error_of(open_path(path("new.db"), creating())).code); }),
            code_name(ErrorCode::kCannotCreateDatabase));
}

}  // namespace
}  // namespace bedstone::db::sqlite
