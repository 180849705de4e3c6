// Errors as values, and the names and summaries of their codes.
#include "bedstone/error.hpp"

#include <fmt/format.h>

#include <utility>

namespace bedstone {

Error::Error(ErrorCode what, std::string sentence) : code(what), message(std::move(sentence)) {}
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

Error&& Error::because(std::string text) && {
  cause = std::move(text);
  return std::move(*this);
}
Error&& Error::advise(std::string text) && {
  hint = std::move(text);
  return std::move(*this);
}
Error&& Error::at(Place where) && {
  place = std::move(where);
  return std::move(*this);
}
Error&& Error::at(std::string file, std::uint32_t line, std::uint32_t column) && {
  return std::move(*this).at(Place{std::move(file), line, column});
}
Error&& Error::with_statement(std::string text) && {
  statement = std::move(text);
  return std::move(*this);
}
Error&& Error::with_sqlstate(std::string text) && {
  sqlstate = std::move(text);
  return std::move(*this);
}
Error&& Error::may_retry() && {
  retryable = true;
  return std::move(*this);
}
Error&& Error::while_doing(std::string text) && {
  context.push_back(std::move(text));
  return std::move(*this);
}

std::string code_name(ErrorCode code) {
  return fmt::format("BED{:04}", static_cast<int>(code));
}

std::string_view code_summary(ErrorCode code) {
  switch (code) {
#define BEDSTONE_ERROR(name, number, summary) \
  case ErrorCode::name:                       \
    return summary;
#include "bedstone/error_codes.def"
#undef BEDSTONE_ERROR
  }
  return "unknown";
}

}  // namespace bedstone
