// One cell at a time; what would come back as something else is refused.
#include "seed/export.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "data/json.hpp"

namespace bedstone::seed {
namespace {

Error cannot_say(const TargetColumn& column, std::string cause) {
  return Error(ErrorCode::kSeedValue, fmt::format("a value of {} cannot be exported", column.name))
      .because(std::move(cause));
}

bool is_json_number(std::string_view text) {
  auto parsed = data::parse_json("", text);
  return parsed && (parsed->root.type() == data::Node::Type::kInteger ||
                    parsed->root.type() == data::Node::Type::kFloat);
}

/// What YAML takes in no text, as it stands: escaped it does.
std::string printable_yaml(std::string_view json) {
  std::string result;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const auto byte = static_cast<unsigned char>(json[i]);
    const auto next = static_cast<unsigned char>(i + 1 < json.size() ? json[i + 1] : 0);
    const auto third = static_cast<unsigned char>(i + 2 < json.size() ? json[i + 2] : 0);
    if (byte == 0x7F) {
      result += "\\u007f";
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
      result += fmt::format("\\u{:04x}", next);
      ++i;
    } else if (byte == 0xE2 && next == 0x80 && (third == 0xA8 || third == 0xA9)) {
      // Line and paragraph separators are breaks to some readers.
      result += third == 0xA8 ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (byte == 0xEF && next == 0xBB && third == 0xBF) {
      result += "\\ufeff";
      i += 2;
    } else if (byte == 0xEF && next == 0xBF && third >= 0xBE) {
      result += third == 0xBE ? "\\ufffe" : "\\uffff";
      i += 2;
    } else if (byte == '$') {
      // Before a brace each pair of dollars stands for one.
      const std::size_t end = std::min(json.find_first_not_of('$', i), json.size());
      const bool brace = json.substr(end).starts_with('{');
      result.append((end - i) * (brace ? 2 : 1), '$');
      i = end - 1;
    } else {
      result += json[i];
    }
  }
  return result;
}

std::string csv_text(std::string_view text) {
  const bool plain = !text.empty() && text.find_first_of("\",\r\n") == std::string_view::npos &&
                     !text.starts_with("\xEF\xBB\xBF");
  if (plain) return std::string(text);
  std::string quoted = "\"";
  for (const char byte : text) {
    if (byte == '"') quoted += '"';
    quoted += byte;
  }
  return quoted + "\"";
}

/// JSON keeps its value; in CSV also its bytes.
Result<std::string> json_cell(const TargetColumn& column, std::string_view text,
                              ExportFormat format) {
  if (format == ExportFormat::kCsv) return csv_text(text);
  auto parsed = data::parse_json("", text);
  if (!parsed) {
    return fail(cannot_say(column, "it is no JSON that Bedstone reads")
                    .advise("take --format csv, which keeps every byte"));
  }
  if (parsed->root.is_null()) {
    return fail(cannot_say(column, "JSON's null is not the database's NULL")
                    .advise("take --format csv, which tells them apart"));
  }
  const std::string json = data::to_json(parsed->root);
  return format == ExportFormat::kYaml ? printable_yaml(json) : json;
}

/// In SQLite a column may hold anything. What its declared type does not say comes back changed.
std::optional<std::string> misfit(const TargetColumn& column, std::string_view text,
                                  std::string_view storage, ExportFormat format) {
  const bool number = storage == "integer" || storage == "real";
  const auto wrong = [&] {
    return fmt::format("it is stored as {}, and the column is declared {}", storage,
                       column.type.empty() ? "without a type" : column.type);
  };
  if (storage == "blob")
    return column.kind == ColumnKind::kBytes ? std::nullopt : std::optional(wrong());
  switch (column.kind) {
    case ColumnKind::kBytes:
      return wrong();  // The text of a file becomes bytes there.
    case ColumnKind::kInteger:
      return storage == "integer" ? std::nullopt : std::optional(wrong());
    case ColumnKind::kReal:
    case ColumnKind::kNumeric:
      return number ? std::nullopt : std::optional(wrong());
    case ColumnKind::kBoolean:
      if (text != "0" && text != "1") return "it is neither true nor false";
      return storage == "integer" ? std::nullopt : std::optional(wrong());
    case ColumnKind::kOther:
      if (format == ExportFormat::kCsv && number && column.type.empty()) {
        return "CSV does not tell numbers from text, and the column has no type";
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string export_text(std::string_view text, ExportFormat format) {
  if (format == ExportFormat::kCsv) return csv_text(text);
  const std::string json = json_quote(text);
  return format == ExportFormat::kYaml ? printable_yaml(json) : json;
}

Result<std::string> export_cell(db::Engine engine, const TargetColumn& column,
                                const LiveValue& value, ExportFormat format) {
  if (!value.text) return std::string(format == ExportFormat::kCsv ? "" : "null");
  const std::string_view text = *value.text;
  if (text::invalid_utf8(text) || text.find('\0') != std::string_view::npos) {
    return fail(
        cannot_say(column, "it is no text in UTF-8").advise("store it as a blob, or correct it"));
  }
  const bool sqlite = engine == db::Engine::kSqlite;
  if (sqlite) {
    if (auto why = misfit(column, text, value.storage, format)) {
      return fail(cannot_say(column, *std::move(why))
                      .advise("correct the value, or the column's type in a migration"));
    }
  }
  if (column.kind == ColumnKind::kJson) return json_cell(column, text, format);
  if (format == ExportFormat::kCsv) return csv_text(text);
  if (column.kind == ColumnKind::kBoolean) {
    return std::string(text == "1" || text == "true" ? "true" : "false");
  }
  const bool typed = column.kind == ColumnKind::kInteger || column.kind == ColumnKind::kReal ||
                     column.kind == ColumnKind::kNumeric;
  const bool number = sqlite && (value.storage == "integer" || value.storage == "real");
  if ((typed || (number && column.kind != ColumnKind::kText)) && is_json_number(text)) {
    return std::string(text);
  }
  return export_text(text, format);
}

}  // namespace bedstone::seed
