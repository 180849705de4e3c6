// From a tree to a compiled schema: every keyword known, every value of a keyword what it must be.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "data/json.hpp"
#include "data/json_schema.hpp"
#include "data/json_schema_model.hpp"

namespace bedstone::data {
namespace {

constexpr std::size_t kDepthMax = 100;
constexpr std::size_t kSubschemasMax = 100'000;
// Longer pointers are not kept: no $ref leads there.
constexpr std::size_t kPointerMax = 1000;
constexpr std::string_view kUnreachable = "*";
constexpr std::string_view kDraft = "https://json-schema.org/draft/2020-12/schema";

struct TypeName {
  std::string_view name;
  std::uint8_t bit;
  std::string_view words;
};
constexpr std::array kTypes{
    TypeName{"null", kJsonNull, "null"},
    TypeName{"boolean", kJsonBoolean, "true or false"},
    TypeName{"integer", kJsonInteger, "a whole number"},
    TypeName{"number", kJsonNumber, "a number"},
    TypeName{"string", kJsonString, "text"},
    TypeName{"array", kJsonArray, "a list"},
    TypeName{"object", kJsonObject, "a mapping"},
};

/// A value of the schema in a message: its own text, which is no secret.
std::string shown(const Node& node) {
  return text::excerpt(to_json(node), 60);
}

std::string named(std::string_view name) {
  return text::excerpt(text::printable(name), 40);
}

std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (const char c : key) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step.push_back(c);
    }
  }
  return step;
}

std::string below(const std::string& pointer, std::string_view key) {
  if (pointer == kUnreachable || pointer.size() + key.size() > kPointerMax)
    return std::string(kUnreachable);
  return pointer + pointer_step(key);
}

/// The fragment of a `$ref`, with %41 as A; nullopt when it is not well-formed.
std::optional<std::string> percent_decoded(std::string_view text) {
  const auto digit = [](char c) {
    return std::string_view("0123456789abcdef").find(c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);
  };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) > 15 || digit(text[i + 2]) > 15)
      return std::nullopt;
    decoded.push_back(static_cast<char>(digit(text[i + 1]) << 4 | digit(text[i + 2])));
    i += 2;
  }
  return decoded;
}

class Compiler {
 public:
  explicit Compiler(const Document& document) : document_(document) {}

  Checked<CompiledSchema> run(const Node& schema) {
    add(schema, "", 1);
    resolve();
    if (errors_.empty()) find_loops();
    if (!errors_.empty()) return fail(std::move(errors_));
    return std::move(out_);
  }

 private:
  struct Place {
    const Node* node;
    std::string pointer;
    std::size_t depth;
    SchemaIndex index;
  };
  using Handler = void (Compiler::*)(const Place&, const Node&);
  struct Keyword {
    std::string_view name;
    Handler handler;
  };
  struct Reference {
    SchemaIndex from;
    const Node* node;
    std::string pointer;
  };
  static const std::array<Keyword, 46> kKeywords;

  Subschema& at(const Place& place) { return out_.all[place.index]; }

  void complain(const Mark& mark, std::string message, std::string hint, std::string cause = "") {
    errors_.push_back(Error(ErrorCode::kJsonSchema, std::move(message))
                          .because(std::move(cause))
                          .advise(std::move(hint))
                          .at(document_.place(mark)));
  }

  SchemaIndex add(const Node& node, std::string pointer, std::size_t depth) {
    const auto index = static_cast<SchemaIndex>(out_.all.size());
    if (index == kSubschemasMax || depth > kDepthMax) {
      if (!too_large_)
        complain(node.mark(), "the schema is too large",
                 fmt::format("at most {} subschemas, {} levels deep, are taken", kSubschemasMax,
                             kDepthMax));
      too_large_ = true;
      return 0;
    }
    out_.all.emplace_back();
    if (pointer != kUnreachable) by_pointer_.emplace(pointer, index);
    marks_.push_back(node.mark());
    if (const auto truth = node.as_bool()) {
      out_.all[index].never = !*truth;
    } else if (!node.is_mapping()) {
      complain(node.mark(),
               fmt::format("a schema is a mapping, true or false, not {}", words_of_value(node)),
               "write its keywords below it, as in `type: string`");
    } else {
      keywords({&node, std::move(pointer), depth, index});
    }
    return index;
  }

