/// From words to what was asked for, driven by the tables of command.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "bedstone/error.hpp"
#include "cli/command.hpp"

namespace bedstone::cli {

struct GivenFlag {
  const FlagSpec* spec;
  std::string_view value;
};

/// A command line as understood. Views point into the words that were parsed.
struct Invocation {
  const CommandSpec* command = nullptr;
  const GroupSpec* group = nullptr;  ///< When only the group was named.
  std::vector<GivenFlag> flags;      ///< In the order given; the last of a name counts.
  std::vector<std::string_view> positionals;
  std::span<const char* const> rest;  ///< For Arity::kRest: the words, as in argv.
  bool help = false;
  bool version = false;
  std::vector<Error> errors;  ///< All that was not understood; no value that may be secret.

  bool has(std::string_view flag) const;
  std::optional<std::string_view> value(std::string_view flag) const;
  std::vector<std::string_view> values(std::string_view flag) const;
  std::optional<std::chrono::milliseconds> duration(std::string_view flag) const;
  std::optional<std::int64_t> count(std::string_view flag) const;
  std::optional<std::string_view> positional(std::size_t index) const;
};

/// `words` without the program's name. Pure; never fails otherwise than by `errors`.
Invocation parse(std::span<const char* const> words);

/// `word` as an error may show it: what looks like a URL or a credential is named, not shown.
std::string quote_safely(std::string_view word);

}  // namespace bedstone::cli
