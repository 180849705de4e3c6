// A recursive descent over ${…} expressions.
#include "project/expand.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/text.hpp"

namespace bedstone {
namespace {

constexpr std::size_t kMaxDepth = 20;
/// In all: a variable can hold 128 KiB, and a file can name it a million times.
constexpr std::size_t kMaxBytes = 16U << 20;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_name_part(char c) {
  return is_letter(c) || (c >= '0' && c <= '9');
}

/// Expands one scalar. After an error the result is of no use, but later errors are found too as
/// long as the syntax is understood.
class ScalarExpansion {
 public:
  ScalarExpansion(const data::Node& node, const data::Document& document,
                  const Environment& environment, std::size_t& bytes_left, Errors& errors)
      : node_(node),
        document_(document),
        environment_(environment),
        bytes_left_(bytes_left),
        errors_(errors) {}

  /// False after an error.
  bool run() {
    text_part(0, &result_);
    return !failed_;
  }
  std::string take_result() { return std::move(result_); }
  std::vector<std::string> take_variables() { return std::move(variables_); }

 private:
  struct Name {
    std::string_view text;
    std::size_t start;  ///< Of the expression's `$`.
  };

  void text_part(std::size_t depth, std::string* out);
  void dollars(std::size_t depth, std::string* out);
  void expression(std::size_t depth, std::string* out);
  void with_default(const Name& name, std::size_t depth, std::string* out);
  void with_message(const Name& name, std::size_t depth, std::string* out);
  bool close(const Name& name);
  void append(std::string* out, std::string_view text);
  void value(const Name& name, std::string_view text, std::string* out);
  void unset(const Name& name, std::string_view state, std::string_view message);
  void syntax(std::size_t offset, std::string message, std::string hint);
  bool at(std::string_view expected) const {
    return std::string_view(node_.text()).substr(next_).starts_with(expected);
  }
  bool done() const { return stopped_ || next_ >= node_.text().size(); }
  Place place(std::size_t offset) const { return document_.place(node_.mark_of(offset)); }