  void keywords(const Place& place) {
    for (const Entry& entry : place.node->entries()) {
      const auto* known = std::ranges::find(kKeywords, entry.key, &Keyword::name);
      if (known == kKeywords.end()) {
        unknown(entry);
      } else {
        keyword_ = known->name;
        (this->*known->handler)(place, entry.value);
      }
    }
  }

  void unknown(const Entry& entry) {
    std::vector<std::string> names;
    for (const Keyword& keyword : kKeywords)
      names.emplace_back(keyword.name);
    const auto near = text::nearest(entry.key, names);
    complain(
        entry.key_mark, fmt::format("there is no keyword {}", named(entry.key)),
        near ? fmt::format("did you mean {}?", *near) : "docs/json-schema.md lists the keywords");
  }

  void wrong(const Node& node, std::string_view wanted) {
    const bool empty = node.is_sequence() && node.items().empty();
    complain(node.mark(),
             fmt::format("{} must be {}, not {}", keyword_, wanted,
                         empty ? "an empty list" : words_of_value(node)),
             fmt::format("change {} to {}", keyword_, wanted));
  }

  // The shapes of keywords' values.

  void annotation(const Place&, const Node&) {}
  void annotation_text(const Place&, const Node& node) {
    if (node.type() != Node::Type::kText) wrong(node, "text");
  }
  void annotation_truth(const Place&, const Node& node) {
    if (!node.as_bool()) wrong(node, "true or false");
  }
  void annotation_list(const Place&, const Node& node) {
    if (!node.is_sequence()) wrong(node, "a list");
  }

  std::optional<std::uint64_t> count_of(const Node& node) {
    const auto decimal = Decimal::of(node);
    auto count = decimal ? decimal->as_count() : std::nullopt;
    if (!count)
      complain(node.mark(), fmt::format("{} must be a whole number, 0 or more", keyword_),
               "write a number like 1");
    return count;
  }
  template <Bounds Subschema::*kBounds>
  void least(const Place& place, const Node& node) {
    (at(place).*kBounds).least = count_of(node);
  }
  template <Bounds Subschema::*kBounds>
  void most(const Place& place, const Node& node) {
    (at(place).*kBounds).most = count_of(node);
  }

  template <std::optional<Decimal> Subschema::*kMember, std::string Subschema::*kText>
  void number(const Place& place, const Node& node) {
    at(place).*kMember = Decimal::of(node);
    at(place).*kText = shown(node);
    if (!(at(place).*kMember)) wrong(node, "a number");
  }
  void multiple_of(const Place& place, const Node& node) {
    const auto decimal = Decimal::of(node);
    if (!decimal || !decimal->is_divisor()) {
      complain(node.mark(), "multipleOf must be a number above 0 of at most 18 digits",
               "write a number like 0.01");
      return;
    }
    at(place).multiple_of = decimal;
    at(place).multiple_of_text = shown(node);
  }

  template <std::optional<SchemaIndex> Subschema::*kMember>
  void schema(const Place& place, const Node& node) {
    const SchemaIndex index = add(node, below(place.pointer, keyword_), place.depth + 1);
    at(place).*kMember = index;
  }
  template <std::vector<SchemaIndex> Subschema::*kMember>
  void schemas(const Place& place, const Node& node) {
    if (node.items().empty()) return wrong(node, "a list that is not empty");
    const std::string base = below(place.pointer, keyword_);
    std::vector<SchemaIndex> all;
    for (const Node& item : node.items())
      all.push_back(add(item, below(base, std::to_string(all.size())), place.depth + 1));
    at(place).*kMember = std::move(all);
  }
  /// Calls visit(key, node, index) for each schema of a mapping.
  template <typename Visit>
  void named_schemas(const Place& place, const Node& node, Visit visit) {
    if (!node.is_mapping()) return wrong(node, "a mapping");
    const std::string base = below(place.pointer, keyword_);
    for (const Entry& entry : node.entries()) {
      const SchemaIndex index = add(entry.value, below(base, entry.key), place.depth + 1);
      visit(entry, index);
    }
  }

