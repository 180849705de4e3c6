// Value by value, as the pair of columns says.
#include "transfer/convert.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/text.hpp"
#include "data/json.hpp"
#include "transfer/array.hpp"
#include "transfer/number.hpp"

namespace bedstone::transfer {
namespace {

using db::LoadCell;
using db::ScanCell;
using CellKind = db::ScanCell::Kind;

/// The last second of the year 9999: larger numbers are no seconds since 1970.
constexpr std::int64_t kLastSecond = 253'402'300'799;
constexpr std::int64_t kSecond = 1'000'000;
/// SQLite turns texts of more digits into numbers that have forgotten some.
constexpr std::size_t kExactDigits = 15;

std::optional<bool> truth(std::string_view text) {
  if (text == "0" || text == "f" || text == "false" || text == "0.0") return false;
  if (text == "1" || text == "t" || text == "true" || text == "1.0") return true;
  return text::parse_bool(text);
}

std::optional<double> real_of(std::string_view text) {
  if (text == "Infinity" || text == "Inf") return HUGE_VAL;
  if (text == "-Infinity" || text == "-Inf") return -HUGE_VAL;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <typename Real>
void add_real(Real value, std::string& out) {
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, value + Real{0}).ptr;
  out.append(digits, end);
}

/// 32 lower-case hexadecimal digits; empty: no UUID.
std::string uuid_digits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == '-' || c == '{' || c == '}') continue;
    const char lower = static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    if ((lower < '0' || lower > '9') && (lower < 'a' || lower > 'f')) return {};
    digits += lower;
  }
  return digits.size() == 32 ? digits : std::string();
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result;
  for (const char byte : bytes) {
    result += kDigits[static_cast<unsigned char>(byte) >> 4U];
    result += kDigits[static_cast<unsigned char>(byte) & 15U];
  }
  return result;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c - 'a' + 10;
}

/// `\x6869` as bytes; PostgreSQL prints lower-case digits.
void add_unhexed(std::string_view text, std::string& out) {
  for (std::size_t i = 2; i + 1 < text.size(); i += 2)
    out += static_cast<char>(digit(text[i]) * 16 + digit(text[i + 1]));
}

/// Microseconds since 1970 of a value of a timestamp's column; whole numbers are seconds.
std::optional<std::int64_t> moment(const ScanCell& cell) {
  if (cell.kind == CellKind::kInteger) {
    const auto seconds = parse_whole(cell.bytes, 64);
    if (!seconds || *seconds > kLastSecond || *seconds < -kLastSecond) return std::nullopt;
    return *seconds * kSecond;
  }
  if (cell.kind != CellKind::kText) return std::nullopt;
  return parse_timestamp(cell.bytes);
}

bool fits_digits(std::int64_t microseconds, const std::optional<int>& digits) {
  std::int64_t unit = kSecond;
  for (int i = 0; i < digits.value_or(6) && unit > 1; ++i)
    unit /= 10;
  return microseconds % unit == 0;
}

std::string check_text(std::string_view text) {
  if (std::memchr(text.data(), 0, text.size()) != nullptr)
    return "a text with a NUL byte, which PostgreSQL cannot store";
  if (text::invalid_utf8(text)) return "a text that is not UTF-8";
  return {};
}

void put(LoadCell& result, LoadCell::Kind kind, std::string_view bytes) {
  result = {kind, bytes};
}

