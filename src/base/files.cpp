// System calls on files, with errors that name the path and the cause.
#include "base/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>

#include "base/hash.hpp"

namespace bedstone::files {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

Status write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(from_errno(errno, path, true));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<int> open_regular(const std::string& path) {
  // O_NONBLOCK: a named pipe must be refused, not waited for.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return fail(from_errno(errno, path));
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return fail(from_errno(errno, path));
  if (!S_ISREG(info.st_mode)) {
    const char* what = S_ISDIR(info.st_mode) ? "a folder" : "no regular file";
    return fail(Error(ErrorCode::kNotAFile, fmt::format("{} is {}", path, what))
                    .advise("name a file, or move what stands there out of the way")
                    .at(path));
  }
  return file.release();
}

Error too_large(const std::string& path, std::uint64_t limit_bytes) {
  return Error(ErrorCode::kFileTooLarge,
               fmt::format("{} is larger than the {} MiB allowed here", path, limit_bytes >> 20))
      .advise("is it the right file?")
      .at(path);
}

void sync_folder(const std::string& folder) {
  Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0) fsync(directory.get());
}

}  // namespace

Error from_errno(int number, const std::string& path, bool writing) {
  std::array<char, 256> buffer{};
  // Fills the buffer or returns a constant string; the GNU form never fails.
  const char* reason = strerror_r(number, buffer.data(), buffer.size());
  ErrorCode code = writing ? ErrorCode::kFileUnwritable : ErrorCode::kFileUnreadable;
  std::string message = fmt::format("{} cannot be {}", path, writing ? "written" : "read");
  std::string hint;
  switch (number) {
    case ENOENT:
      code = writing ? ErrorCode::kFileUnwritable : ErrorCode::kFileMissing;
      if (!writing) message = fmt::format("{} does not exist", path);
      hint = writing ? fmt::format("make the folder {} first", parent(path))
                     : "check the path's spelling and the folder you are in";
      break;
    case EACCES:
    case EPERM:
      hint = fmt::format("look at its rights with: ls -ld {}", path);
      break;
    case EISDIR:
    case ENOTDIR:
      code = ErrorCode::kNotAFile;
      hint = "something else stands where a file or folder should be";
      break;
    case EEXIST:
      code = ErrorCode::kFileExists;
      message = fmt::format("{} exists already", path);
      hint = "nothing was changed; move it away or choose another name";
      break;
    case ENOSPC:
    case EDQUOT:
      code = ErrorCode::kDiskFull;
      message = fmt::format("no room is left to write {}", path);
      hint = "free some space (df -h shows where), then run the same command again";
      break;
    case EROFS:
      hint = "the file system is mounted read-only; choose another folder";
      break;
    default:
      hint = "the system gave no more than this reason";
  }
  return Error(code, std::move(message)).because(reason).advise(std::move(hint)).at(path);
}

Result<std::string> read(const std::string& path, std::uint64_t limit_bytes) {
  BEDSTONE_ASSIGN(const int number, open_regular(path));
  Descriptor file(number);
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return fail(from_errno(errno, path));
  if (static_cast<std::uint64_t>(info.st_size) > limit_bytes) {
    return fail(too_large(path, limit_bytes));
  }
  // Files that grow, and those in /proc, hold more than their size says.
  std::string text;
  std::array<char, 64 * 1024> piece;
  for (;;) {
    const auto got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(from_errno(errno, path));
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > limit_bytes) return fail(too_large(path, limit_bytes));
  }
}

Status write_new(const std::string& path, std::string_view text, Mode mode) {
  Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, static_cast<mode_t>(mode)));
  if (file.get() < 0) return fail(from_errno(errno, path, true));
  Status written = write_all(file.get(), text, path);
  if (written && fsync(file.get()) != 0) written = fail(from_errno(errno, path, true));
  if (!written) unlink(path.c_str());
  return written;
}

