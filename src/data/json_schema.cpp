// A value against a compiled schema.
#include "data/json_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "data/json_schema_model.hpp"

namespace bedstone::data {
namespace {

/// Where a value is in the whole: a list from the inside out, on the stack.
struct Step {
  const Step* up = nullptr;
  const std::string* key = nullptr;
  std::size_t index = 0;
};

std::string pointer_to(const Step* step) {
  std::vector<const Step*> steps;
  for (; step->up != nullptr; step = step->up)
    steps.push_back(step);
  std::string pointer;
  for (auto it = steps.rbegin(); it != steps.rend(); ++it) {
    pointer.push_back('/');
    if ((*it)->key == nullptr) {
      pointer += std::to_string((*it)->index);
      continue;
    }
    for (const char c : *(*it)->key) {
      if (c == '~' || c == '/') {
        pointer += c == '~' ? "~0" : "~1";
      } else {
        pointer.push_back(c);
      }
    }
  }
  return pointer;
}

std::uint64_t code_points(std::string_view text) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// "3 items", "1 item".
std::string so_many(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

/// Whether this says that a value at `path` is of another kind than an alternative is meant for:
/// of another type, or with another word in a key like `kind`.
bool tells_kinds_apart(const Violation& violation, std::string_view path) {
  const std::string_view at = violation.path;
  if (at == path)
    return violation.keyword == "type" || violation.keyword == "const" ||
           violation.keyword == "enum" || violation.keyword == "false";
  return violation.keyword == "const" && at.rfind('/') == path.size();
}

/// A mapping's entries by key, without looking at all of them each time when there are many.
class Keys {
 public:
  explicit Keys(const Node& node) : node_(node) {
    if (node.entries().size() <= kFew) return;
    for (const Entry& entry : node.entries())
      by_key_.emplace(entry.key, &entry.value);
  }

  bool hold(const std::string& key) const {
    if (by_key_.empty()) return node_.find(key) != nullptr;
    return by_key_.contains(key);
  }

 private:
  static constexpr std::size_t kFew = 16;

  const Node& node_;
  std::unordered_map<std::string_view, const Node*> by_key_;
};

/// What one subschema says of one value.
struct Check {
  const Subschema& schema;
  const Node& node;
  const Step* step;
  std::size_t depth;
  /// Null: only the answer is wanted, and the first broken rule gives it.
  Violations* sink;
  bool valid = true;

  /// Whether to go on.
  bool more() const { return valid || (sink != nullptr && !sink->more); }
};

class Validator {
 public:
  Validator(const CompiledSchema& compiled, const ValidationLimits& limits)
      : compiled_(compiled), limits_(limits), steps_(limits.steps) {}

  /// The limit that stopped the check, or null.
  const char* exhausted() const { return exhausted_; }

  bool holds(SchemaIndex index, const Node& node, const Step* step, std::size_t depth,
             Violations* sink) {
    Check check{compiled_.all[index], node, step, depth, sink};
    if (depth > limits_.depth) return give_up("it is nested too deeply");
    if (!spend(1)) return false;
    if (check.schema.never) {
      broken(check, "false", "is not allowed here", "take it out");
      return false;
    }
    types(check);
    if (check.more()) values(check);
    if (check.more()) numbers(check);
    if (check.more() && node.type() == Node::Type::kText) text(check);
    if (check.more() && node.is_sequence()) items(check);
    if (check.more() && node.is_mapping()) properties(check);
    if (check.more()) in_place(check);
    return check.valid;
  }

 private:
  bool give_up(const char* why) {
    exhausted_ = why;
    steps_ = 0;
    return false;
  }

  bool spend(std::uint64_t steps) {
    if (steps_ < steps) return give_up("checking it takes too long");
    steps_ -= steps;
    return true;
  }

  void broken(Check& check, std::string_view keyword, std::string message, std::string hint = "",
              const Mark* mark = nullptr) {
    check.valid = false;
    if (check.sink == nullptr || exhausted_ != nullptr) return;
    if (check.sink->found.size() >= check.sink->limit) {
      check.sink->more = true;
      return;
    }
    check.sink->found.push_back({pointer_to(check.step), std::string(keyword), std::move(message),
                                 std::move(hint), mark != nullptr ? *mark : check.node.mark()});
  }

  /// The same value against another subschema.
  bool here(Check& check, SchemaIndex index, Violations* sink) {
    return holds(index, check.node, check.step, check.depth + 1, sink);
  }

  /// A part of the value; what breaks there is reported there.
  void part(Check& check, SchemaIndex index, const Node& node, const Step& step) {
    if (!holds(index, node, &step, check.depth + 1, check.sink)) check.valid = false;
  }

  void types(Check& check) {
    const std::uint8_t wanted = check.schema.types;
    if (wanted == 0 || (json_types_of(check.node) & wanted) != 0) return;
    std::string hint;
    if ((wanted & kJsonString) != 0 && check.node.is_scalar() && !check.node.is_null()) {
      hint = "put it into quotes";
    } else if (check.node.type() == Node::Type::kText && !check.node.plain() &&
               (json_types_of(Node::scalar(check.node.text(), true, {})) & wanted) != 0) {
      hint = "leave the quotes out";
    }
    broken(check, "type",
           fmt::format("must be {}, not {}", check.schema.type_words, words_of_value(check.node)),
           std::move(hint));
  }

  void values(Check& check) {
    const auto& [values, constant] = std::tie(check.schema.values, check.schema.constant);
    if (!values && !constant) return;
    const auto text = canonical(check.node, limits_.depth);
    if (!text || !spend(text->size() / 64)) {
      if (!text) give_up("it is nested too deeply");
      return void(check.valid = false);
    }
    if (values && !values->contains(*text))
      broken(check, "enum", fmt::format("must be one of {}", check.schema.values_words));
    if (constant && *text != *constant)
      broken(check, "const", fmt::format("must be {}", check.schema.constant_words));
  }

  void numbers(Check& check) {
    const Subschema& schema = check.schema;
    if (!schema.minimum && !schema.maximum && !schema.exclusive_minimum &&
        !schema.exclusive_maximum && !schema.multiple_of)
      return;
    const auto number = Decimal::of(check.node);
    if (!number) return;
    const auto must = [&](std::string_view keyword, std::string_view words,
                          const std::string& text) {
      broken(check, keyword, fmt::format("must be {} {}", words, text));
    };
    if (schema.minimum && *number < *schema.minimum)
      must("minimum", "at least", schema.minimum_text);
    if (schema.maximum && *number > *schema.maximum)
      must("maximum", "at most", schema.maximum_text);
    if (schema.exclusive_minimum && *number <= *schema.exclusive_minimum)
      must("exclusiveMinimum", "more than", schema.exclusive_minimum_text);
    if (schema.exclusive_maximum && *number >= *schema.exclusive_maximum)
      must("exclusiveMaximum", "less than", schema.exclusive_maximum_text);
    if (schema.multiple_of && !number->is_multiple_of(*schema.multiple_of))
      must("multipleOf", "a multiple of", schema.multiple_of_text);
  }

  /// `has` says what is counted, `least` and `most` are the keywords.
  void bounds(Check& check, const Bounds& bounds, std::uint64_t count, std::string_view noun,
              std::string_view least, std::string_view most) {
    if (bounds.least && count < *bounds.least)
      broken(check, least, fmt::format("must have at least {}", so_many(*bounds.least, noun)));
    if (bounds.most && count > *bounds.most)
      broken(check, most, fmt::format("must have at most {}", so_many(*bounds.most, noun)));
  }

  void text(Check& check) {
    const Subschema& schema = check.schema;
    const std::string& text = check.node.text();
    if (schema.length.least || schema.length.most)
      bounds(check, schema.length, code_points(text), "character", "minLength", "maxLength");
    if (schema.pattern && !schema.pattern->found_in(text))
      broken(check, "pattern",
             fmt::format("must match the regular expression {}",
                         text::excerpt(schema.pattern->expression(), 80)));
    if (schema.format && !has_format(text, *schema.format))
      broken(check, "format", fmt::format("must be {}", words_of(*schema.format)));
  }

  void items(Check& check) {
    const Subschema& schema = check.schema;
    const std::vector<Node>& items = check.node.items();
    bounds(check, schema.item_count, items.size(), "item", "minItems", "maxItems");
    if (schema.unique_items && check.more()) unique(check);
    if (schema.contains && check.more()) contains(check);
    for (std::size_t i = 0; i < items.size() && check.more(); ++i) {
      const Step step{check.step, nullptr, i};
      if (i < schema.prefix_items.size()) {
        part(check, schema.prefix_items[i], items[i], step);
      } else if (schema.items) {
        part(check, *schema.items, items[i], step);
      } else {
        break;
      }
    }
  }

  void unique(Check& check) {
    std::unordered_map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < check.node.items().size() && check.more(); ++i) {
      const Node& item = check.node.items()[i];
      auto text = canonical(item, limits_.depth);
      if (!text || !spend(text->size() / 64)) {
        if (!text) give_up("it is nested too deeply");
        return void(check.valid = false);
      }
      const auto [first, is_new] = seen.emplace(*std::move(text), i);
      if (is_new) continue;
      broken(
          check, "uniqueItems",
          fmt::format("has the same item twice: number {} and number {}", first->second + 1, i + 1),
          "take one of them out", &item.mark());
    }
  }

  void contains(Check& check) {
    const Bounds& bounds = check.schema.contained;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < check.node.items().size(); ++i) {
      const Step step{check.step, nullptr, i};
      if (holds(*check.schema.contains, check.node.items()[i], &step, check.depth + 1, nullptr))
        ++count;
      if (exhausted_ != nullptr) return void(check.valid = false);
    }
    if (bounds.least && count < *bounds.least)
      broken(check, *bounds.least == 1 ? "contains" : "minContains",
             fmt::format("must have at least {} of the kind that it shall contain, and has {}",
                         so_many(*bounds.least, "item"), count));
    if (bounds.most && count > *bounds.most)
      broken(check, "maxContains",
             fmt::format("must have at most {} of the kind that it may contain, and has {}",
                         so_many(*bounds.most, "item"), count));
  }

