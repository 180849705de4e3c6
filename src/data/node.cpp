// The tree: what scalars mean, looking things up, laying one document over another.
#include "data/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "base/text.hpp"

namespace bedstone::data {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool all_in(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

constexpr std::string_view kDigits = "0123456789";

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

std::size_t skip_digits(std::string_view text, std::size_t from) {
  return std::min(text.find_first_not_of(kDigits, from), text.size());
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal(std::string_view text) {
  text = without_sign(text);
  std::size_t i = skip_digits(text, 0);
  const bool whole = i > 0;
  if (i < text.size() && text[i] == '.') {
    const std::size_t after = skip_digits(text, i + 1);
    if (!whole && after == i + 1) return false;
    i = after;
  } else if (!whole) {
    return false;
  }
  if (i == text.size()) return true;
  if (text[i] != 'e' && text[i] != 'E') return false;
  return all_in(without_sign(text.substr(i + 1)), kDigits);
}

bool is_infinite(std::string_view text) {
  return is_one_of(without_sign(text), {".inf", ".Inf", ".INF"});
}

bool is_not_a_number(std::string_view text) {
  return is_one_of(text, {".nan", ".NaN", ".NAN"});
}

bool is_octal(std::string_view text) {
  return text.starts_with("0o") && all_in(text.substr(2), "01234567");
}

bool is_hexadecimal(std::string_view text) {
  return text.starts_with("0x") && all_in(text.substr(2), "0123456789abcdefABCDEF");
}

Node::Type type_of_plain(std::string_view text) {
  using Type = Node::Type;
  if (text.empty()) return Type::kNull;
  switch (text.front()) {
    case '~':
    case 'n':
    case 'N':
      return is_one_of(text, {"~", "null", "Null", "NULL"}) ? Type::kNull : Type::kText;
    case 't':
    case 'T':
    case 'f':
    case 'F':
      return is_one_of(text, {"true", "True", "TRUE", "false", "False", "FALSE"}) ? Type::kBool
                                                                                  : Type::kText;
    default:
      break;
  }
  if (all_in(without_sign(text), kDigits) || is_octal(text) || is_hexadecimal(text)) {
    return Type::kInteger;
  }
  const bool number = is_decimal(text) || is_infinite(text) || is_not_a_number(text);
  return number ? Type::kFloat : Type::kText;
}

template <typename Number, typename... Format>
std::optional<Number> number_of(std::string_view text, Format... format) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, format...);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Short and made of characters that no URL and no connection string can do without others.
bool is_harmless(std::string_view text) {
  return text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view(" _-./<").find(c) != std::string_view::npos;
         });
}

void merge(Node& base, Node&& over) {
  if (!base.is_mapping() || !over.is_mapping()) {
    base = std::move(over);
    return;
  }
  for (Entry& entry : over.entries()) {
    auto& known = base.entries();
    const auto same = std::find_if(known.begin(), known.end(),
                                   [&](const Entry& e) { return e.key == entry.key; });
    if (same == known.end()) {
      known.push_back(std::move(entry));
    } else {
      same->key_mark = entry.key_mark;
      merge(same->value, std::move(entry.value));
    }
  }
}

}  // namespace

Node::Node(Node&&) noexcept = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

Node Node::scalar(std::string text, bool plain, Mark mark, bool verbatim) {
  Node node;
  node.value_ = std::move(text);
  node.mark_ = mark;
  node.plain_ = plain;
  node.verbatim_ = verbatim;
  return node;
}

Node Node::sequence(std::vector<Node> items, Mark mark) {
  Node node;
  node.value_ = std::move(items);
  node.mark_ = mark;
  return node;
}

Node Node::mapping(std::vector<Entry> entries, Mark mark) {
  Node node;
  node.value_ = std::move(entries);
  node.mark_ = mark;
  return node;
}

Node::Type Node::type() const {
  if (is_sequence()) return Type::kSequence;
  if (is_mapping()) return Type::kMapping;
  return plain_ ? type_of_plain(text()) : Type::kText;
}

