/// Scratch: an empty database for one purpose, gone with the object.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "bootstrap/attempts.hpp"

namespace bedstone::bootstrap {

/// A folder of its own in the system's place for such, removed at the end.
class ScratchFolder {
 public:
  static Result<ScratchFolder> make();
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// Beside the project's database in PostgreSQL, and like it; a temporary file in SQLite.
class Scratch {
 public:
  /// kCannotCreateDatabase where the role may not make one.
  static Result<Scratch> make(const Host& host, const Project& project, Milliseconds wait);
  Scratch(Scratch&& other) noexcept
      : url_(std::move(other.url_)),
        folder_(std::move(other.folder_)),
        drop_(std::exchange(other.drop_, false)) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch();

  /// Applies the versioned migrations of `project` up to `target` in here, and hands the work over.
  Errors run(const Host& host, Project& project, const std::string& target,
             const std::function<Errors(Work&)>& use);

 private:
  explicit Scratch(db::Url url) : url_(std::move(url)) {}

  std::optional<db::Url> url_;
  std::optional<ScratchFolder> folder_;
  bool drop_ = false;
};

}  // namespace bedstone::bootstrap
