/// The fixture of the tests of SQLite's files: making, damaging, and using them from elsewhere.
#pragma once

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "db/conformance.hpp"

namespace bedstone::db::sqlite {

using testing::error_of;
using testing::must;

/// Forks, runs `work` there, and returns the text that it returned or threw.
inline std::string said_by_child(const std::function<std::string()>& work) {
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

/// A process that keeps a database open, from its construction to its destruction.
class Holder {
 public:
  /// `work` makes what the process holds, and runs there.
  explicit Holder(const std::function<std::unique_ptr<Connection>()>& work) {
    int ready[2];
    if (::pipe(ready) != 0 || ::pipe(leave_) != 0) throw std::runtime_error("no pipe");
    child_ = ::fork();
    if (child_ == 0) {
      ::close(leave_[1]);
      const std::unique_ptr<Connection> held = work();
      char byte = 'x';
      const bool told = ::write(ready[1], &byte, 1) == 1;
      ::_exit(told && ::read(leave_[0], &byte, 1) == 0 ? 0 : 1);
    }
    ::close(ready[1]);
    char byte = 0;
    if (::read(ready[0], &byte, 1) != 1) throw std::runtime_error("the holder failed");
    ::close(ready[0]);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() {
    ::close(leave_[1]);
    ::close(leave_[0]);
    ::waitpid(child_, nullptr, 0);
  }

 private:
  int leave_[2] = {-1, -1};
  pid_t child_ = -1;
};

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

  /// Runs `work` in another process; returns what it says ("" for nothing to complain about).
  /// SQLite remembers locks per process, in memory that a fork copies: the test's own session is
  /// closed first.
  std::string in_child(const std::function<std::string()>& work) {
    connection_.reset();
    return said_by_child(work);
  }

  /// The same, as a user whom permissions bind even when the tests run as root.
  std::string in_child_without_rights(const std::function<std::string()>& work) {
    return in_child([&]() -> std::string {
      constexpr uid_t kNobody = 65534;
      if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) {
        return "no setuid";
      }
      return work();
    });
  }
};

}  // namespace bedstone::db::sqlite