  std::vector<std::string> names(const Node& node) {
    std::vector<std::string> all;
    if (!node.is_sequence()) {
      wrong(node, "a list of names");
      return all;
    }
    for (const Node& item : node.items()) {
      if (item.type() != Node::Type::kText) {
        wrong(item, "a list of names as text");
      } else if (std::ranges::find(all, item.text()) != all.end()) {
        complain(item.mark(), fmt::format("{} names {} twice", keyword_, describe_key(item.text())),
                 "take one of them out");
      } else {
        all.push_back(item.text());
      }
    }
    return all;
  }

  std::optional<Pattern> pattern_of(std::string_view expression, const Mark& mark) {
    auto pattern = Pattern::compile(expression);
    if (pattern) return *std::move(pattern);
    complain(mark, fmt::format("{}: the regular expression is not understood", keyword_),
             "write it in RE2's syntax: without looking around and without back-references",
             pattern.error().cause);
    return std::nullopt;
  }

  // Single keywords.

  void draft(const Place&, const Node& node) {
    if (node.type() != Node::Type::kText ||
        (node.text() != kDraft && node.text() != std::string(kDraft) + '#'))
      complain(node.mark(), "the schema is of another draft",
               fmt::format("write it for draft 2020-12: $schema: {}", kDraft));
  }

  void id(const Place& place, const Node& node) {
    if (node.type() != Node::Type::kText) wrong(node, "text");
    if (!place.pointer.empty())
      complain(node.mark(), "$id is only taken at the top of a schema",
               "take it out; $ref leads to what stands in the same schema");
  }

  void type(const Place& place, const Node& node) {
    std::vector<std::string> words;
    const auto one = [&](const Node& name) {
      const auto* known = std::ranges::find(kTypes, name.text(), &TypeName::name);
      if (name.type() != Node::Type::kText && name.type() != Node::Type::kNull)
        return wrong(name, "the name of a type");
      if (known == kTypes.end() || name.is_null()) return unknown_type(name);
      at(place).types |= known->bit;
      words.emplace_back(known->words);
    };
    if (node.is_sequence()) {
      if (node.items().empty()) return wrong(node, "a list that is not empty");
      for (const Node& name : node.items())
        one(name);
    } else {
      one(node);
    }
    at(place).type_words = text::join(words, " or ");
  }

  void unknown_type(const Node& node) {
    if (node.is_null())
      return complain(node.mark(), "type is empty", "for the type null write \"null\", in quotes");
    std::vector<std::string> names;
    for (const TypeName& type : kTypes)
      names.emplace_back(type.name);
    const auto near = text::nearest(node.text(), names);
    complain(node.mark(), fmt::format("there is no type {}", named(node.text())),
             near ? fmt::format("did you mean {}?", *near)
                  : fmt::format("the types are {}", text::join(names, ", ")));
  }

  std::string canonical_of(const Node& node) {
    auto text = canonical(node, kDepthMax);
    if (!text) complain(node.mark(), "the value is nested too deeply", "write fewer levels");
    return std::move(text).value_or("");
  }

  void values(const Place& place, const Node& node) {
    if (node.items().empty()) return wrong(node, "a list of values");
    std::unordered_set<std::string> all;
    std::vector<std::string> words;
    for (const Node& item : node.items()) {
      all.insert(canonical_of(item));
      if (words.size() < 10) words.push_back(shown(item));
    }
    if (node.items().size() > words.size()) words.emplace_back("…");
    at(place).values = std::move(all);
    at(place).values_words = text::join(words, ", ");
  }

  void constant(const Place& place, const Node& node) {
    at(place).constant = canonical_of(node);
    at(place).constant_words = shown(node);
  }

  void pattern(const Place& place, const Node& node) {
    if (node.type() != Node::Type::kText) return wrong(node, "text");
    at(place).pattern = pattern_of(node.text(), node.mark());
  }

  void format(const Place& place, const Node& node) {
    if (node.type() != Node::Type::kText) return wrong(node, "text");
    at(place).format = format_of(node.text());
    const auto known = known_formats();
    if (std::ranges::find(known, node.text()) != known.end()) return;
    const auto near = text::nearest(node.text(), known);
    complain(
        node.mark(), fmt::format("there is no format {}", named(node.text())),
        near ? fmt::format("did you mean {}?", *near) : "docs/json-schema.md lists the formats");
  }

