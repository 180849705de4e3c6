// Three system calls a file: open beside its folder, read until a short read, close.
#include "base/tree_hash.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "base/files.hpp"
#include "base/text.hpp"

namespace bedstone {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

struct Closer {
  void operator()(DIR* directory) const { closedir(directory); }
};

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
    hash.update({buffer, static_cast<std::size_t>(got)});
    total += static_cast<std::uint64_t>(got);
    // A regular file gives less than asked only at its end.
    if (static_cast<std::size_t>(got) < kPieceBytes) break;
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
