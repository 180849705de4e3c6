/// SQLite's files as they are found and left: many makers at once, permissions, damage.
// shows: P15, D7, D8, D9
#include "db/sqlite/file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <map>

#include "db/conformance.hpp"

namespace bedstone::db::sqlite {
namespace {

using testing::error_of;
using testing::must;

class SqliteFile : public testing::EngineTest {
 protected:
  SqliteFile() : EngineTest(Engine::kSqlite) {}

  std::string path(std::string_view name = "test.db") const {
    return folder_ + '/' + std::string(name);
  }
  Result<std::unique_ptr<Connection>> open_path(const std::string& file,
                                                const OpenOptions& options = {}) const {
    return db::open(url_->with_path(file), options);
  }
  static OpenOptions creating() {
    OpenOptions options;
    options.create = true;
    return options;
  }
  static OpenOptions reading() {
    OpenOptions options;
    options.access = Access::kReadOnly;
    return options;
  }
  /// The first error that using the file gives, be it at opening or at the first statement.
  Error error_of_use(const std::string& file, OpenOptions options = {}) const {
    auto session = open_path(file, options);
    if (!session) return std::move(session).error();
    return error_of((*session)->query("SELECT sum(v), count(w) FROM t"));
  }
  void fill(std::int64_t rows) {
    execute("CREATE TABLE t (v bigint, w text)");
    execute(
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < $1) "
        "INSERT INTO t SELECT x, hex(randomblob(100)) FROM c",
        {rows});
  }
  static mode_t mode_of(const std::string& file) {
    struct stat facts {};
    return ::stat(file.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
  }
  static std::string contents(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write(const std::string& file, std::string_view bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
  }
};

/// Runs `work` in another process; returns what it says ("" for nothing to complain about).
std::string in_child(const std::function<std::string()>& work) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    std::string said;
    try {
      said = work();
    } catch (const std::exception& problem) {
      said = problem.what();
    }
    const bool written = ::write(ends[1], said.data(), said.size()) >= 0;
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  std::string said;
  char buffer[512];
  for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    said.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? said : said + " (the process failed)";
}

/// The same, as a user whom permissions bind even when the tests run as root.
std::string in_child_without_rights(const std::function<std::string()>& work) {
  return in_child([&]() -> std::string {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) return "no setuid";
    return work();
  });
}

TEST_F(SqliteFile, SixteenProcessesMakeOneFileAtOnceAndAllSucceed) {
  constexpr int kProcesses = 16;
  constexpr int kRounds = 10;
  const auto start_up = [](Connection& session) -> Status {
    BEDSTONE_ASSIGN(auto transaction, Transaction::begin(session));
    BEDSTONE_TRY(session.execute("CREATE TABLE IF NOT EXISTS t (v bigint)"));
    BEDSTONE_TRY(session.execute("INSERT INTO t VALUES ($1)", {std::int64_t{::getpid()}}));
    return transaction.commit();
  };
  for (int round = 0; round < kRounds; ++round) {
    const std::string file = path(fmt::format("race{}.db", round));
    std::vector<pid_t> children;
    for (int i = 0; i < kProcesses; ++i) {
      children.push_back(::fork());
      if (children.back() != 0) continue;
      auto session = open_path(file, creating());
      const Status done = session ? start_up(**session) : Status(fail(session.error()));
      if (!done) fmt::print(stderr, "{} {}\n", done.error().message, done.error().cause);
      session = {};
      ::_exit(done ? 0 : 1);
    }
    int failures = 0;
    for (const pid_t child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      failures += status == 0 ? 0 : 1;
    }
    EXPECT_EQ(failures, 0) << "in round " << round;
    const auto session = must(open_path(file));
    EXPECT_EQ(must(session->query("SELECT count(*) FROM t")).integer(0, 0), kProcesses);
    EXPECT_EQ(must(session->query("PRAGMA journal_mode")).text(0, 0), "wal");
  }
}

TEST_F(SqliteFile, NewFilesAreForTheirOwnerOnly) {
  const mode_t mask = ::umask(0022);
  execute("CREATE TABLE t (v bigint)");
  for (const std::string_view name : {"test.db", "test.db-wal", "test.db-shm"}) {
    EXPECT_EQ(mode_of(path(name)), 0600U) << name;
  }
  ::umask(mask);
}

TEST_F(SqliteFile, WalIsForNewFilesOnly) {
  EXPECT_EQ(query("PRAGMA journal_mode").text(0, 0), "wal");
  execute("PRAGMA journal_mode = DELETE");
  fill(1);
  connection_.reset();
  EXPECT_EQ(must(connect()->query("PRAGMA journal_mode")).text(0, 0), "delete");
}

TEST_F(SqliteFile, AFileWhoseMakerDiedIsFinished) {
  write(path(), "");
  EXPECT_EQ(query("PRAGMA journal_mode").text(0, 0), "wal");
  fill(3);
  EXPECT_EQ(number("SELECT count(*) FROM t"), 3);
}

TEST_F(SqliteFile, AnEmptyFileStaysEmptyWhenOnlyRead) {
  write(path(), "");
  for (const OpenOptions& options : {OpenOptions(), reading()}) {
    const auto session = must(open_path(path(), options));
    EXPECT_EQ(must(session->query("SELECT count(*) FROM sqlite_schema")).integer(0, 0), 0);
  }
  EXPECT_EQ(contents(path()), "");
}

TEST_F(SqliteFile, ReadingLeavesTheFolderAsItWas) {
  const auto everything = [&] {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      // The index of the -wal file holds the readers' marks.
      const bool index = entry.path().extension() == ".db-shm";
      files[entry.path()] = index ? "" : contents(entry.path());
    }
    return files;
  };
  const auto read = [&] {
    const auto session = must(open_path(path(), reading()));
    return must(session->query("SELECT count(*) FROM t")).integer(0, 0);
  };
  fill(10);
  auto before = everything();
  EXPECT_EQ(before.size(), 3U);
  EXPECT_EQ(read(), 10);
  EXPECT_EQ(everything(), before);

