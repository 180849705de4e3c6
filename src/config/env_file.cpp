// Reading .env files: NAME=value, export, quotes, comments.
#include "config/env_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/files.hpp"
#include "base/text.hpp"

namespace bedstone::config {
namespace {

constexpr std::uint64_t kMaxFileBytes = 1U << 20;
constexpr std::string_view kForm = "write NAME=value, or NAME=\"value\"";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

bool begins_name(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool continues_name(char c) {
  return begins_name(c) || (c >= '0' && c <= '9');
}

class EnvReader {
 public:
  EnvReader(std::string_view shown, std::string_view text) : shown_(shown), text_(text) {}

  Checked<std::vector<EnvVariable>> read() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = line_start_ = 3;
    const auto broken = text::invalid_utf8(text_);
    const auto bad = std::min(broken.value_or(text_.size()), text_.find('\0'));
    if (bad < text_.size()) {
      refuse_bytes(bad);
      return fail(std::move(errors_));
    }
    while (at_ < text_.size())
      line();
    if (!errors_.empty()) return fail(std::move(errors_));
    return std::move(variables_);
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_]))
      ++at_;
  }

  void next() {
    if (text_[at_] == '\n') {
      ++line_;
      line_start_ = at_ + 1;
    }
    ++at_;
  }

  /// To the beginning of the next line.
  void leave_line() {
    while (at_ < text_.size() && text_[at_] != '\n')
      ++at_;
    if (at_ < text_.size()) next();
  }

  Place here() const {
    return {std::string(shown_), line_, static_cast<std::uint32_t>(at_ - line_start_ + 1)};
  }

  void complain(std::string message, std::string hint, Place place) {
    errors_.push_back(Error(ErrorCode::kEnvFile, std::move(message))
                          .advise(std::move(hint))
                          .at(std::move(place)));
  }

  void refuse_bytes(std::size_t offset) {
    const std::string_view before = text_.substr(0, offset);
    const auto line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
    const auto start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    complain(text_[offset] == '\0' ? "a NUL character stands here" : "this is not UTF-8",
             "save the file as UTF-8 text",
             {std::string(shown_), line + 1, static_cast<std::uint32_t>(offset - start + 1)});
  }

  std::string_view name() {
    const std::size_t start = at_;
    if (begins_name(peek())) {
      while (at_ < text_.size() && continues_name(text_[at_]))
        ++at_;
    }
    return text_.substr(start, at_ - start);
  }

  void line() {
    skip_blanks();
    if (peek() == '\n' || peek() == '#') return leave_line();
    Place place = here();
    std::string_view found = name();
    if (found == "export" && is_blank(peek())) {
      skip_blanks();
      place = here();
      found = name();
    }
    skip_blanks();
    if (found.empty() || peek() != '=') {
      // It may be a piece of a secret, as of a key of several lines: nothing of it is shown.
      complain("this line is no variable with its value", std::string(kForm), std::move(place));
      return leave_line();
    }
    ++at_;
    skip_blanks();
    auto value = peek() == '\'' || peek() == '"' ? quoted(found) : bare();
    if (!value) return;
    variables_.push_back({std::string(found), Secret(*std::move(value)), std::move(place)});
  }

  /// A `#` begins a comment where a blank is before it.
  std::optional<std::string> bare() {
    const std::size_t start = at_;
    std::size_t end = at_;
    while (at_ < text_.size() && text_[at_] != '\n') {
      if (text_[at_] == '#' && is_blank(text_[at_ - 1])) break;
      if (!is_blank(text_[at_++])) end = at_;
    }
    leave_line();
    return std::string(text_.substr(start, end - start));
  }

  std::optional<std::string> quoted(std::string_view name) {
    const Place opened = here();
    const char quote = text_[at_];
    const std::size_t resume = at_;
    const std::uint32_t line = line_;
    const std::size_t line_start = line_start_;
    next();
    std::string value;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size()) {
        escape(value);
        continue;
      }
      // As in a text editor, whatever the file's line ends are.
      if (!text_.substr(at_).starts_with("\r\n")) value += text_[at_];
      next();
    }
    if (at_ >= text_.size()) {
      // What follows may be fine lines: they are read, so that their mistakes are told, too.
      at_ = resume;
      line_ = line;
      line_start_ = line_start;
      complain(fmt::format("the quote of {} is not closed", name),
               fmt::format("close it with {}", quote), opened);
      leave_line();
      return std::nullopt;
    }
    next();
    skip_blanks();
    if (peek() != '\n' && peek() != '#') {
      complain(fmt::format("text follows the closing quote of {}", name),
               "put all of the value into the quotes", here());
      leave_line();
      return std::nullopt;
    }
    leave_line();
    return value;
  }

  void escape(std::string& value) {
    const char escaped = text_[at_ + 1];
    switch (escaped) {
      case 'n':
        value += '\n';
        break;
      case 'r':
        value += '\r';
        break;
      case 't':
        value += '\t';
        break;
      case '\\':
      case '"':
      case '$':
      case '`':
        value += escaped;
        break;
      default:
        value += '\\';
        next();
        return;
    }
    next();
    next();
  }

  std::string_view shown_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::size_t line_start_ = 0;
  std::vector<EnvVariable> variables_;
  Errors errors_;
};

}  // namespace

Checked<std::vector<EnvVariable>> parse_env(std::string_view shown, std::string_view text) {
  return EnvReader(shown, text).read();
}

Checked<std::vector<EnvVariable>> read_env(const std::string& path) {
  auto text = files::read(path, kMaxFileBytes);
  if (!text) return fail_all(std::move(text).error());
  const Secret held(*std::move(text));
  return parse_env(path, held.expose());
}

const EnvVariable* find(const std::vector<EnvVariable>& variables, std::string_view name) {
  const auto found = std::find_if(variables.rbegin(), variables.rend(),
                                  [name](const EnvVariable& one) { return one.name == name; });
  return found != variables.rend() ? &*found : nullptr;
}

}  // namespace bedstone::config