const std::string& Node::text() const {
  static const std::string kNone;
  const auto* text = std::get_if<std::string>(&value_);
  return text != nullptr ? *text : kNone;
}

std::optional<bool> Node::as_bool() const {
  if (type() != Type::kBool) return std::nullopt;
  return text().front() == 't' || text().front() == 'T';
}

std::optional<std::int64_t> Node::as_integer() const {
  if (type() != Type::kInteger) return std::nullopt;
  const std::string_view text = this->text();
  if (is_octal(text)) return number_of<std::int64_t>(text.substr(2), 8);
  if (is_hexadecimal(text)) return number_of<std::int64_t>(text.substr(2), 16);
  return number_of<std::int64_t>(text, 10);
}

std::optional<double> Node::as_number() const {
  if (const auto integer = as_integer()) return static_cast<double>(*integer);
  const Type type = this->type();
  const std::string_view text = this->text();
  if (type == Type::kInteger) return number_of<double>(text, std::chars_format::fixed);
  if (type != Type::kFloat) return std::nullopt;
  if (is_not_a_number(text)) return std::numeric_limits<double>::quiet_NaN();
  if (is_infinite(text)) {
    const double infinity = std::numeric_limits<double>::infinity();
    return text.front() == '-' ? -infinity : infinity;
  }
  return number_of<double>(text, std::chars_format::general);
}

const std::vector<Node>& Node::items() const {
  static const std::vector<Node> kNone;
  const auto* items = std::get_if<std::vector<Node>>(&value_);
  return items != nullptr ? *items : kNone;
}

const std::vector<Entry>& Node::entries() const {
  static const std::vector<Entry> kNone;
  const auto* entries = std::get_if<std::vector<Entry>>(&value_);
  return entries != nullptr ? *entries : kNone;
}

std::vector<Node>& Node::items() {
  return std::get<std::vector<Node>>(value_);
}

std::vector<Entry>& Node::entries() {
  return std::get<std::vector<Entry>>(value_);
}

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries()) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(std::as_const(*this).find(key));
}

Mark Node::mark_of(std::size_t offset) const {
  if (!verbatim_) return mark_;
  Mark mark = mark_;
  mark.column += static_cast<std::uint32_t>(offset + (plain_ ? 0 : 1));
  return mark;
}

const std::vector<std::string>& Node::variables() const {
  static const std::vector<std::string> kNone;
  return variables_ ? *variables_ : kNone;
}

void Node::expand_to(std::string text, std::vector<std::string> variables) {
  value_ = std::move(text);
  verbatim_ = false;
  if (!variables.empty()) {
    variables_ = std::make_unique<std::vector<std::string>>(std::move(variables));
  }
}

void Node::set_source(std::uint32_t source) {
  mark_.source = source;
  if (is_sequence()) {
    for (Node& item : items())
      item.set_source(source);
  } else if (is_mapping()) {
    for (Entry& entry : entries()) {
      entry.key_mark.source = source;
      entry.value.set_source(source);
    }
  }
}

void overlay(Document& base, Document over) {
  const auto source = static_cast<std::uint32_t>(base.files.size());
  over.root.set_source(source);
  base.files.push_back(std::move(over.files.front()));
  // An overlay that says nothing changes nothing.
  if (!over.root.is_null()) merge(base.root, std::move(over.root));
}

std::string describe(const Node& node) {
  if (!node.variables().empty()) {
    return fmt::format("what ${{{}}} expands to", text::join(node.variables(), "} and ${"));
  }
  switch (node.type()) {
    case Node::Type::kNull:
      return "empty";
    case Node::Type::kSequence:
      return "a list";
    case Node::Type::kMapping:
      return "a mapping";
    case Node::Type::kText:
      return is_harmless(node.text()) ? fmt::format("the text \"{}\"", node.text()) : "this text";
    default:
      return text::excerpt(node.text(), 60);
  }
}

std::string describe_key(std::string_view key) {
  if (!is_harmless(key)) return "of this text";
  return key.empty() || key.find(' ') != key.npos ? fmt::format("\"{}\"", key) : std::string(key);
}

}  // namespace bedstone::data
