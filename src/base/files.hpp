/// Files: reading with limits, writing whole or not at all, listing. Errors name the path and the
/// cause.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/result.hpp"

namespace bedstone::files {

inline constexpr std::uint64_t kDefaultLimitBytes = 64U << 20;

/// The whole file. kFileMissing, kFileUnreadable, kNotAFile (folders, devices), kFileTooLarge.
Result<std::string> read(const std::string& path, std::uint64_t limit_bytes = kDefaultLimitBytes);

enum class Mode { kPrivate = 0600, kPublic = 0644, kExecutable = 0755 };
/// Writes beside the target, syncs and renames: readers see the old text or the new, never a part.
Status write_atomic(const std::string& path, std::string_view text, Mode mode = Mode::kPublic);
/// Fails with kFileExists where something stands already.
Status write_new(const std::string& path, std::string_view text, Mode mode = Mode::kPublic);
/// Makes a folder and those above it; an existing one is fine.
Status make_folder(const std::string& path);

bool exists(const std::string& path);
bool is_folder(const std::string& path);
/// Names (not paths) of the entries of a folder, sorted bytewise, hidden ones left out.
Result<std::vector<std::string>> list(const std::string& folder);

/// `path` as seen from `folder`; absolute paths stay as they are.
std::string resolve(std::string_view folder, std::string_view path);
std::string parent(std::string_view path);
std::string file_name(std::string_view path);
std::string current_folder();
/// The error for a failed system call on `path`.
Error from_errno(int number, const std::string& path, bool writing = false);

/// Writes a new file piece by piece: it is there whole after finish(), or not at all.
class Writer {
 public:
  /// kFileExists where something stands already, as finish() when it came meanwhile.
  static Result<Writer> create(const std::string& path, Mode mode = Mode::kPublic);
  Writer(Writer&& other) noexcept;
  Writer& operator=(Writer&&) = delete;
  ~Writer();

  Status write(std::string_view text);
  Status finish();
  /// So many bytes were given to write().
  std::uint64_t size() const { return size_; }

 private:
  Writer() = default;
  Status flush();

  int descriptor_ = -1;
  std::string path_;
  std::string beside_;
  std::string buffer_;
  std::uint64_t size_ = 0;
};

/// Reads a file piece by piece in constant memory.
class Reader {
 public:
  static Result<Reader> open(const std::string& path);
  /// Reads from text in memory; the text must outlive the reader.
  static Reader over(std::string_view text);
  Reader(Reader&& other) noexcept;
  Reader& operator=(Reader&& other) noexcept;
  ~Reader();

  /// The next piece, at most `limit` bytes; empty at the end. The view lives until the next call.
  Result<std::string_view> next(std::size_t limit = 64 * 1024);

 private:
  Reader() = default;
  int descriptor_ = -1;
  std::string path_;
  std::unique_ptr<char[]>
      buffer_;  ///< Never cleared: that would cost more than reading a small file.
  std::size_t capacity_ = 0;
  std::string_view memory_;
};

}  // namespace bedstone::files
