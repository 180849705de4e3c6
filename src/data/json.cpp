// JSON files, and a tree as JSON.
#include "data/json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "data/json_parser.hpp"
#include "data/utf8.hpp"

namespace bedstone::data {
namespace {

constexpr std::string_view kDigits = "0123456789";

void write_text(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

/// A decimal number of YAML's: JSON knows no plus before it, no zeros that say nothing, and wants
/// digits on both sides of a point.
void write_decimal(std::string& out, std::string_view text) {
  if (text.front() == '-') out.push_back('-');
  if (text.front() == '-' || text.front() == '+') text.remove_prefix(1);
  const std::string_view whole = text.substr(0, text.find_first_not_of(kDigits));
  text.remove_prefix(whole.size());
  out +=
      whole.substr(std::min(whole.find_first_not_of('0'), whole.size() - (whole.empty() ? 0 : 1)));
  if (whole.empty()) out.push_back('0');
  if (text.starts_with('.')) {
    const std::string_view part = text.substr(0, text.find_first_not_of(kDigits, 1));
    if (part.size() > 1) out += part;
    text.remove_prefix(part.size());
  }
  out += text;
}

void write_number(std::string& out, const Node& node) {
  const std::string& text = node.text();
  const bool decimal = text.find_first_not_of("+-.eE0123456789") == std::string::npos;
  if (decimal) {
    write_decimal(out, text);
  } else if (const auto integer = node.as_integer()) {
    out += std::to_string(*integer);
  } else {
    write_text(out, text);
  }
}

void write(std::string& out, const Node& node) {
  char before = '[';
  switch (node.type()) {
    case Node::Type::kNull:
      out += "null";
      break;
    case Node::Type::kBool:
      out += *node.as_bool() ? "true" : "false";
      break;
    case Node::Type::kInteger:
    case Node::Type::kFloat:
      write_number(out, node);
      break;
    case Node::Type::kText:
      write_text(out, node.text());
      break;
    case Node::Type::kSequence:
      for (const Node& item : node.items()) {
        out.push_back(std::exchange(before, ','));
        write(out, item);
      }
      out += node.items().empty() ? "[]" : "]";
      break;
    case Node::Type::kMapping:
      before = '{';
      for (const Entry& entry : node.entries()) {
        out.push_back(std::exchange(before, ','));
        write_text(out, entry.key);
        out.push_back(':');
        write(out, entry.value);
      }
      out += node.entries().empty() ? "{}" : "}";
      break;
  }
}

}  // namespace

Checked<Document> parse_json(std::string file, std::string_view text, Limits limits) {
  text = without_byte_order_mark(text);
  if (auto error = check_utf8(file, text)) return fail_all(*std::move(error));
  auto root = parse_json_value(file, text, JsonSource::kFile, limits);
  if (!root) return fail(std::move(root).error());
  Document document;
  document.root = *std::move(root);
  document.files.push_back(std::move(file));
  return document;
}

Checked<Document> read_json(const std::string& path, Limits limits) {
  auto text = files::read(path, limits.file_bytes);
  if (!text) return fail_all(std::move(text).error());
  return parse_json(path, *text, limits);
}

std::string to_json(const Node& node) {
  std::string out;
  write(out, node);
  return out;
}

}  // namespace bedstone::data
