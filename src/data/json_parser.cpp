// A recursive descent over RFC 8259; the depth is limited before the stack is.
#include "data/json_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/utf8.hpp"

namespace bedstone::data {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// What a person sees there. A letter or digit may belong to a secret that lost its quotes.
std::string shown(char c) {
  if (c == '\n' || c == '\r') return "the end of the line";
  if (c == '\t') return "a tab";
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte == 0x7F) return fmt::format("the control character 0x{:02X}", byte);
  if (is_digit(c)) return "a digit";
  if (is_word_part(c)) return "a word";
  return fmt::format("{}", c);
}

class JsonParser {
 public:
  JsonParser(const std::string& file, std::string_view text, JsonSource source,
             const Limits& limits, Mark start)
      : file_(file),
        text_(text),
        source_(source),
        limits_(limits),
        line_(start.line),
        first_column_(start.column) {}

  Checked<Node> parse() &&;

 private:
  // Each reads what stands at at_ and moves behind it; false after an error that ends the reading.
  bool value(Node& node);
  bool array(Node& node);
  bool object(Node& node);
  bool string(std::string& out);
  bool quoted(Node& node);
  bool number(Node& node);
  bool word(Node& node);
  bool escape(std::string& out, std::size_t begin);
  bool unicode_escape(std::string& out, std::size_t begin);
  std::optional<char32_t> four_hex_digits();
  bool enter(const Mark& open);
  bool entry(std::vector<Entry>& entries, const Mark& open);
  enum class Next { kElement, kEnd, kError };
  Next next(char close, const Mark& open, std::string_view what);

  void skip_blanks();
  bool at_end() const { return at_ == text_.size(); }
  char here() const { return text_[at_]; }
  bool at(char c) const { return !at_end() && here() == c; }
  Mark mark_at(std::size_t offset) const {
    const std::size_t column = offset - line_start_ + first_column_;
    return {line_, static_cast<std::uint32_t>(column), 0};
  }
  Mark mark() const { return mark_at(at_); }

  void check_keys(const std::vector<Entry>& entries);
  bool refuse(const Mark& mark, std::string problem, std::string hint);
  bool expected(std::string_view what);
  bool never_closed(std::string_view what, const Mark& open);
  bool beyond_limits(const Mark& mark, std::string problem, std::string hint);
  std::string hint_for_value() const;

  const std::string& file_;
  std::string_view text_;
  JsonSource source_;
  const Limits& limits_;
  std::size_t at_ = 0;
  std::uint32_t line_;
  std::size_t line_start_ = 0;
  /// The column of the byte at line_start_.
  std::size_t first_column_;
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
  Errors errors_;
};

