/// Generated: what seed sets made up, on its way to those it is for.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "bedstone/options.hpp"
#include "bedstone/secret.hpp"
#include "project/project.hpp"
#include "seed/seeder.hpp"

namespace bedstone::bootstrap {

/// Where it is kept, in the project's folder.
inline constexpr std::string_view kGeneratedFile = "generated-passwords.txt";

/// A file beside the project, for its owner alone. What a set made up is on disk before the set's
/// rows are committed, below a mark that says so; the mark goes when they are, and the lines go
/// when they never will be. Whatever a crash leaves behind is true. Outlives the attempts of a run.
class Generated {
 public:
  /// Before the commit.
  Status keep(const Project& project, const Clock& clock, const std::string& set,
              std::vector<seed::MadeUp> made);
  /// After it: nothing can fail any more, so trouble with the file is only logged. Returns what
  /// each secret is for.
  std::vector<std::string> committed(const std::string& set, Log& log);
  void rolled_back(const std::string& set, Log& log);
  /// Sets of whose commit nobody knows yet.
  std::vector<std::string> open_sets() const;

  /// Tells the caller of all that was committed, once.
  void deliver(const std::function<void(const std::vector<GeneratedSecret>&)>& receiver) const;

 private:
  struct Block {
    std::vector<seed::MadeUp> made;
    std::string mark;
    std::string lines;
  };
  Status remove(const std::string& mark, const std::string& lines);

  std::string path_;
  std::string heading_;  ///< Of this run, once it stands in the file.
  std::map<std::string, Block> open_;
  std::vector<std::pair<std::string, seed::MadeUp>> committed_;  ///< By set.
};

}  // namespace bedstone::bootstrap
