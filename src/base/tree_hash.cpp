// Three system calls a file: open beside its folder, read until a short read, close. Long files:
// all processors.
#include "base/tree_hash.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

#include "base/files.hpp"
#include "base/text.hpp"
#include "base/threads.hpp"

namespace bedstone {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

struct Closer {
  void operator()(DIR* directory) const { closedir(directory); }
};

/// A file that is longer is hashed in sections of that size.
constexpr std::uint64_t kSectionBytes = std::uint64_t{1} << 20U;
constexpr std::uint64_t kLongBytes = 4 * kSectionBytes;
constexpr unsigned kMostThreads = 4;

/// The sections of a long file, each taken by whichever thread is free.
class Sections {
 public:
  Sections(int file, std::uint64_t bytes)
      : file_(file), digests_((bytes + kSectionBytes - 1) / kSectionBytes) {}

  /// An errno, or 0.
  int feed(Blake2b& hash, std::uint64_t& total) {
    std::vector<std::thread> others;
    const unsigned processors = std::thread::hardware_concurrency();
    try {
      while (others.size() + 1 < std::min(processors, kMostThreads))
        others.push_back(start_thread([this] { work(); }));
    } catch (const std::system_error&) {
      // Without them it takes longer.
    }
    work();
    for (std::thread& other : others)
      other.join();
    for (const Digest& digest : digests_)
      hash.update({reinterpret_cast<const char*>(digest.data()), digest.size()});
    total = total_;
    return problem_;
  }

 private:
  void work() {
    const auto buffer = std::make_unique_for_overwrite<char[]>(kPieceBytes);
    for (std::size_t index = next_++; index < digests_.size(); index = next_++)
      work_on(index, buffer.get());
  }

  void work_on(std::size_t index, char* buffer) {
    Blake2b hash;
    const std::uint64_t begin = index * kSectionBytes;
    for (std::uint64_t done = 0; done < kSectionBytes;) {
      const std::size_t room = std::min<std::uint64_t>(kPieceBytes, kSectionBytes - done);
      const auto got = pread(file_, buffer, room, static_cast<off_t>(begin + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) problem_ = errno;
      if (got <= 0) break;
      hash.update({buffer, static_cast<std::size_t>(got)});
      done += static_cast<std::uint64_t>(got);
      total_ += static_cast<std::uint64_t>(got);
    }
    digests_[index] = hash.finish();
  }

  int file_;
  std::vector<Digest> digests_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::uint64_t> total_ = 0;
  std::atomic<int> problem_ = 0;
};

std::uint64_t size_of(int file) {
  struct stat facts {};
  return fstat(file, &facts) == 0 && S_ISREG(facts.st_mode)
             ? static_cast<std::uint64_t>(facts.st_size)
             : 0;
}

/// `name` is opened relative to `folder` (a descriptor), `path` is for messages.
Status feed(Blake2b& hash, int folder, const char* name, const std::string& path, char* buffer) {
  const int file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return fail(files::from_errno(errno, path));
  std::uint64_t total = 0;
  int problem = 0;
  for (;;) {
    const auto got = read(file, buffer, kPieceBytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) problem = errno;
    if (got <= 0) break;
    const bool full = static_cast<std::size_t>(got) == kPieceBytes;
    if (const std::uint64_t size = full && total == 0 ? size_of(file) : 0; size > kLongBytes) {
      problem = Sections(file, size).feed(hash, total);
      break;
    }
    hash.update({buffer, static_cast<std::size_t>(got)});
    total += static_cast<std::uint64_t>(got);
    // A regular file gives less than asked only at its end.
    if (!full) break;
  }
  close(file);
  if (problem != 0) return fail(files::from_errno(problem, path));
  // The length behind the bytes keeps neighbours apart as a length before them would.
  hash.update({reinterpret_cast<const char*>(&total), sizeof total});
  return {};
}

}  // namespace

Status hash_folder(Blake2b& hash, const std::string& folder, std::string_view suffix) {
  const std::unique_ptr<DIR, Closer> directory(opendir(folder.c_str()));
  if (!directory) {
    if (errno == ENOENT) return {};
    return fail(files::from_errno(errno, folder));
  }
  std::vector<std::string> names;
  while (const dirent* entry = readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name.starts_with('.') || entry->d_type == DT_DIR) continue;
    if (name.size() < suffix.size()) continue;
    if (text::to_lower(name.substr(name.size() - suffix.size())) != suffix) continue;
    names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  // Never cleared: most files fill a small part of it.
  const auto buffer = std::make_unique_for_overwrite<char[]>(kPieceBytes);
  for (const std::string& name : names) {
    hash.update_field(name);
    BEDSTONE_TRY(feed(hash, dirfd(directory.get()), name.c_str(), files::resolve(folder, name),
                      buffer.get()));
  }
  return {};
}

Status hash_file(Blake2b& hash, const std::string& path) {
  // Never cleared: most files fill a small part of it.
  const auto buffer = std::make_unique_for_overwrite<char[]>(kPieceBytes);
  hash.update_field(path.empty() ? "none" : "file");
  if (path.empty()) return {};
  Status done = feed(hash, AT_FDCWD, path.c_str(), path, buffer.get());
  if (!done && done.error().code == ErrorCode::kFileMissing) {
    hash.update_field("missing");
    return {};
  }
  return done;
}

}  // namespace bedstone
