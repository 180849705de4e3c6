/// SQLite's files as they are found and left: many makers at once, locks, damage.
// shows: P15, D7, D8, D9
#include "db/sqlite/file.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <csignal>
#include <map>
#include <thread>

#include "db/sqlite/fixture.hpp"

namespace bedstone::db::sqlite {
namespace {

/// What every instance of a program does at its first start.
std::string start_up(const Url& url) {
  OpenOptions options;
  options.create = true;
  const auto session = must(db::open(url, options));
  auto transaction = must(Transaction::begin(*session));
  must(session->execute("CREATE TABLE IF NOT EXISTS t (v bigint)"));
  must(session->execute("INSERT INTO t VALUES ($1)", {std::int64_t{::getpid()}}));
  must(transaction.commit());
  return "";
}

TEST_F(SqliteFile, SixteenProcessesMakeOneFileAtOnceAndAllSucceed) {
  constexpr int kProcesses = 16;
  constexpr int kRounds = 20;
  for (int round = 0; round < kRounds; ++round) {
    const Url url = url_->with_path(path(fmt::format("race{}.db", round)));
    int gate[2];
    ASSERT_EQ(::pipe(gate), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < kProcesses; ++i) {
      children.push_back(::fork());
      if (children.back() != 0) continue;
      ::close(gate[1]);
      char byte = 0;
      static_cast<void>(::read(gate[0], &byte, 1) == 0);  // All start when the gate is closed.
      std::string trouble;
      try {
        trouble = start_up(url);
      } catch (const std::exception& problem) {
        trouble = problem.what();
      }
      if (!trouble.empty()) fmt::print(stderr, "{}\n", trouble);
      ::_exit(trouble.empty() ? 0 : 1);
    }
    ::close(gate[1]);
    ::close(gate[0]);
    int failures = 0;
    for (const pid_t child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      failures += status == 0 ? 0 : 1;
    }
    EXPECT_EQ(failures, 0) << "in round " << round;
    const auto session = must(db::open(url, {}));
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

TEST_F(SqliteFile, TheSwitchToWalWaitsForAnotherProcess) {
  write(path(), "");
  auto writer = std::make_unique<Holder>([&] {
    auto session = must(open_path(path()));
    must(session->begin());
    must(session->execute("CREATE TABLE t (v bigint)"));
    return session;
  });
  OpenOptions impatient = creating();
  impatient.busy_timeout = std::chrono::milliseconds(50);
  EXPECT_EQ(error_of(open_path(path(), impatient)).code, ErrorCode::kDatabaseBusy);

  std::thread release([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    writer.reset();
  });
  auto session = open_path(path(), creating());
  release.join();
  EXPECT_EQ(must(must(std::move(session))->query("PRAGMA journal_mode")).text(0, 0), "wal");
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
  EXPECT_GT(std::filesystem::file_size(path("file:x?mode=memory")), 0U);
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

/// Whether another process holds the lock of a writer (https://www.sqlite.org/fileformat2.html:
/// the reserved byte follows the pending byte).
bool is_write_locked(const std::string& file) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = 0x40000001;
  lock.l_len = 1;
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  const bool asked = ::fcntl(descriptor, F_GETLK, &lock) == 0;
  ::close(descriptor);
  if (!asked) throw std::runtime_error("the lock cannot be seen");
  return lock.l_type != F_UNLCK;
}

TEST_F(SqliteFile, OpeningAndClosingASecondSessionKeepsTheLocksOfTheFirst) {
  const auto seen_by_others = [&] {
    return said_by_child([&] { return is_write_locked(path()) ? "locked" : "free"; });
  };
  execute("PRAGMA journal_mode = DELETE");
  fill(1);
  EXPECT_EQ(seen_by_others(), "free");
  must(db().begin());
  execute("INSERT INTO t VALUES (2, 'x')");
  for (const OpenOptions& options : {OpenOptions(), creating(), reading()}) {
    must(must(open_path(path(), options))->query("SELECT count(*) FROM t"));
  }
  must(db().flush());
  EXPECT_EQ(seen_by_others(), "locked");
  must(db().commit());
  EXPECT_EQ(seen_by_others(), "free");
}

}  // namespace
}  // namespace bedstone::db::sqlite
