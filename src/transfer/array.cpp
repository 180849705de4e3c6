// PostgreSQL's manual, 8.15.6 "Array Input and Output Syntax".
#include "transfer/array.hpp"

#include "data/json.hpp"
#include "transfer/number.hpp"

namespace bedstone::transfer {
namespace {

void add_json_text(std::string_view text, std::string& out) {
  out += data::to_json(data::Node::scalar(std::string(text), false, {}));
}

void add_element(std::string_view text, Kind element, std::string& out) {
  switch (element) {
    case Kind::kInteger:
    case Kind::kReal:
    case Kind::kSingle:
    case Kind::kNumeric:
      // NaN and Infinity are no numbers to JSON.
      if (parse_decimal(text)) {
        out += text;
        return;
      }
      break;
    case Kind::kBoolean:
      out += text == "t" ? "true" : "false";
      return;
    default:
      break;
  }
  add_json_text(text, out);
}

class Literal {
 public:
  Literal(std::string_view text, Kind element) : rest_(text), element_(element) {}

  std::optional<std::string> json() {
    std::string out;
    if (!list(out) || !rest_.empty()) return std::nullopt;
    return out;
  }

 private:
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool list(std::string& out) {
    if (!take('{')) return false;
    out += '[';
    if (!take('}')) {
      do {
        if (out.back() != '[') out += ',';
        if (!item(out)) return false;
      } while (take(','));
      if (!take('}')) return false;
    }
    out += ']';
    return true;
  }

  bool item(std::string& out) {
    if (rest_.starts_with('{')) return list(out);
    std::string text;
    if (take('"')) {
      while (!rest_.empty() && rest_.front() != '"')
        if (!character(text)) return false;
      if (!take('"')) return false;
      add_element(text, element_, out);
      return true;
    }
    while (!rest_.empty() && rest_.front() != ',' && rest_.front() != '}')
      if (!character(text)) return false;
    if (text.empty()) return false;
    if (text == "NULL") {
      out += "null";
    } else {
      add_element(text, element_, out);
    }
    return true;
  }

  bool character(std::string& text) {
    if (take('\\') && rest_.empty()) return false;
    text += rest_.front();
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view rest_;
  Kind element_;
};

void add_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void add_list(const data::Node& list, std::string& out) {
  out += '{';
  for (const data::Node& item : list.items()) {
    if (out.back() != '{') out += ',';
    if (item.is_sequence()) {
      add_list(item, out);
    } else if (item.is_null()) {
      out += "NULL";
    } else {
      add_quoted(item.is_mapping() ? data::to_json(item) : item.text(), out);
    }
  }
  out += '}';
}

}  // namespace

std::optional<std::string> array_to_json(std::string_view literal, Kind element) {
  return Literal(literal, element).json();
}

std::optional<std::string> json_to_array(std::string_view json) {
  const auto document = data::parse_json("", json);
  if (!document || !document->root.is_sequence()) return std::nullopt;
  std::string out;
  add_list(document->root, out);
  return out;
}

}  // namespace bedstone::transfer