Checked<Node> JsonParser::parse() && {
  Node root;
  skip_blanks();
  if (value(root)) {
    skip_blanks();
    if (!at_end()) {
      const bool line = source_ == JsonSource::kLine;
      refuse(mark(), fmt::format("the value has ended, and then comes {}", shown(here())),
             line ? "write one value per line"
                  : "a .json file holds one value; for one per line "
                    "name it .ndjson");
    }
  }
  std::stable_sort(errors_.begin(), errors_.end(), [](const Error& a, const Error& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  if (!errors_.empty()) return fail(std::move(errors_));
  return root;
}

void JsonParser::skip_blanks() {
  for (; !at_end(); ++at_) {
    switch (here()) {
      case '\n':
        ++line_;
        line_start_ = at_ + 1;
        first_column_ = 1;
        break;
      case ' ':
      case '\t':
      case '\r':
        break;
      default:
        return;
    }
  }
}

bool JsonParser::refuse(const Mark& mark, std::string problem, std::string hint) {
  errors_.push_back(
      Error(ErrorCode::kSeedSource, fmt::format("{} is not valid JSON: {}", file_, problem))
          .advise(std::move(hint))
          .at(file_, mark.line, mark.column));
  return false;
}

bool JsonParser::beyond_limits(const Mark& mark, std::string problem, std::string hint) {
  errors_.push_back(Error(ErrorCode::kYamlLimit, std::move(problem))
                        .advise(std::move(hint))
                        .at(file_, mark.line, mark.column));
  return false;
}

/// What people write that other readers, or other languages, take.
std::string JsonParser::hint_for_value() const {
  switch (here()) {
    case '\'':
      return "JSON has double quotes only";
    case '/':
    case '#':
      return "JSON has no comments; YAML has: a .yaml file takes JSON with comments that begin "
             "with #";
    case ']':
    case '}':
      return "remove the comma before the bracket, or write the value that is missing";
    case ',':
      return "remove one of the commas, or write null";
    case '+':
    case '.':
      return "write numbers as 1 or 0.5, without + and with a digit before the point";
    default:
      break;
  }
  const std::string_view rest = text_.substr(at_);
  for (const std::string_view name : {"NaN", "Infinity", "-Infinity"}) {
    if (rest.starts_with(name)) return "JSON has no such number: write null, or text in quotes";
  }
  for (const std::string_view name : {"True", "False", "None", "TRUE", "FALSE", "NULL", "Null"}) {
    if (rest.starts_with(name)) return "write true, false and null in small letters";
  }
  return "put text between double quotes";
}

bool JsonParser::expected(std::string_view what) {
  if (at_end()) {
    const bool line = source_ == JsonSource::kLine;
    const std::string end = line ? "the line ends" : "the file ends";
    return refuse(mark(), fmt::format("{} where {} is expected", end, what),
                  line ? "write the whole value on one line, or name the file .json"
                       : "was the file cut short? Compare it with where it came from");
  }
  return refuse(mark(), fmt::format("{} is expected, not {}", what, shown(here())),
                hint_for_value());
}

bool JsonParser::never_closed(std::string_view what, const Mark& open) {
  const bool line = source_ == JsonSource::kLine;
  refuse(open, fmt::format("{} is never closed", what),
         line ? "write the whole value on one line, or name the file .json"
              : "close it; was the file cut short?");
  errors_.back().cause = line ? "the line ends before" : "the file ends before";
  return false;
}

bool JsonParser::value(Node& node) {
  if (at_end()) return expected("a value");
  if (++nodes_ > limits_.nodes) {
    return beyond_limits(mark(), fmt::format("{} holds more than {} values", file_, limits_.nodes),
                         "split the file, or keep the data as .csv or .ndjson");
  }
  switch (here()) {
    case '{':
      return object(node);
    case '[':
      return array(node);
    case '"':
      return quoted(node);
    case 't':
    case 'f':
    case 'n':
      return word(node);
    default:
      return here() == '-' || is_digit(here()) ? number(node) : expected("a value");
  }
}

bool JsonParser::word(Node& node) {
  std::size_t end = at_;
  while (end < text_.size() && is_word_part(text_[end]))
    ++end;
  const std::string_view word = text_.substr(at_, end - at_);
  if (word != "true" && word != "false" && word != "null") return expected("a value");
  node = Node::scalar(std::string(word), true, mark(), true);
  at_ = end;
  return true;
}

/// -? ( 0 | [1-9][0-9]* ) ( \. [0-9]+ )? ( [eE] [+-]? [0-9]+ )?
bool JsonParser::number(Node& node) {
  const std::size_t begin = at_;
  const Mark start = mark();
  const auto digits = [this] {
    const std::size_t first = at_;
    while (!at_end() && is_digit(here()))
      ++at_;
    return at_ > first;
  };
  if (at('-')) ++at_;
  if (at('I')) {
    at_ = begin;
    return expected("a value");
  }
  const bool zero = at('0');
  if (!digits()) return refuse(start, "a number has no digits", "write a digit behind the minus");
  const std::size_t whole = at_ - begin - (text_[begin] == '-' ? 1 : 0);
  if (zero && whole > 1) {
    return refuse(start, "a number begins with 0",
                  "put quotes around it if the zeros belong to it, else remove them");
  }
  if (at('.')) {
    ++at_;
    if (!digits()) return refuse(mark(), "a digit is expected behind the point", "write 1.0 or 1");
  }
  if (at('e') || at('E')) {
    ++at_;
    if (at('+') || at('-')) ++at_;
    if (!digits()) {
      return refuse(mark(), "a digit is expected in the exponent", "write it as in 1e5");
    }
  }
  if (!at_end() &&
      (is_word_part(here()) || std::string_view(".-:").find(here()) != std::string_view::npos)) {
    return refuse(mark(), fmt::format("a number goes on with {}", shown(here())),
                  "put quotes around text, dates and hexadecimal numbers");
  }
  node = Node::scalar(std::string(text_.substr(begin, at_ - begin)), true, start, true);
  return true;
}

bool JsonParser::quoted(Node& node) {
  const Mark start = mark();
  const std::size_t begin = at_;
  std::string text;
  if (!string(text)) return false;
  const bool verbatim = at_ - begin == text.size() + 2;
  node = Node::scalar(std::move(text), false, start, verbatim);
  return true;
}

/// From the opening quote to behind the closing one.
bool JsonParser::string(std::string& out) {
  const std::size_t begin = at_++;
  for (;;) {
    const std::size_t run = at_;
    while (!at_end() && here() != '"' && here() != '\\' &&
           static_cast<unsigned char>(here()) >= 0x20)
      ++at_;
    out.append(text_, run, at_ - run);
    if (at_end()) return never_closed("text in quotes", mark_at(begin));
    if (here() == '"') {
      ++at_;
      return true;
    }
    if (here() == '\\') {
      if (!escape(out, begin)) return false;
      continue;
    }
    if (here() == '\n' || here() == '\r') {
      refuse(mark_at(begin), "text in quotes does not end in its line",
             "close the quote, or write \\n for a line's end within the text");
      return false;
    }
    const auto byte = static_cast<unsigned char>(here());
    return refuse(mark(), fmt::format("{} stands in text", shown(here())),
                  here() == '\t' ? "write it as \\t" : fmt::format("write it as \\u{:04X}", byte));
  }
}

bool JsonParser::escape(std::string& out, std::size_t begin) {
  static constexpr std::string_view kLetters = "\"\\/bfnrt";
  static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const Mark start = mark();
  if (++at_ == text_.size()) return never_closed("text in quotes", mark_at(begin));
  if (here() == 'u') return unicode_escape(out, begin);
  const std::size_t index = kLetters.find(here());
  if (index == std::string_view::npos) {
    return refuse(
        start, "this escape has no meaning",
        "write \\\\ for a backslash; the others are \\\" \\/ \\b \\f \\n \\r \\t \\uXXXX");
  }
  out.push_back(kMeanings[index]);
  ++at_;
  return true;
}

/// Characters beyond U+FFFF are written as two (UTF-16's surrogates), which make sense only
/// together.
bool JsonParser::unicode_escape(std::string& out, std::size_t begin) {
  const Mark start = mark_at(at_ - 1);
  const auto first = four_hex_digits();
  if (!first && at_end()) return never_closed("text in quotes", mark_at(begin));
  if (!first) {
    return refuse(start, "\\u needs four hexadecimal digits", "write it as in \\u00e9");
  }
  char32_t point = *first;
  if (point >= 0xD800 && point <= 0xDFFF) {
    std::optional<char32_t> second;
    if (point < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      ++at_;
      second = four_hex_digits();
    }
    if (!second || *second < 0xDC00 || *second > 0xDFFF) {
      return refuse(start, "this escape is half a character",
                    "write \\uD800 to \\uDBFF only with \\uDC00 to \\uDFFF behind it, or the "
                    "character itself");
    }
    point = 0x10000 + ((point - 0xD800) << 10) + (*second - 0xDC00);
  }
  append_utf8(out, point);
  return true;
}

/// Of an escape whose `u` is here.
std::optional<char32_t> JsonParser::four_hex_digits() {
  char32_t result = 0;
  ++at_;
  for (int i = 0; i < 4; ++i, ++at_) {
    if (at_end()) return std::nullopt;
    const char c = here();
    char32_t digit = 0;
    if (is_digit(c)) {
      digit = static_cast<char32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<char32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<char32_t>(c - 'A' + 10);
    } else {
      return std::nullopt;
    }
    result = result << 4 | digit;
  }
  return result;
}

bool JsonParser::enter(const Mark& open) {
  if (++depth_ <= limits_.depth) return true;
  return beyond_limits(open,
                       fmt::format("{} is nested deeper than {} levels", file_, limits_.depth),
                       "is it the right file?");
}

/// Behind an element of what was opened.
JsonParser::Next JsonParser::next(char close, const Mark& open, std::string_view what) {
  skip_blanks();
  if (at(close)) {
    ++at_;
    --depth_;
    return Next::kEnd;
  }
  if (!at_end() && here() != ',') {
    refuse(mark(), fmt::format("a comma or {} is expected, not {}", close, shown(here())),
           "put a comma between two values, or close the bracket; \" within text is \\\"");
    return Next::kError;
  }
  if (!at_end()) {
    ++at_;
    skip_blanks();
  }
  if (!at_end()) return Next::kElement;
  never_closed(what, open);
  return Next::kError;
}

bool JsonParser::array(Node& node) {
  const Mark open = mark();
  if (!enter(open)) return false;
  ++at_;
  skip_blanks();
  std::vector<Node> items;
  Next next = Next::kElement;
  if (at_end() || here() == ']') next = this->next(']', open, "a list");
  while (next == Next::kElement) {
    if (!value(items.emplace_back())) return false;
    next = this->next(']', open, "a list");
  }
  node = Node::sequence(std::move(items), open);
  return next == Next::kEnd;
}

bool JsonParser::object(Node& node) {
  const Mark open = mark();
  if (!enter(open)) return false;
  ++at_;
  skip_blanks();
  std::vector<Entry> entries;
  Next next = Next::kElement;
  if (at_end() || here() == '}') next = this->next('}', open, "an object");
  while (next == Next::kElement) {
    if (!entry(entries, open)) break;
    next = this->next('}', open, "an object");
  }
  check_keys(entries);
  node = Node::mapping(std::move(entries), open);
  return next == Next::kEnd;
}

bool JsonParser::entry(std::vector<Entry>& entries, const Mark& open) {
  if (!at('"')) {
    if (is_word_part(here())) {
      return refuse(mark(), "a key stands without quotes", "put keys between double quotes");
    }
    return expected("a key in double quotes");
  }
  Entry entry{{}, mark(), {}};
  if (!string(entry.key)) return false;
  skip_blanks();
  if (at_end()) return never_closed("an object", open);
  if (here() != ':') {
    return refuse(mark(), fmt::format("a colon is expected behind the key, not {}", shown(here())),
                  "write \"key\": value");
  }
  ++at_;
  skip_blanks();
  entries.push_back(std::move(entry));
  return value(entries.back().value);
}

void JsonParser::check_keys(const std::vector<Entry>& entries) {
  // Most objects are small, and comparing a few keys is cheaper than hashing them.
  constexpr std::size_t kFewKeys = 12;
  std::unordered_map<std::string_view, const Entry*> first;
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    const Entry* before = &*entry;
    if (entries.size() > kFewKeys) {
      before = first.emplace(entry->key, before).first->second;
    } else {
      before = &*std::find_if(entries.begin(), entry,
                              [&](const Entry& other) { return other.key == entry->key; });
    }
    if (before == &*entry) continue;
    errors_.push_back(
        Error(ErrorCode::kYamlDuplicateKey,
              fmt::format("the key {} stands here a second time", describe_key(entry->key)))
            .because(fmt::format("the first one is in line {}, column {}", before->key_mark.line,
                                 before->key_mark.column))
            .advise("keep one of the two")
            .at(file_, entry->key_mark.line, entry->key_mark.column));
  }
}

}  // namespace

Checked<Node> parse_json_value(const std::string& file, std::string_view text, JsonSource source,
                               const Limits& limits, Mark start) {
  return JsonParser(file, text, source, limits, start).parse();
}

}  // namespace bedstone::data
