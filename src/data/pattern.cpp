// RE2, so that its header stays in this file.
#include "data/pattern.hpp"

#include <re2/re2.h>

namespace bedstone::data {
namespace {

// Of the compiled expression and what matching keeps. RE2 falls back to a slower way within it.
constexpr std::int64_t kMemory = 1 << 20;

}  // namespace

Pattern::Pattern(std::unique_ptr<re2::RE2> engine) : engine_(std::move(engine)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view expression) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kMemory);
  options.set_never_capture(true);
  auto engine =
      std::make_unique<re2::RE2>(re2::StringPiece(expression.data(), expression.size()), options);
  if (!engine->ok())
    return fail(Error(ErrorCode::kJsonSchema, "a regular expression is not understood")
                    .because(engine->error()));
  return Pattern(std::move(engine));
}

bool Pattern::found_in(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *engine_);
}

const std::string& Pattern::expression() const {
  return engine_->pattern();
}

}  // namespace bedstone::data