Status write_atomic(const std::string& path, std::string_view text, Mode mode) {
  const std::string beside = fmt::format("{}.{}.tmp", path, random_id().substr(0, 8));
  BEDSTONE_TRY(write_new(beside, text, mode));
  if (rename(beside.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    unlink(beside.c_str());
    return fail(from_errno(reason, path, true));
  }
  sync_folder(parent(path));
  return {};
}

Status make_folder(const std::string& path) {
  if (path.empty() || is_folder(path)) return {};
  const std::string above = parent(path);
  if (above != path) BEDSTONE_TRY(make_folder(above));
  if (mkdir(path.c_str(), 0755) == 0) return {};
  // Another process may have been faster.
  if (errno == EEXIST && is_folder(path)) return {};
  return fail(from_errno(errno, path, true));
}

bool exists(const std::string& path) {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0;
}

bool is_folder(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

Result<std::vector<std::string>> list(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(folder.c_str()), closedir);
  if (!directory) return fail(from_errno(errno, folder));
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) break;
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  if (errno != 0) return fail(from_errno(errno, folder));
  std::sort(names.begin(), names.end());
  return names;
}

std::string resolve(std::string_view folder, std::string_view path) {
  if (path.starts_with('/') || folder.empty() || folder == ".") return std::string(path);
  while (path.starts_with("./"))
    path.remove_prefix(2);
  if (folder.ends_with('/')) folder.remove_suffix(1);
  return fmt::format("{}/{}", folder, path);
}

std::string parent(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/'))
    path.remove_suffix(1);
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::string file_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string current_folder() {
  std::array<char, PATH_MAX> buffer{};
  return getcwd(buffer.data(), buffer.size()) == nullptr ? "." : buffer.data();
}

Result<Writer> Writer::create(const std::string& path, Mode mode) {
  if (exists(path)) return fail(from_errno(EEXIST, path, true));
  Writer writer;
  writer.path_ = path;
  writer.beside_ = fmt::format("{}.{}.tmp", path, random_id().substr(0, 8));
  writer.descriptor_ = ::open(writer.beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                              static_cast<mode_t>(mode));
  if (writer.descriptor_ < 0) return fail(from_errno(errno, path, true));
  return writer;
}

Writer::Writer(Writer&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      beside_(std::move(other.beside_)),
      buffer_(std::move(other.buffer_)),
      size_(other.size_) {}

Writer::~Writer() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(beside_.c_str());
}

Status Writer::write(std::string_view text) {
  constexpr std::size_t kPiece = 64 * 1024;
  size_ += text.size();
  buffer_ += text;
  return buffer_.size() < kPiece ? Status() : flush();
}

Status Writer::flush() {
  Status written = write_all(descriptor_, buffer_, path_);
  buffer_.clear();
  return written;
}

Status Writer::finish() {
  BEDSTONE_TRY(flush());
  if (fsync(descriptor_) != 0) return fail(from_errno(errno, path_, true));
  // Unlike rename() this takes no other file's place.
  if (link(beside_.c_str(), path_.c_str()) != 0) return fail(from_errno(errno, path_, true));
  unlink(beside_.c_str());
  close(std::exchange(descriptor_, -1));
  sync_folder(parent(path_));
  return {};
}

Result<Reader> Reader::open(const std::string& path) {
  BEDSTONE_ASSIGN(const int number, open_regular(path));
  Reader reader;
  reader.descriptor_ = number;
  reader.path_ = path;
  return reader;
}

Reader Reader::over(std::string_view text) {
  Reader reader;
  reader.memory_ = text;
  return reader;
}

Reader::Reader(Reader&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      buffer_(std::move(other.buffer_)),
      capacity_(std::exchange(other.capacity_, 0)),
      memory_(other.memory_) {}

Reader& Reader::operator=(Reader&& other) noexcept {
  if (this == &other) return *this;
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  path_ = std::move(other.path_);
  buffer_ = std::move(other.buffer_);
  capacity_ = std::exchange(other.capacity_, 0);
  memory_ = other.memory_;
  return *this;
}

Reader::~Reader() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<std::string_view> Reader::next(std::size_t limit) {
  if (descriptor_ < 0) {
    const std::string_view piece = memory_.substr(0, limit);
    memory_.remove_prefix(piece.size());
    return piece;
  }
  if (capacity_ < limit) {
    buffer_ = std::make_unique_for_overwrite<char[]>(limit);
    capacity_ = limit;
  }
  for (;;) {
    const auto got = ::read(descriptor_, buffer_.get(), limit);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(from_errno(errno, path_));
    return std::string_view(buffer_.get(), static_cast<std::size_t>(got));
  }
}

}  // namespace bedstone::files