std::string to_postgres(const ColumnRule& rule, const ScanCell& cell, std::string& buffer,
                        LoadCell& result) {
  const bool blob = cell.kind == CellKind::kBlob;
  const bool text = cell.kind == CellKind::kText;
  put(result, LoadCell::Kind::kText, cell.bytes);
  const auto use = [&](std::string value) {
    buffer = std::move(value);
    put(result, LoadCell::Kind::kText, buffer);
    return std::string();
  };
  switch (rule.type.kind) {
    case Kind::kBytes:
      if (!blob && !text) return "a number in a column of bytes";
      put(result, LoadCell::Kind::kBlob, cell.bytes);
      return {};
    case Kind::kUuid: {
      std::string digits = blob && cell.bytes.size() == 16 ? hex_of(cell.bytes)
                           : text                          ? uuid_digits(cell.bytes)
                                                           : std::string();
      if (digits.empty()) return "a value that is no UUID";
      return use(std::move(digits));
    }
    default:
      break;
  }
  if (blob) return "bytes (a blob) where PostgreSQL has another type";
  switch (rule.type.kind) {
    case Kind::kBoolean: {
      const auto value = truth(cell.bytes);
      if (!value) return "a value that is neither true nor false";
      put(result, LoadCell::Kind::kText, *value ? "t" : "f");
      return {};
    }
    case Kind::kInteger: {
      const auto value = parse_whole(cell.bytes, rule.type.bits);
      if (!value)
        return text::trim(cell.bytes).empty() || !parse_decimal(cell.bytes)
                   ? "a value that is no whole number"
                   : "a number that is not whole, or too large for its column";
      if (cell.kind != CellKind::kInteger) return use(std::to_string(*value));
      return {};
    }
    case Kind::kReal:
    case Kind::kSingle: {
      const auto value = real_of(cell.bytes);
      if (!value) return "a value that is no number";
      if (std::isinf(*value))
        put(result, LoadCell::Kind::kText, *value > 0 ? "Infinity" : "-Infinity");
      return {};
    }
    case Kind::kNumeric: {
      const auto value = parse_decimal(cell.bytes);
      if (!value) return "a value that is no number";
      if (rule.type.digits && -value->exponent > *rule.type.digits)
        return "a number with more digits behind the point than its column has";
      return {};
    }
    case Kind::kTimestamp:
    case Kind::kTimestampTz: {
      if (text && (cell.bytes == "infinity" || cell.bytes == "-infinity")) return {};
      const auto value = moment(cell);
      if (!value) return "a value that is no time (2026-11-20 09:30:00, or seconds since 1970)";
      if (!fits_digits(*value, rule.type.digits))
        return "a time with more digits than its column has";
      return use(rule.type.kind == Kind::kTimestamp ? plain_text(*value) : utc_text(*value));
    }
    case Kind::kDate:
      if (!text || !parse_date(cell.bytes)) return "a value that is no date (2026-11-20)";
      return {};
    case Kind::kTime: {
      const auto value = text ? parse_time(cell.bytes) : std::nullopt;
      if (!value) return "a value that is no time of day (09:30:00)";
      if (!fits_digits(*value, rule.type.digits))
        return "a time with more digits than its column has";
      return {};
    }
    case Kind::kJson:
    case Kind::kJsonb: {
      if (!text) return {};
      if (std::string wrong = check_text(cell.bytes); !wrong.empty()) return wrong;
      if (!data::parse_json("", cell.bytes)) return "a text that is no JSON, or has a key twice";
      return {};
    }
    case Kind::kArray: {
      if (text && cell.bytes.starts_with('{')) return check_text(cell.bytes);
      auto literal = text ? json_to_array(cell.bytes) : std::nullopt;
      if (!literal) return "a value that is no JSON list";
      return use(*std::move(literal));
    }
    default:
      break;
  }
  return check_text(cell.bytes);
}