  connection_.reset();
  before = everything();
  EXPECT_EQ(before.size(), 1U);
  EXPECT_EQ(read(), 10);
  EXPECT_EQ(everything(), before);

  execute("PRAGMA journal_mode = DELETE");
  connection_.reset();
  before = everything();
  EXPECT_EQ(read(), 10);
  EXPECT_EQ(everything(), before);
}

TEST_F(SqliteFile, NamesThatSqliteWouldTakeForUrisAreNames) {
  const std::string old = std::filesystem::current_path();
  std::filesystem::current_path(folder_);
  {
    const auto session = must(open_path("file:x?mode=memory", creating()));
    must(session->execute("CREATE TABLE t (v bigint)"));
  }
  EXPECT_TRUE(std::filesystem::exists(path("file:x?mode=memory")));
  std::filesystem::current_path(old);
}

TEST_F(SqliteFile, MemoryDatabasesNeedNoFile) {
  const auto session = must(db::open(must(Url::parse("sqlite::memory:")), {}));
  must(session->execute("CREATE TABLE t (v bigint)"));
  must(session->set_durable(false));
  must(session->execute("INSERT INTO t VALUES (1)"));
  must(session->flush());
  EXPECT_EQ(must(session->query("SELECT count(*) FROM t")).integer(0, 0), 1);
}

TEST_F(SqliteFile, WhatIsNoFileIsRefused) {
  EXPECT_EQ(error_of(open_path(folder_, creating())).code, ErrorCode::kNotAFile);
  EXPECT_EQ(error_of(open_path("/dev/null", creating())).code, ErrorCode::kNotAFile);
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(error_of(open_path(path("pipe"), reading())).code, ErrorCode::kNotAFile);
}

TEST_F(SqliteFile, AMissingFolderIsNamedWithItsCommand) {
  const Error error = error_of(open_path(path("no folder/x.db"), creating()));
  EXPECT_EQ(error.code, ErrorCode::kCannotCreateDatabase);
  EXPECT_NE(error.cause.find(path("no folder")), std::string::npos) << error.cause;
  EXPECT_EQ(error.hint, fmt::format("run `mkdir -p '{}'`", path("no folder")));
  EXPECT_EQ(error_of(open_path(path("no folder/x.db"))).code, ErrorCode::kDatabaseMissing);
  write(path("file"), "x");
  EXPECT_EQ(error_of(open_path(path("file/x.db"), creating())).code,
            ErrorCode::kCannotCreateDatabase);
}

TEST_F(SqliteFile, GarbageIsNoDatabaseAndStaysAsItIs) {
  for (const std::string& bytes :
       {std::string("xy"), std::string(5000, 'x'), std::string(5000, '\0'),
        std::string("-- PostgreSQL database dump\n")}) {
    write(path(), bytes);
    const Error error = error_of_use(path(), creating());
    EXPECT_EQ(error.code, ErrorCode::kNotADatabase) << bytes.substr(0, 10);
    EXPECT_NE(error.message.find(path()), std::string::npos);
    EXPECT_EQ(contents(path()), bytes);
  }
}

