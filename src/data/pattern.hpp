/// Regular expressions that take time in proportion to the text, whoever wrote them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bedstone/result.hpp"

namespace re2 {
class RE2;
}

namespace bedstone::data {

/// A compiled expression in RE2's syntax: Perl's without looking around and without
/// back-references. May be shared between threads.
class Pattern {
 public:
  /// The error's cause says what is wrong with the expression; it has neither a place nor a hint.
  /// Errors: kJsonSchema.
  static Result<Pattern> compile(std::string_view expression);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  /// Whether it matches anywhere in the text.
  bool found_in(std::string_view text) const;
  const std::string& expression() const;

 private:
  explicit Pattern(std::unique_ptr<re2::RE2> engine);

  std::unique_ptr<re2::RE2> engine_;
};

}  // namespace bedstone::data