std::string to_sqlite(const ColumnRule& rule, const ScanCell& cell, std::string& buffer,
                      LoadCell& result) {
  const std::string_view text = cell.bytes;
  put(result, LoadCell::Kind::kText, text);
  const bool turns = rule.affinity == Affinity::kNumeric || rule.affinity == Affinity::kInteger ||
                     rule.affinity == Affinity::kReal;
  switch (rule.type.kind) {
    case Kind::kBoolean:
      put(result, LoadCell::Kind::kNumber, text == "t" ? "1" : "0");
      return {};
    case Kind::kInteger:
      put(result, LoadCell::Kind::kNumber, text);
      return {};
    case Kind::kReal:
    case Kind::kSingle:
      if (text == "NaN") return "NaN, which SQLite cannot store";
      put(result, LoadCell::Kind::kNumber,
          text == "Infinity"    ? "9e999"
          : text == "-Infinity" ? "-9e999"
                                : text);
      return {};
    case Kind::kNumeric: {
      const auto value = parse_decimal(text);
      if (!value && turns) return "NaN or infinity, which SQLite cannot store";
      if (value && turns && value->digits.size() > kExactDigits && !parse_whole(text, 64))
        return "a number with more digits than SQLite keeps (declare its column as text there)";
      return {};
    }
    case Kind::kBytes:
      buffer.clear();
      add_unhexed(text, buffer);
      put(result, LoadCell::Kind::kBlob, buffer);
      return {};
    case Kind::kTimestampTz: {
      const auto value = parse_timestamp(text);
      if (!value) return {};
      buffer = utc_text(*value);
      put(result, LoadCell::Kind::kText, buffer);
      return {};
    }
    case Kind::kArray: {
      auto json = array_to_json(text, rule.type.element);
      if (!json) return "an array with bounds of its own, which JSON cannot say";
      buffer = *std::move(json);
      put(result, LoadCell::Kind::kText, buffer);
      return {};
    }
    default:
      return {};
  }
}

std::string stored(const ColumnRule& rule, const ScanCell& cell, LoadCell& result) {
  put(result, LoadCell::Kind::kText, cell.bytes);
  if (rule.to == db::Engine::kPostgres) return {};
  if (cell.kind == CellKind::kBlob) put(result, LoadCell::Kind::kBlob, cell.bytes);
  if (cell.kind == CellKind::kInteger) put(result, LoadCell::Kind::kNumber, cell.bytes);
  if (cell.kind == CellKind::kReal)
    put(result, LoadCell::Kind::kNumber,
        cell.bytes == "Inf"    ? "9e999"
        : cell.bytes == "-Inf" ? "-9e999"
                               : cell.bytes);
  return {};
}

void add_node(const data::Node& node, Kind element, std::string& out);

/// A value as text, whichever engine says it.
void add_scalar(Kind kind, std::string_view text, std::string& out) {
  switch (kind) {
    case Kind::kBoolean:
      if (const auto value = truth(text)) {
        out += *value ? 't' : 'f';
        return;
      }
      break;
    case Kind::kInteger:
      if (const auto value = parse_whole(text, 64)) {
        out += std::to_string(*value);
        return;
      }
      break;
    case Kind::kReal:
    case Kind::kSingle:
      if (const auto value = real_of(text)) {
        if (kind == Kind::kReal) add_real(*value, out);
        if (kind == Kind::kSingle) add_real(static_cast<float>(*value), out);
        return;
      }
      break;
    case Kind::kNumeric:
      if (const auto value = parse_decimal(text)) {
        out += canonical(*value);
        return;
      }
      break;
    case Kind::kUuid:
      if (const std::string digits = uuid_digits(text); !digits.empty()) {
        out += digits;
        return;
      }
      break;
    case Kind::kTimestamp:
    case Kind::kTimestampTz:
      if (const auto value = parse_timestamp(text)) {
        out += std::to_string(*value);
        return;
      }
      break;
    case Kind::kTime:
      if (const auto value = parse_time(text)) {
        out += std::to_string(*value);
        return;
      }
      break;
    case Kind::kPadded:
      out += text.substr(0, text.find_last_not_of(' ') + 1);
      return;
    case Kind::kJsonb:
      if (const auto document = data::parse_json("", text)) {
        add_node(document->root, Kind::kText, out);
        return;
      }
      break;
    default:
      break;
  }
  out += text;
}