  void unique_items(const Place& place, const Node& node) {
    if (!node.as_bool()) return wrong(node, "true or false");
    at(place).unique_items = *node.as_bool();
  }

  void properties(const Place& place, const Node& node) {
    named_schemas(place, node, [&](const Entry& entry, SchemaIndex index) {
      at(place).properties.emplace(entry.key, index);
      at(place).property_names_known.push_back(entry.key);
    });
  }

  void pattern_properties(const Place& place, const Node& node) {
    named_schemas(place, node, [&](const Entry& entry, SchemaIndex index) {
      keyword_ = "patternProperties";
      if (auto pattern = pattern_of(entry.key, entry.key_mark))
        at(place).pattern_properties.emplace_back(*std::move(pattern), index);
    });
  }

  void required(const Place& place, const Node& node) { at(place).required = names(node); }

  void dependent_required(const Place& place, const Node& node) {
    if (!node.is_mapping()) return wrong(node, "a mapping");
    for (const Entry& entry : node.entries())
      at(place).dependent_required.emplace_back(entry.key, names(entry.value));
  }

  void dependent_schemas(const Place& place, const Node& node) {
    named_schemas(place, node, [&](const Entry& entry, SchemaIndex index) {
      at(place).dependent_schemas.emplace_back(entry.key, index);
    });
  }

  void definitions(const Place& place, const Node& node) {
    named_schemas(place, node, [](const Entry&, SchemaIndex) {});
  }

  void reference(const Place& place, const Node& node) {
    if (node.type() != Node::Type::kText) return wrong(node, "text");
    const std::string& text = node.text();
    const auto pointer = percent_decoded(std::string_view(text).substr(text.starts_with('#')));
    if (!text.starts_with('#') || !pointer || !(pointer->empty() || pointer->starts_with('/')))
      return complain(node.mark(), "$ref leads out of the schema, or to an anchor",
                      "put what it means below $defs and write $ref: '#/$defs/NAME'");
    references_.push_back({place.index, &node, *pointer});
  }

  // What can be known only when all is read.

  void resolve() {
    for (const Reference& reference : references_) {
      const auto found = by_pointer_.find(reference.pointer);
      if (found != by_pointer_.end()) {
        out_.all[reference.from].reference = found->second;
        continue;
      }
      std::vector<std::string> pointers;
      for (const auto& [pointer, index] : by_pointer_)
        if (pointers.size() < 1000) pointers.push_back(pointer);
      std::ranges::sort(pointers);
      const auto near = text::nearest(reference.pointer, pointers);
      complain(reference.node->mark(),
               fmt::format("$ref leads nowhere: there is no schema at #{}",
                           text::excerpt(text::printable(reference.pointer), 60)),
               near && !near->empty()
                   ? fmt::format("did you mean '#{}'?", *near)
                   : "put the schema below $defs and write $ref: '#/$defs/NAME'");
    }
  }

  std::vector<SchemaIndex> in_place(const Subschema& schema) const {
    std::vector<SchemaIndex> all;
    for (const auto& one : {schema.reference, schema.negated, schema.condition, schema.consequence,
                            schema.alternative})
      if (one) all.push_back(*one);
    for (const auto* many : {&schema.all_of, &schema.any_of, &schema.one_of})
      all.insert(all.end(), many->begin(), many->end());
    for (const auto& [key, index] : schema.dependent_schemas)
      all.push_back(index);
    return all;
  }

  /// A schema that comes back to itself with the same value would be checked for ever.
  void find_loops() {
    enum class Seen : std::uint8_t { kNo, kOpen, kDone };
    struct Open {
      SchemaIndex index;
      std::vector<SchemaIndex> left;
    };
    std::vector<Seen> seen(out_.all.size(), Seen::kNo);
    for (SchemaIndex start = 0; start < out_.all.size(); ++start) {
      if (seen[start] != Seen::kNo) continue;
      std::vector<Open> path;
      seen[start] = Seen::kOpen;
      path.push_back({start, in_place(out_.all[start])});
      while (!path.empty()) {
        if (path.back().left.empty()) {
          seen[path.back().index] = Seen::kDone;
          path.pop_back();
          continue;
        }
        const SchemaIndex next = path.back().left.back();
        path.back().left.pop_back();
        if (seen[next] == Seen::kOpen)
          return complain(marks_[path.back().index],
                          "this schema leads back to itself without going into the value",
                          "let $ref stand below properties, items or another keyword that goes in");
        if (seen[next] == Seen::kDone) continue;
        seen[next] = Seen::kOpen;
        path.push_back({next, in_place(out_.all[next])});
      }
    }
  }