  const data::Node& node_;
  const data::Document& document_;
  const Environment& environment_;
  std::size_t& bytes_left_;
  Errors& errors_;
  std::size_t next_ = 0;
  bool failed_ = false;
  bool stopped_ = false;
  std::string result_;
  std::vector<std::string> variables_;
};

/// Text with expressions: the whole scalar, or a default up to its closing brace. `out` is null
/// where the text is not wanted and only its syntax is checked.
void ScalarExpansion::text_part(std::size_t depth, std::string* out) {
  const std::string& text = node_.text();
  while (!done() && (depth == 0 || text[next_] != '}')) {
    if (text[next_] == '$') {
      dollars(depth, out);
      continue;
    }
    const std::size_t end =
        std::min(text.find_first_of(depth == 0 ? "$" : "$}", next_), text.size());
    append(out, std::string_view(text).substr(next_, end - next_));
    next_ = end;
  }
}

/// A run of dollars: before a brace each pair stands for one, elsewhere they are text. So what
/// needs no escape (SQL's $$, a password's $) is kept as it is.
void ScalarExpansion::dollars(std::size_t depth, std::string* out) {
  const std::string& text = node_.text();
  const std::size_t end = std::min(text.find_first_not_of('$', next_), text.size());
  const std::size_t count = end - next_;
  if (!std::string_view(text).substr(end).starts_with('{')) {
    append(out, std::string_view(text).substr(next_, count));
    next_ = end;
    return;
  }
  append(out, std::string(count / 2, '$'));
  next_ = end - count % 2;
  if (count % 2 == 1) {
    expression(depth + 1, out);
  } else {
    append(out, "{");
    ++next_;
  }
}

void ScalarExpansion::expression(std::size_t depth, std::string* out) {
  const std::string_view text = node_.text();
  const std::size_t start = next_;
  next_ += 2;
  if (depth > kMaxDepth) {
    return syntax(start, fmt::format("${{…}} is nested deeper than {} levels", kMaxDepth),
                  "give the inner default a variable of its own");
  }
  std::size_t end = next_;
  while (end < text.size() && is_name_part(text[end]))
    ++end;
  const Name name{text.substr(next_, end - next_), start};
  next_ = end;
  if (name.text.empty() || !is_letter(name.text.front())) {
    return syntax(start, "after ${ stands no name of a variable",
                  "write ${NAME} with letters, digits and _; write $${ for a literal ${");
  }
  if (at(":-")) return with_default(name, depth, out);
  if (at(":?")) return with_message(name, depth, out);
  if (!done() && text[next_] != '}') {
    return syntax(start,
                  fmt::format("what follows the name in ${{{}…}} is not understood", name.text),
                  fmt::format("write ${{{0}}}, ${{{0}:-default}} or ${{{0}:?message}}", name.text));
  }
  if (!close(name)) return;
  const auto found = environment_.get(name.text);
  if (found) {
    value(name, *found, out);
  } else if (out != nullptr) {
    unset(name, "not set", {});
  }
}

void ScalarExpansion::with_default(const Name& name, std::size_t depth, std::string* out) {
  next_ += 2;
  const auto found = environment_.get(name.text);
  const bool use_default = !found || found->empty();
  if (use_default && out != nullptr) variables_.emplace_back(name.text);
  text_part(depth, use_default ? out : nullptr);
  if (close(name) && !use_default) value(name, *found, out);
}

void ScalarExpansion::with_message(const Name& name, std::size_t depth, std::string* out) {
  next_ += 2;
  const std::size_t from = next_;
  text_part(depth, nullptr);
  const std::string_view message = std::string_view(node_.text()).substr(from, next_ - from);
  if (!close(name)) return;
  const auto found = environment_.get(name.text);
  if (found && !found->empty()) {
    value(name, *found, out);
  } else if (out != nullptr) {
    unset(name, found ? "set but empty" : "not set", message);
  }
}

bool ScalarExpansion::close(const Name& name) {
  if (stopped_) return false;
  if (next_ < node_.text().size()) {
    ++next_;
    return true;
  }
  syntax(name.start, fmt::format("${{{} is never closed", name.text),
         "add the closing }; write $${ for a literal ${");
  return false;
}

void ScalarExpansion::append(std::string* out, std::string_view text) {
  if (out == nullptr || stopped_) return;
  if (text.size() > bytes_left_) {
    stopped_ = failed_ = true;
    bytes_left_ = 0;
    errors_.push_back(
        Error(ErrorCode::kYamlLimit,
              fmt::format("the variables of this file expand to more than {} MiB", kMaxBytes >> 20))
            .advise("name the variable once, or keep the data in a file")
            .at(place(0)));
    return;
  }
  bytes_left_ -= text.size();
  out->append(text);
}

void ScalarExpansion::value(const Name& name, std::string_view text, std::string* out) {
  if (out == nullptr) return;
  variables_.emplace_back(name.text);
  if (const auto offset = text::invalid_utf8(text)) {
    failed_ = true;
    errors_.push_back(
        Error(ErrorCode::kNotUtf8, fmt::format("the value of {} is not UTF-8", name.text))
            .because(fmt::format("the byte at offset {} begins no character", *offset))
            .advise(fmt::format("look at its bytes: printenv {} | od -c", name.text))
            .at(place(name.start)));
    return;
  }
  append(out, text);
}

void ScalarExpansion::unset(const Name& name, std::string_view state, std::string_view message) {
  failed_ = true;
  const std::string file = files::file_name(place(0).file);
  errors_.push_back(
      Error(ErrorCode::kVariableUnset,
            fmt::format("the environment variable {} is {}", name.text, state))
          .because(text::excerpt(text::printable(message)))
          .advise(fmt::format("export {0}=…, or give it a default in {1}: ${{{0}:-…}}", name.text,
                              file))
          .at(place(name.start)));
}

void ScalarExpansion::syntax(std::size_t offset, std::string message, std::string hint) {
  stopped_ = failed_ = true;
  errors_.push_back(Error(ErrorCode::kVariableSyntax, std::move(message))
                        .advise(std::move(hint))
                        .at(place(offset)));
}

class TreeExpansion {
 public:
  TreeExpansion(const data::Document& document, const Environment& environment, Errors& errors)
      : document_(document), environment_(environment), errors_(errors) {}

  void expand(data::Node& node) {
    if (node.is_scalar()) {
      scalar(node);
    } else if (node.is_sequence()) {
      for (data::Node& item : node.items())
        expand(item);
    } else {
      for (data::Entry& entry : node.entries())
        expand(entry.value);
    }
  }

 private:
  void scalar(data::Node& node) {
    if (node.text().find("${") == std::string::npos || bytes_left_ == 0) return;
    ScalarExpansion expansion(node, document_, environment_, bytes_left_, errors_);
    if (!expansion.run()) return node.mark_broken();
    std::vector<std::string> variables = expansion.take_variables();
    std::sort(variables.begin(), variables.end());
    variables.erase(std::unique(variables.begin(), variables.end()), variables.end());
    node.expand_to(expansion.take_result(), std::move(variables));
  }

  const data::Document& document_;
  const Environment& environment_;
  Errors& errors_;
  std::size_t bytes_left_ = kMaxBytes;
};

}  // namespace

void expand_variables(data::Node& node, const data::Document& document,
                      const Environment& environment, Errors& errors) {
  TreeExpansion(document, environment, errors).expand(node);
}

}  // namespace bedstone