/// Unambiguous, with the keys of objects in order; `element` is what texts and numbers are.
void add_node(const data::Node& node, Kind element, std::string& out) {
  if (node.is_sequence()) {
    out += '[';
    for (const data::Node& item : node.items()) {
      add_node(item, element, out);
      out += ',';
    }
    out += ']';
  } else if (node.is_mapping()) {
    std::vector<const data::Entry*> entries;
    for (const data::Entry& entry : node.entries())
      entries.push_back(&entry);
    std::sort(entries.begin(), entries.end(),
              [](const auto* a, const auto* b) { return a->key < b->key; });
    out += '{';
    for (const data::Entry* entry : entries) {
      out += std::to_string(entry->key.size()) + ':' + entry->key;
      add_node(entry->value, element, out);
    }
    out += '}';
  } else if (node.is_null()) {
    out += 'n';
  } else {
    std::string text;
    const auto type = node.type();
    const bool number = type == data::Node::Type::kInteger || type == data::Node::Type::kFloat;
    // Without a type of its own a number is one, and "1" is a text.
    const Kind kind = number && element == Kind::kText ? Kind::kNumeric : element;
    if (element == Kind::kText) text += number ? '#' : type == data::Node::Type::kBool ? '?' : '"';
    add_scalar(kind, node.text(), text);
    out += std::to_string(text.size()) + ':' + text;
  }
}

void add_array(const ColumnRule& rule, db::Engine side, std::string_view text, std::string& out) {
  const Kind element = rule.type.element;
  if (element == Kind::kOther || element == Kind::kArray) return;
  const bool literal = side == db::Engine::kPostgres || text.starts_with('{');
  const auto json = literal ? array_to_json(text, element) : std::optional(std::string(text));
  const auto document = json ? data::parse_json("", *json) : data::parse_json("", "?");
  if (!document) {
    out += text;
    return;
  }
  // Texts and numbers of an array are all of one type.
  add_node(document->root, element == Kind::kText ? Kind::kPadded : element, out);
}

void add_value(const ColumnRule& rule, db::Engine side, const ScanCell& cell, std::string& out) {
  const bool postgres = side == db::Engine::kPostgres;
  switch (rule.type.kind) {
    case Kind::kStored:
      if (!postgres) out += static_cast<char>('0' + static_cast<int>(cell.kind));
      out += cell.bytes;
      return;
    case Kind::kOther:
      return;
    case Kind::kBytes:
      if (postgres) add_unhexed(cell.bytes, out);
      if (!postgres) out += cell.bytes;
      return;
    case Kind::kUuid:
      if (cell.kind == CellKind::kBlob) {
        out += hex_of(cell.bytes);
        return;
      }
      break;
    case Kind::kTimestamp:
    case Kind::kTimestampTz:
      if (const auto value = moment(cell)) {
        out += std::to_string(*value);
        return;
      }
      break;
    case Kind::kArray:
      add_array(rule, side, cell.bytes, out);
      return;
    default:
      break;
  }
  add_scalar(rule.type.kind, cell.bytes, out);
}

}  // namespace

std::string convert(const ColumnRule& rule, const ScanCell& cell, std::string& buffer,
                    LoadCell& result) {
  if (cell.is_null()) {
    result = {};
    return {};
  }
  if (rule.type.kind == Kind::kStored) return stored(rule, cell, result);
  return rule.to == db::Engine::kPostgres ? to_postgres(rule, cell, buffer, result)
                                          : to_sqlite(rule, cell, buffer, result);
}

void add_canonical(const ColumnRule& rule, db::Engine side, const ScanCell& cell,
                   std::string& out) {
  out += cell.is_null() ? '0' : '1';
  if (cell.is_null()) return;
  // The length leads, so that two rows of other values never look alike.
  const std::size_t at = out.size();
  out.append(4, '\0');
  add_value(rule, side, cell, out);
  const std::size_t length = out.size() - at - 4;
  for (std::size_t i = 0; i < 4; ++i)
    out[at + i] = static_cast<char>((length >> (8 * i)) & 0xFFU);
}

}  // namespace bedstone::transfer
