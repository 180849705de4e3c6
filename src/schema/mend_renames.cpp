/// Tables that somebody renamed: one is missing, and one that nobody recorded has its columns.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "db/dialect.hpp"
#include "schema/mend_parts.hpp"

namespace bedstone::schema {
namespace {

/// All that a table keeps when its name changes; empty: too little to be told by.
std::string shape_of(const Recorded& schema, std::string_view table) {
  std::string shape;
  const std::vector<std::string> order = schema.columns(table);
  if (order.size() < 2) return shape;
  for (const std::string& name : order) {
    const RecordedObject* column = schema.find_in("column", table, name);
    if (column == nullptr) return {};
    shape += name + '\n' + column->details + '\n';
  }
  return shape;
}

std::string plain(const SchemaDifference& difference) {
  return split_object(difference.kind, difference.object).second;
}

bool is_of_name(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Whether the name stands in the text, as a word.
bool mentions(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !is_of_name(text[at - 1])) && (end == text.size() || !is_of_name(text[end])))
      return true;
  }
  return false;
}

}  // namespace

std::vector<MendStep> take_renames(const MendTexts& texts,
                                   std::vector<SchemaDifference>& differences) {
  struct Pair {
    std::vector<const SchemaDifference*> missing, extra;
  };
  std::map<std::string, Pair> pairs;
  for (const SchemaDifference& one : differences) {
    if (one.kind != "table") continue;
    const bool missing = one.change == "missing";
    if (!missing && one.change != "extra") continue;
    const std::string shape = shape_of(missing ? texts.recorded : texts.live, plain(one));
    if (shape.empty()) continue;
    Pair& pair = pairs[shape];
    (missing ? pair.missing : pair.extra).push_back(&one);
  }
  std::vector<MendStep> steps;
  std::vector<std::string> were, are;
  const db::Dialect& dialect = db::dialect_of(texts.input.engine);
  for (const auto& [shape, pair] : pairs) {
    // Two that fit are none: rows must not come under a wrong name.
    if (pair.missing.size() != 1 || pair.extra.size() != 1) continue;
    const std::string was = plain(*pair.missing.front()), is = plain(*pair.extra.front());
    MendStep step = step_for(*pair.missing.front(), "rename");
    step.detail = fmt::format("{} has its columns, and nobody recorded it", is);
    step.statements = {fmt::format("ALTER TABLE {} RENAME TO {}", dialect.quote_identifier(is),
                                   dialect.quote_identifier(was))};
    step.destructive = true;
    step.rank = -1;
    steps.push_back(std::move(step));
    were.push_back(was);
    are.push_back(is);
  }
  // What belongs to it, or speaks of it, is looked at again once it has its name back.
  const auto any_in = [](const std::vector<std::string>& names, std::string_view text) {
    return std::any_of(names.begin(), names.end(),
                       [text](const std::string& name) { return mentions(text, name); });
  };
  std::erase_if(differences, [&](const SchemaDifference& one) {
    const std::string relation = split_object(one.kind, one.object).first;
    return std::find(were.begin(), were.end(), relation) != were.end() ||
           std::find(are.begin(), are.end(), relation) != are.end() || any_in(are, one.actual) ||
           (one.change == "missing" && any_in(were, one.expected));
  });
  return steps;
}

}  // namespace bedstone::schema
