/// RecordScanner: the fields of one CSV record in a text that may not hold all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/node.hpp"

namespace bedstone::data {

struct CsvField {
  /// UTF-8, without the quotes, doubled ones made single.
  std::string_view text;
  /// Where it begins (its quote, if any); columns count bytes of the text as UTF-8.
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  bool quoted = false;

  /// An unquoted field can be NULL: the empty one, unless another text is said to be.
  bool stands_for(std::string_view null) const { return !quoted && text == null; }
};

namespace csv {

inline constexpr std::size_t kMostFields = 10'000;

/// What is scanned: records begin at `begin`, in column 1 of `line`. Behind `end` stand kPadding
/// line feeds. `last`: the file ends at `end`, too.
struct Text {
  const char* begin = nullptr;
  const char* end = nullptr;
  std::uint32_t line = 1;
  bool last = false;
};

class RecordScanner {
 public:
  explicit RecordScanner(char delimiter) : delimiter_(delimiter) {}

  enum class Found { kRecord, kMore, kProblem };
  /// Depends on nothing but the text: after kMore it is called again with more of it.
  Found scan(const Text& text);

  /// Of a record. Doubled quotes are still doubled in the fields with the indexes `doubled()`.
  std::vector<CsvField>& fields() { return fields_; }
  const std::vector<std::size_t>& doubled() const { return doubled_; }
  bool ascii() const { return ascii_; }
  const char* next() const { return at_; }
  std::uint32_t next_line() const { return line_; }

  struct Spot {
    Mark mark;
    const char* at = nullptr;
  };
  struct Problem {
    Spot spot;
    std::string message, hint;
    bool too_much = false;
  };
  const Problem& problem() const { return problem_; }
  /// After kMore: the quote that is open at the end of the text; `at` is null when none is.
  const Spot& open_quote() const { return open_quote_; }

 private:
  Found quoted_field(CsvField& field);
  Found not_closed();
  Found refuse(std::string message, std::string hint);
  Found refuse_byte();
  void end_line();
  /// Whether the byte behind at_ must be known, and is not.
  bool undecided() const { return !text_.last && at_ + 1 == text_.end; }
  std::uint32_t column() const { return static_cast<std::uint32_t>(at_ - line_start_ + 1); }

  char delimiter_;
  Text text_;
  const char* at_ = nullptr;
  const char* line_start_ = nullptr;
  std::uint32_t line_ = 1;
  bool ascii_ = true;
  Spot open_quote_;
  std::vector<CsvField> fields_;
  std::vector<std::size_t> doubled_;
  Problem problem_;
};

}  // namespace csv
}  // namespace bedstone::data