  void properties(Check& check) {
    const Subschema& schema = check.schema;
    bounds(check, schema.property_count, check.node.entries().size(), "key", "minProperties",
           "maxProperties");
    if (!schema.required.empty() || !schema.dependent_required.empty()) required(check);
    if (schema.properties.empty() && schema.pattern_properties.empty() &&
        !schema.additional_properties && !schema.property_names)
      return;
    for (const Entry& entry : check.node.entries()) {
      if (!check.more()) return;
      property(check, entry);
    }
  }

  void required(Check& check) {
    const Keys keys(check.node);
    for (const std::string& key : check.schema.required)
      if (!keys.hold(key) && check.more())
        broken(check, "required", fmt::format("lacks the key {}", describe_key(key)),
               fmt::format("add {}", describe_key(key)));
    for (const auto& [cause, wanted] : check.schema.dependent_required) {
      if (!keys.hold(cause)) continue;
      for (const std::string& key : wanted)
        if (!keys.hold(key) && check.more())
          broken(check, "dependentRequired",
                 fmt::format("has the key {} and lacks {}, which belongs to it",
                             describe_key(cause), describe_key(key)),
                 fmt::format("add {}", describe_key(key)));
    }
  }

  void property(Check& check, const Entry& entry) {
    const Subschema& schema = check.schema;
    const Step step{check.step, &entry.key, 0};
    if (schema.property_names) property_name(check, entry, step);
    bool known = false;
    if (const auto found = schema.properties.find(entry.key); found != schema.properties.end()) {
      known = true;
      part(check, found->second, entry.value, step);
    }
    for (const auto& [pattern, index] : schema.pattern_properties) {
      if (!pattern.found_in(entry.key)) continue;
      known = true;
      part(check, index, entry.value, step);
    }
    if (known || !schema.additional_properties || !check.more()) return;
    if (!compiled_.all[*schema.additional_properties].never)
      return part(check, *schema.additional_properties, entry.value, step);
    check.valid = false;
    if (check.sink == nullptr) return;
    const auto near = text::nearest(entry.key, schema.property_names_known);
    Check extra{schema, entry.value, &step, check.depth, check.sink};
    broken(extra, "additionalProperties",
           fmt::format("the key {} is not known here", describe_key(entry.key)),
           near ? fmt::format("did you mean {}?", *near) : "take it out", &entry.key_mark);
  }

