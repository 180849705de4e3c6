/// Attributes are words of letters, digits, - and _; entities may be quoted.
#include "schema/mermaid.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bedstone::schema {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// "character varying(20)" → "character_varying(20)".
std::string attribute(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool fits = is_word(c) || c == '(' || c == ')' || c == '[' || c == ']' || c == '-';
    result += fits ? c : '_';
  }
  const bool letter = !result.empty() && is_word(result[0]) && (result[0] < '0' || result[0] > '9');
  return letter ? result : "_" + result;
}

std::string entity(std::string_view name) {
  if (!name.empty() && std::all_of(name.begin(), name.end(), is_word)) return std::string(name);
  std::string quoted = "\"";
  for (const char c : name)
    quoted += c == '"' || c == '%' || c == '\\' || static_cast<unsigned char>(c) < ' ' ? '_' : c;
  return quoted + "\"";
}

bool holds(const std::vector<std::string>& columns, const std::string& name) {
  return std::find(columns.begin(), columns.end(), name) != columns.end();
}

std::string marks(const Table& table, const Column& column) {
  std::string result;
  const auto add = [&](std::string_view mark) {
    result += result.empty() ? " " : ", ";
    result += mark;
  };
  if (table.primary_key && holds(table.primary_key->columns, column.name)) add("PK");
  const auto in = [&](const auto& key) { return holds(key.columns, column.name); };
  if (std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), in)) add("FK");
  const auto alone = [&](const Key& key) { return key.columns.size() == 1 && in(key); };
  if (std::any_of(table.uniques.begin(), table.uniques.end(), alone)) add("UK");
  return result;
}

/// Whether a table has at most one row for each of what the key refers to.
bool is_unique(const Table& table, const ForeignKey& key) {
  const auto covers = [&](const Key& unique) {
    return std::is_permutation(unique.columns.begin(), unique.columns.end(), key.columns.begin(),
                               key.columns.end());
  };
  return (table.primary_key && covers(*table.primary_key)) ||
         std::any_of(table.uniques.begin(), table.uniques.end(), covers);
}

bool is_optional(const Table& table, const ForeignKey& key) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
    const bool in_key = table.primary_key && holds(table.primary_key->columns, column.name);
    return column.nullable && !in_key && holds(key.columns, column.name);
  });
}

}  // namespace

std::string mermaid(const Schema& schema) {
  std::vector<const Table*> tables;
  for (const Table& table : schema.tables)
    tables.push_back(&table);
  std::sort(tables.begin(), tables.end(),
            [](const Table* a, const Table* b) { return a->name < b->name; });
  std::string text = "erDiagram\n";
  std::vector<std::string> relations;
  for (const Table* table : tables) {
    text += fmt::format("  {} {{\n", entity(table->name));
    for (const Column& column : table->columns) {
      const std::string type = column.type.empty() ? "any" : column.type;
      text += fmt::format("    {} {}{}{}\n", attribute(type), attribute(column.name),
                          marks(*table, column), column.nullable ? "" : " \"not null\"");
    }
    text += "  }\n";
    for (const ForeignKey& key : table->foreign_keys) {
      relations.push_back(fmt::format("  {} |{}--{} {} : {}\n", entity(key.table),
                                      is_optional(*table, key) ? "o" : "|",
                                      is_unique(*table, key) ? "o|" : "o{", entity(table->name),
                                      entity(fmt::format("{}", fmt::join(key.columns, ", ")))));
    }
  }
  std::sort(relations.begin(), relations.end());
  for (const std::string& relation : relations)
    text += relation;
  return text;
}

}  // namespace bedstone::schema
