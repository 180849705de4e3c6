/// Files of a database: looking without touching, creating, syncing.
#include "db/sqlite/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/files.hpp"
#include "base/text.hpp"

namespace bedstone::db::sqlite {

namespace {

constexpr mode_t kOwnerOnly = 0600;

/// "Permission denied (mode 0600 of user 0, and this is user 1000)".
std::string describe(int number, const std::string& path) {
  struct stat facts {};
  if (number != EACCES || ::stat(path.c_str(), &facts) != 0) return std::strerror(number);
  return fmt::format("{} (mode {:04o} of user {}, and this is user {})", std::strerror(number),
                     facts.st_mode & 07777U, facts.st_uid, ::geteuid());
}

std::string obstacle(const std::string& path, int wanted, std::string_view what) {
  if (::eaccess(path.c_str(), wanted) == 0) return {};
  const int number = errno;
  return fmt::format("{} {}: {}", what, path, describe(number, path));
}

Error cannot_create(int number, const std::string& path) {
  const std::string folder = folder_of(path);
  Error error(number == ENOSPC ? ErrorCode::kDiskFull : ErrorCode::kCannotCreateDatabase,
              fmt::format("the database {} cannot be created", path));
  if (number == ENOENT || number == ENOTDIR) {
    return std::move(error)
        .because(fmt::format("there is no folder {}", folder))
        .advise(fmt::format("run `mkdir -p {}`", text::shell_quote(folder)));
  }
  return std::move(error)
      .because(fmt::format("in the folder {}: {}", folder, describe(number, folder)))
      .advise(fmt::format("make the folder writable for this user; see `ls -ld {}`",
                          text::shell_quote(folder)));
}

}  // namespace

std::string folder_of(const std::string& path) {
  std::string folder = files::parent(path);
  return folder.empty() ? "." : folder;
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? std::string(real.get()) : path;
}

Result<FileState> look_at(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return FileState::kMissing;
    return fail(
        Error(ErrorCode::kCannotOpenDatabase, fmt::format("the database {} cannot be opened", path))
            .because(describe(errno, folder_of(path)))
            .advise(fmt::format("make the folders above it accessible; see `namei -l {}`",
                                text::shell_quote(path))));
  }
  if (!S_ISREG(facts.st_mode)) {
    const std::string_view kind = S_ISDIR(facts.st_mode) ? "a folder" : "not a regular file";
    return fail(Error(ErrorCode::kNotAFile, fmt::format("the database {} is {}", path, kind))
                    .advise("name a file in the URL: sqlite:data/app.db"));
  }
  return facts.st_size == 0 ? FileState::kEmpty : FileState::kFilled;
}

Status create_private(const std::string& path) {
  const int descriptor =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, kOwnerOnly);
  if (descriptor < 0) {
    if (errno == EEXIST) return {};
    return fail(cannot_create(errno, path));
  }
  // Safe to close: a file that did not exist before had no locks of ours.
  ::close(descriptor);
  return {};
}

std::string obstacle_to_reading(const std::string& path) {
  return obstacle(path, R_OK, "cannot read");
}

std::string obstacle_to_writing(const std::string& path) {
  std::string file = obstacle(path, W_OK, "cannot write");
  return file.empty() ? obstacle_to_journals(path, true) : file;
}

std::string obstacle_to_journals(const std::string& link, bool writing) {
  const std::string path = real_path(link);
  for (const char* suffix : {"-wal", "-shm"}) {
    if (!files::exists(path + suffix)) continue;
    std::string journal =
        obstacle(path + suffix, writing ? W_OK : R_OK, writing ? "cannot write" : "cannot read");
    if (!journal.empty()) return journal;
  }
  return obstacle(folder_of(path), W_OK | X_OK, "cannot make journals in");
}

Status sync_to_disk(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return {};
    return fail(files::from_errno(errno, path));
  }
  const int result = ::fsync(descriptor);
  const int number = errno;
  ::close(descriptor);
  if (result != 0 && number != EINVAL) {  // EINVAL: a file system whose folders need no sync.
    return fail(Error(number == ENOSPC ? ErrorCode::kDiskFull : ErrorCode::kDatabaseIo,
                      fmt::format("{} could not be written to the disk", path))
                    .because(std::strerror(number))
                    .advise("look for disk errors with `dmesg`"));
  }
  return {};
}

}  // namespace bedstone::db::sqlite