  void property_name(Check& check, const Entry& entry, const Step& step) {
    // A node of its own, quoted, so that "1" is text.
    const Node name = Node::scalar(entry.key, false, entry.key_mark);
    Violations problems{1, {}, false};
    if (holds(*check.schema.property_names, name, &step, check.depth + 1, &problems)) return;
    check.valid = false;
    Check at{check.schema, entry.value, &step, check.depth, check.sink};
    const std::string why = problems.found.empty() ? "does not fit" : problems.found[0].message;
    broken(at, "propertyNames", fmt::format("the key {} {}", describe_key(entry.key), why), "",
           &entry.key_mark);
  }

  void in_place(Check& check) {
    const Subschema& schema = check.schema;
    const auto also = [&](SchemaIndex index) {
      if (check.more() && !here(check, index, check.sink)) check.valid = false;
    };
    if (schema.reference) also(*schema.reference);
    for (const SchemaIndex index : schema.all_of)
      also(index);
    if (!schema.any_of.empty() && check.more()) any_of(check);
    if (!schema.one_of.empty() && check.more()) one_of(check);
    if (schema.negated && check.more() && here(check, *schema.negated, nullptr))
      broken(check, "not", "is what it must not be");
    if (schema.condition && (schema.consequence || schema.alternative)) {
      const auto& next =
          here(check, *schema.condition, nullptr) ? schema.consequence : schema.alternative;
      if (next) also(*next);
    }
    if (!check.node.is_mapping() || schema.dependent_schemas.empty()) return;
    const Keys keys(check.node);
    for (const auto& [key, index] : schema.dependent_schemas)
      if (keys.hold(key)) also(index);
  }