TEST_F(SqliteFile, ATruncatedFileIsDamaged) {
  fill(1000);
  connection_.reset();
  const auto size = std::filesystem::file_size(path());
  for (const auto part :
       {size / 2, size - 4096, std::uintmax_t{4096}, std::uintmax_t{5000}, std::uintmax_t{50}}) {
    std::filesystem::copy_file(path(), path("cut.db"),
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(path("cut.db"), part);
    EXPECT_EQ(error_of_use(path("cut.db")).code, ErrorCode::kDatabaseCorrupt) << part;
  }
}

TEST_F(SqliteFile, FlippedBytesAreReportedOrHarmlessAndNeverMore) {
  fill(1000);
  connection_.reset();
  const std::string good = contents(path());
  int reported = 0;
  // The file's header, the root of the schema, and the head of every page.
  std::vector<std::size_t> offsets;
  for (std::size_t i = 0; i < 140; ++i)
    offsets.push_back(i);
  for (std::size_t page = 4096; page < good.size(); page += 4096)
    offsets.push_back(page);
  for (const std::size_t offset : offsets) {
    std::string bad = good;
    bad[offset] = static_cast<char>(bad[offset] ^ 0xFF);
    write(path("bad.db"), bad);
    auto session = open_path(path("bad.db"));
    auto rows = session ? (*session)->query("SELECT sum(v), count(w) FROM t")
                        : Result<Rows>(fail(session.error()));
    if (rows) continue;
    ++reported;
    const ErrorCode code = rows.error().code;
    EXPECT_TRUE(code == ErrorCode::kDatabaseCorrupt || code == ErrorCode::kNotADatabase ||
                code == ErrorCode::kObjectMissing || code == ErrorCode::kSqlFailed)
        << offset << ' ' << rows.error().message << rows.error().cause;
    EXPECT_TRUE(offset < 4096 || code == ErrorCode::kDatabaseCorrupt) << offset;
    EXPECT_TRUE(offset >= 16 || code == ErrorCode::kNotADatabase) << offset;
  }
  EXPECT_GT(reported, 30);
}

TEST_F(SqliteFile, AFullDiskIsToldAndNothingIsCommitted) {
  fill(10);
  execute("PRAGMA max_page_count = 20");
  must(db().begin());
  const Error error = error_of(db().execute(
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000) "
      "INSERT INTO t SELECT x, 'text' FROM c"));
  EXPECT_EQ(error.code, ErrorCode::kDiskFull);
  must(db().rollback());
  EXPECT_EQ(number("SELECT count(*) FROM t"), 10);
}

TEST_F(SqliteFile, ACommitThatCannotBeWrittenHasAnUnknownOutcome) {
  fill(1);
  EXPECT_EQ(in_child([&]() -> std::string {
              std::signal(SIGXFSZ, SIG_IGN);
              const auto session = must(open_path(path()));
              must(session->begin());
              must(session->execute(
                  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000) "
                  "INSERT INTO t SELECT x, hex(randomblob(100)) FROM c"));
              const rlimit limit{100'000, 100'000};
              if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return "no limit";
              const Error error = error_of(session->commit());
              if (error.code != ErrorCode::kDatabaseIo) return "code: " + error.message;
              if (!error.outcome_unknown) return "the outcome is said to be known";
              must(session->rollback());
              return session->in_transaction() ? "still in a transaction" : "";
            }),
            "");
  EXPECT_EQ(number("SELECT count(*) FROM t"), 1);
}

TEST_F(SqliteFile, ABusyDatabaseSaysSoAfterItsTimeAndHealsByWaiting) {
  fill(1);
  must(db().begin());
  OpenOptions options;
  options.busy_timeout = std::chrono::milliseconds(200);
  const auto other = connect(options);
  const auto start = std::chrono::steady_clock::now();
  const Error error = error_of(other->begin());
  const auto waited = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(error.code, ErrorCode::kDatabaseBusy);
  EXPECT_EQ(error.sqlstate, "SQLITE_BUSY");
  EXPECT_TRUE(error.retryable);
  EXPECT_GE(waited, options.busy_timeout);
  EXPECT_LT(waited, options.busy_timeout * 5);
  must(db().commit());
  must(other->begin());
  must(other->rollback());
}

TEST_F(SqliteFile, OpeningAndClosingASecondSessionKeepsTheLocksOfTheFirst) {
  execute("PRAGMA journal_mode = DELETE");
  fill(1);
  must(db().begin());
  execute("INSERT INTO t VALUES (2, 'x')");
  for (const OpenOptions& options : {OpenOptions(), creating(), reading()}) {
    must(must(open_path(path(), options))->query("SELECT count(*) FROM t"));
  }
  must(db().flush());
  EXPECT_EQ(in_child([&]() -> std::string {
              OpenOptions options;
              options.busy_timeout = std::chrono::milliseconds(50);
              const auto other = must(open_path(path(), options));
              return code_name(error_of(other->begin()).code);
            }),
            code_name(ErrorCode::kDatabaseBusy));
  must(db().commit());
}

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
  execute("INSERT INTO t VALUES (6, 'only in the -wal file')");
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
  execute("INSERT INTO t VALUES (6, 'only in the -wal file')");
  for (const std::string_view name : {"test.db-wal", "test.db-shm"}) {
    ::chmod(path(name).c_str(), 0644);
  }
  ::chmod(folder_.c_str(), 0555);
  EXPECT_EQ(in_child_without_rights([&] { return count(reading()); }), "6");
}

TEST_F(SqliteRights, AJournalThatMayNotBeReadIsNamed) {
  execute("INSERT INTO t VALUES (6, 'only in the -wal file')");
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