  const Document& document_;
  CompiledSchema out_;
  Errors errors_;
  std::unordered_map<std::string, SchemaIndex> by_pointer_;
  std::vector<Mark> marks_;
  std::vector<Reference> references_;
  std::string_view keyword_;
  bool too_large_ = false;
};

// clang-format off
const std::array<Compiler::Keyword, 46> Compiler::kKeywords{{
    {"$schema", &Compiler::draft},
    {"$id", &Compiler::id},
    {"$ref", &Compiler::reference},
    {"$defs", &Compiler::definitions},
    {"$comment", &Compiler::annotation_text},
    {"title", &Compiler::annotation_text},
    {"description", &Compiler::annotation_text},
    {"default", &Compiler::annotation},
    {"examples", &Compiler::annotation_list},
    {"deprecated", &Compiler::annotation_truth},
    {"type", &Compiler::type},
    {"enum", &Compiler::values},
    {"const", &Compiler::constant},
    {"minimum", &Compiler::number<&Subschema::minimum, &Subschema::minimum_text>},
    {"maximum", &Compiler::number<&Subschema::maximum, &Subschema::maximum_text>},
    {"exclusiveMinimum",
     &Compiler::number<&Subschema::exclusive_minimum, &Subschema::exclusive_minimum_text>},
    {"exclusiveMaximum",
     &Compiler::number<&Subschema::exclusive_maximum, &Subschema::exclusive_maximum_text>},
    {"multipleOf", &Compiler::multiple_of},
    {"minLength", &Compiler::least<&Subschema::length>},
    {"maxLength", &Compiler::most<&Subschema::length>},
    {"pattern", &Compiler::pattern},
    {"format", &Compiler::format},
    {"prefixItems", &Compiler::schemas<&Subschema::prefix_items>},
    {"items", &Compiler::schema<&Subschema::items>},
    {"contains", &Compiler::schema<&Subschema::contains>},
    {"minContains", &Compiler::least<&Subschema::contained>},
    {"maxContains", &Compiler::most<&Subschema::contained>},
    {"minItems", &Compiler::least<&Subschema::item_count>},
    {"maxItems", &Compiler::most<&Subschema::item_count>},
    {"uniqueItems", &Compiler::unique_items},
    {"properties", &Compiler::properties},
    {"patternProperties", &Compiler::pattern_properties},
    {"additionalProperties", &Compiler::schema<&Subschema::additional_properties>},
    {"propertyNames", &Compiler::schema<&Subschema::property_names>},
    {"minProperties", &Compiler::least<&Subschema::property_count>},
    {"maxProperties", &Compiler::most<&Subschema::property_count>},
    {"required", &Compiler::required},
    {"dependentRequired", &Compiler::dependent_required},
    {"dependentSchemas", &Compiler::dependent_schemas},
    {"not", &Compiler::schema<&Subschema::negated>},
    {"if", &Compiler::schema<&Subschema::condition>},
    {"then", &Compiler::schema<&Subschema::consequence>},
    {"else", &Compiler::schema<&Subschema::alternative>},
    {"allOf", &Compiler::schemas<&Subschema::all_of>},
    {"anyOf", &Compiler::schemas<&Subschema::any_of>},
    {"oneOf", &Compiler::schemas<&Subschema::one_of>},
}};
// clang-format on

}  // namespace

JsonSchema::JsonSchema(std::shared_ptr<const CompiledSchema> compiled)
    : compiled_(std::move(compiled)) {}

Checked<JsonSchema> JsonSchema::compile(const Node& schema, const Document& document) {
  auto compiled = Compiler(document).run(schema);
  if (!compiled) return fail(std::move(compiled).error());
  return JsonSchema(std::make_shared<const CompiledSchema>(*std::move(compiled)));
}

}  // namespace bedstone::data
