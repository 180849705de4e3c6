/// For this room's tests: errors as lines, folders that go away.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/checked.hpp"
#include "base/files.hpp"

namespace bedstone::test {

/// "file:2:3 BED0106 message (cause) -> hint", one line per error.
inline std::string render(const Errors& errors) {
  std::string text;
  for (const Error& error : errors) {
    if (!error.place.empty()) text += error.place.file;
    if (error.place.line > 0) text += fmt::format(":{}:{}", error.place.line, error.place.column);
    if (!error.place.empty()) text += ' ';
    text += fmt::format("{} {}", code_name(error.code), error.message);
    if (!error.cause.empty()) text += fmt::format(" ({})", error.cause);
    text += fmt::format(" -> {}", error.hint);
    for (const std::string& doing : error.context)
      text += fmt::format(" [{}]", doing);
    text += '\n';
  }
  return text;
}

/// A folder below the system's temporary one, removed with all it holds.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "bedstone-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }
  std::string path(std::string_view name) const { return files::resolve(path_, name); }
  /// Makes the folders above it too.
  void write(std::string_view name, std::string_view text) const {
    const std::string file = path(name);
    std::filesystem::create_directories(files::parent(file));
    if (!files::write_atomic(file, text)) std::abort();
  }

 private:
  std::string path_;
};

}  // namespace bedstone::test
