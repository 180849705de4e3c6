/// What somebody renamed: one is missing, and one that nobody recorded is just the same.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

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

bool has_name_of_its_own(std::string_view kind) {
  return kind == "primary-key" || kind == "unique" || kind == "foreign-key" || kind == "check" ||
         kind == "exclusion" || kind == "index";
}

MendStep rename_part(const SchemaDifference& missing, const SchemaDifference& extra) {
  const db::Dialect& dialect = db::dialect_of(db::Engine::kPostgres);
  const auto [relation, was] = split_object(missing.kind, missing.object);
  const std::string is = plain(extra);
  MendStep step = step_for(missing, "rename");
  step.detail = fmt::format("{} is the same, and nobody recorded it", is);
  const std::string from = dialect.quote_identifier(is), to = dialect.quote_identifier(was);
  step.statements = {missing.kind == "index"
                         ? fmt::format("ALTER INDEX {} RENAME TO {}", from, to)
                         : fmt::format("ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
                                       dialect.quote_identifier(relation), from, to)};
  step.rank = -1;
  return step;
}

/// PostgreSQL: constraints and indexes whose names alone differ. Nothing can be lost; made anew
/// they would cost a build, and a second primary key cannot even be made.
void take_renamed_parts(std::vector<SchemaDifference>& differences, std::vector<MendStep>& steps) {
  using Key = std::tuple<std::string, std::string, std::string>;  // kind, relation, details
  struct Pair {
    std::vector<std::size_t> missing, extra;
  };
  std::map<Key, Pair> pairs;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const SchemaDifference& one = differences[i];
    const bool missing = one.change == "missing";
    if (!has_name_of_its_own(one.kind) || (!missing && one.change != "extra")) continue;
    Pair& pair = pairs[{one.kind, split_object(one.kind, one.object).first,
                        missing ? one.expected : one.actual}];
    (missing ? pair.missing : pair.extra).push_back(i);
  }
  std::vector<bool> taken(differences.size());
  for (const auto& [key, pair] : pairs) {
    // Of several that are the same nobody can say which is which.
    if (pair.missing.size() != 1 || pair.extra.size() != 1) continue;
    steps.push_back(rename_part(differences[pair.missing[0]], differences[pair.extra[0]]));
    taken[pair.missing[0]] = taken[pair.extra[0]] = true;
  }
  std::size_t at = 0;
  std::erase_if(differences, [&](const SchemaDifference&) { return taken[at++]; });
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
  if (texts.input.engine == db::Engine::kPostgres) take_renamed_parts(differences, steps);
  return steps;
}

}  // namespace bedstone::schema