  void any_of(Check& check) {
    for (const SchemaIndex index : check.schema.any_of) {
      if (here(check, index, nullptr)) return;
      if (exhausted_ != nullptr) return void(check.valid = false);
    }
    none_fits(check, "anyOf", check.schema.any_of);
  }

  void one_of(Check& check) {
    std::vector<std::size_t> fitting;
    for (std::size_t i = 0; i < check.schema.one_of.size(); ++i) {
      if (here(check, check.schema.one_of[i], nullptr)) fitting.push_back(i);
      if (exhausted_ != nullptr) return void(check.valid = false);
      if (fitting.size() == 2)
        return broken(check, "oneOf",
                      fmt::format("must fit only one of {} alternatives, and fits number {} and "
                                  "number {}",
                                  check.schema.one_of.size(), fitting[0] + 1, fitting[1] + 1));
    }
    if (fitting.empty()) none_fits(check, "oneOf", check.schema.one_of);
  }

  /// When one alternative alone is meant for values of this kind, its complaints are the ones that
  /// help; else each says a word.
  void none_fits(Check& check, std::string_view keyword, const std::vector<SchemaIndex>& all) {
    check.valid = false;
    if (check.sink == nullptr) return;
    const std::string path = pointer_to(check.step);
    std::vector<Violation> meant;
    std::size_t count_meant = 0;
    std::vector<std::string> words;
    for (const SchemaIndex index : all) {
      Violations problems{check.sink->limit, {}, false};
      here(check, index, &problems);
      const bool other_kind = std::ranges::any_of(
          problems.found, [&](const Violation& v) { return tells_kinds_apart(v, path); });
      if (!problems.found.empty() && words.size() < 3) {
        const Violation& first = problems.found.front();
        words.push_back((first.path == path ? "" : first.path.substr(path.size()) + " ") +
                        first.message);
      }
      if (other_kind || problems.found.empty()) continue;
      ++count_meant;
      meant = std::move(problems.found);
    }
    if (count_meant != 1)
      return broken(check, keyword,
                    fmt::format("fits none of {} alternatives: {}", all.size(),
                                text::join(words, "; or it ")));
    for (Violation& violation : meant) {
      if (check.sink->found.size() >= check.sink->limit) return void(check.sink->more = true);
      check.sink->found.push_back(std::move(violation));
    }
  }

  const CompiledSchema& compiled_;
  const ValidationLimits limits_;
  std::uint64_t steps_;
  const char* exhausted_ = nullptr;
};

}  // namespace

void JsonSchema::validate(const Node& value, Violations& violations,
                          ValidationLimits limits) const {
  Validator validator(*compiled_, limits);
  const Step top;
  validator.holds(0, value, &top, 1, &violations);
  if (validator.exhausted() != nullptr)
    violations.found.push_back(
        {"", "$ref", fmt::format("cannot be checked: {}", validator.exhausted()),
         "write it, or its schema, with fewer levels and alternatives", value.mark()});
}

Error to_error(const Violation& violation, const Document& document, ErrorCode code) {
  const std::string path = text::excerpt(text::printable(violation.path), 120);
  return Error(code, path.empty() ? violation.message : path + ": " + violation.message)
      .advise(violation.hint.empty() ? "change the value, or the schema's " + violation.keyword
                                     : violation.hint)
      .at(document.place(violation.mark));
}

}  // namespace bedstone::data
