/// Corpus: SQL files to compare readings of, and what such a comparison found.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace bedstone::sql {

/// Every .sql file below `folder`, sorted.
inline std::vector<std::string> sql_files_below(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code problem;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, problem)) {
    if (entry.is_regular_file() && entry.path().extension() == ".sql") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Folders of the variable LEXER_CORPUS, which tests/lexer/compare sets.
inline std::vector<std::string> corpus_files() {
  std::vector<std::string> files;
  const char* const folders = std::getenv("LEXER_CORPUS");
  if (!folders) return files;
  for (const std::string_view folder : text::split(folders, ':')) {
    const std::vector<std::string> more = sql_files_below(std::string(folder));
    files.insert(files.end(), more.begin(), more.end());
  }
  return files;
}

inline std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Comparison {
  int files = 0;       ///< Read the same by both.
  int statements = 0;  ///< In those files.
  int refused_here = 0;
  int refused_there = 0;
  std::vector<std::string> differences;

  void print(std::string_view what) const {
    std::cout << what << ": " << statements << " statements in " << files << " files are the same, "
              << differences.size() << " files differ; " << refused_here << " refused here, "
              << refused_there << " there\n";
    for (const std::string& difference : differences)
      std::cout << "  " << difference << "\n";
  }
};

}  // namespace bedstone::sql
