// SQLite: an flock on a file beside the database. The database file itself is never opened here:
// closing it would drop the locks that SQLite holds on it in this process.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/files.hpp"
#include "base/text.hpp"
#include "bootstrap/lock_kinds.hpp"

namespace bedstone::bootstrap {
namespace {

constexpr std::size_t kNoteBytes = 1024;

/// Beside the file itself, so that all links to it lead to one lock.
std::string lock_path(const db::Url& url) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(url.path().c_str(), nullptr),
                                                         &std::free);
  return fmt::format("{}.bedstone-lock", real ? std::string_view(real.get()) : url.path());
}

/// Four lines: process, host, since, step.
std::string render(const LockHolder& holder) {
  return fmt::format("{}\n{}\n{}\n{}\n", holder.pid, holder.host, holder.since, holder.step);
}

std::optional<LockHolder> read_note(int file) {
  std::array<char, kNoteBytes> buffer{};
  const auto got = pread(file, buffer.data(), buffer.size(), 0);
  if (got <= 0) return std::nullopt;
  const auto lines = text::split({buffer.data(), static_cast<std::size_t>(got)}, '\n');
  if (lines.size() < 4) return std::nullopt;
  return LockHolder{std::string(lines[1]), text::parse_integer(lines[0]).value_or(0),
                    std::string(lines[2]), std::string(lines[3])};
}

class FileLock final : public RunLock {
 public:
  FileLock(int file, LockHolder holder) : file_(file), holder_(std::move(holder)) {}
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  ~FileLock() override {
    // The note goes first: who reads one sees a holder that holds. The file stays, since removing
    // it would let two processes lock two files of one name.
    if (file_ < 0) return;
    // Who gave up waiting leaves the holder's note alone.
    if (held_) {
      [[maybe_unused]] const int emptied = ftruncate(file_, 0);
    }
    close(file_);
  }

  void take() {
    held_ = true;
    announce("starting");
  }

  std::string announce(const std::string& step) override {
    holder_.step = step;
    if (file_ < 0) return {};
    std::string note = render(holder_);
    note.resize(std::max(note.size(), longest_), '\n');
    longest_ = note.size();
    // Only a courtesy to waiters: a note that cannot be written stops nothing.
    [[maybe_unused]] const auto written = pwrite(file_, note.data(), note.size(), 0);
    return {};
  }

 private:
  int file_;
  LockHolder holder_;
  bool held_ = false;
  std::size_t longest_ = 0;
};

Error cannot_lock(const std::string& path, int reason) {
  Error error = files::from_errno(reason, path, true);
  error.code = ErrorCode::kLockUnavailable;
  error.message = fmt::format("the lock file {} cannot be opened", path);
  error.hint = fmt::format("make the folder writable for this user (ls -ld {})",
                           text::shell_quote(files::parent(path)));
  if (reason == EROFS) {
    error.hint = "the file system is read-only: migrate where it is writable, then mount it";
  }
  return error;
}

}  // namespace

Result<std::unique_ptr<RunLock>> acquire_file_lock(const LockRequest& request) {
  LockHolder self{host_name(), getpid(), to_iso(request.host.clock.now()), "starting"};
  if (request.url.is_memory()) return std::make_unique<FileLock>(-1, std::move(self));
  const std::string path = lock_path(request.url);
  // Who may write the database may take its lock.
  struct stat info {};
  const mode_t mode =
      stat(request.url.path().c_str(), &info) == 0 ? info.st_mode & 0666 : mode_t{0600};
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode);
  if (file < 0) return fail(cannot_lock(path, errno));
  auto lock = std::make_unique<FileLock>(file, std::move(self));
  const auto attempt = [file, &path]() -> Result<bool> {
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno == EWOULDBLOCK || errno == EINTR) return false;
    return fail(cannot_lock(path, errno));
  };
  BEDSTONE_TRY(poll_lock(request, attempt, [file] { return read_note(file); }));
  lock->take();
  return lock;
}

Result<std::optional<LockHolder>> file_lock_holder(const db::Url& url) {
  if (url.is_memory()) return std::nullopt;
  const int file = open(lock_path(url).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::optional<LockHolder> holder;
  // A lock that could be shared is held by nobody; closing the file gives it back.
  if (flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    holder = read_note(file).value_or(LockHolder{});
  }
  close(file);
  return holder;
}

}  // namespace bedstone::bootstrap
