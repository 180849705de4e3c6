/// Split: everything a splitter says of a script, for tests to compare.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "sql/splitter.hpp"

namespace bedstone::sql {

struct Split {
  std::vector<Statement> statements;
  std::vector<std::string> copied;  ///< COPY data, one string for each COPY.
  std::optional<Error> error;
  Digest digest{};

  std::vector<std::string> texts() const {
    std::vector<std::string> result;
    for (const Statement& statement : statements)
      result.push_back(statement.text);
    return result;
  }

  bool operator==(const Split& other) const {
    const auto same = [](const Statement& a, const Statement& b) {
      return a.text == b.text && a.line == b.line && a.column == b.column && a.offset == b.offset &&
             a.number == b.number && a.copy_data == b.copy_data && a.terminated == b.terminated;
    };
    const auto told = [](const std::optional<Error>& problem) {
      if (!problem) return std::string();
      return fmt::format("{} {} {}:{}", code_name(problem->code), problem->message,
                         problem->place.line, problem->place.column);
    };
    return std::equal(statements.begin(), statements.end(), other.statements.begin(),
                      other.statements.end(), same) &&
           copied == other.copied && told(error) == told(other.error) && digest == other.digest;
  }
};

/// A source of pieces of `piece` bytes.
inline Source in_pieces(std::string_view text, std::size_t piece) {
  return [text, piece]() mutable -> Result<std::string_view> {
    const std::string_view next = text.substr(0, piece);
    text.remove_prefix(next.size());
    return next;
  };
}

inline Split split_in(std::string_view script, Flavor flavor, std::size_t piece,
                      SplitOptions options = {}) {
  Split split;
  TokenHash hash;
  options.flavor = flavor;
  options.hash = &hash;
  Splitter splitter(in_pieces(script, piece), options);
  while (!split.error) {
    auto statement = splitter.next();
    if (!statement) split.error = statement.error();
    if (!statement || !*statement) break;
    split.statements.push_back(**statement);
    if (!(*statement)->copy_data) continue;
    std::string data;
    for (;;) {
      const auto next = splitter.next_copy_data();
      if (!next) split.error = next.error();
      if (!next || next->empty()) break;
      data += *next;
    }
    split.copied.push_back(data);
  }
  split.digest = hash.digest();
  return split;
}

}  // namespace bedstone::sql
