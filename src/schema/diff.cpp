/// Both texts become maps from object to details; an object may have several lines (SQLite's
/// constraints without names).
#include "schema/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "schema/canonical.hpp"

namespace bedstone::schema {
namespace {

constexpr std::string_view kColumnOrder = "column-order";

using Object = std::pair<std::string_view, std::string_view>;  ///< Kind and name.
using Details = std::vector<std::string_view>;                 ///< Sorted, as the text is.
using Objects = std::map<Object, Details>;

/// The length of the name at the start: up to a space, or one of `ends`, outside quotes and
/// parentheses.
std::size_t name_length(std::string_view text, std::string_view ends) {
  int depth = 0;
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (depth == 0 && ends.find(c) != std::string_view::npos) break;
  }
  return i;
}

std::string_view rest_behind(std::string_view text, std::size_t length) {
  return text.substr(std::min(length + 1, text.size()));
}

Objects objects_of(std::string_view canonical) {
  Objects objects;
  for (const std::string_view line : text::split(canonical, '\n')) {
    const std::size_t kind = std::min(line.find(' '), line.size());
    if (line.empty() || line.substr(0, kind) == "format") continue;
    const std::string_view rest = rest_behind(line, kind);
    const std::size_t name = name_length(rest, " ");
    objects[{line.substr(0, kind), rest.substr(0, name)}].push_back(rest_behind(rest, name));
  }
  for (auto& [object, details] : objects)
    std::sort(details.begin(), details.end());
  return objects;
}

bool is_relation(std::string_view kind) {
  return kind == "table" || kind == "view" || kind == "materialized-view";
}

/// The relations that only one of both has.
std::set<std::string_view> lonely_relations(const Objects& expected, const Objects& actual) {
  std::set<std::string_view> names;
  const auto collect = [&](const Objects& here, const Objects& there) {
    for (const auto& [object, details] : here) {
      if (is_relation(object.first) && !there.contains(object)) names.insert(object.second);
    }
  };
  collect(expected, actual);
  collect(actual, expected);
  return names;
}

std::vector<std::string_view> columns_in(std::string_view list) {
  std::vector<std::string_view> columns;
  if (list.size() < 2) return columns;
  list = list.substr(1, list.size() - 2);
  while (!list.empty()) {
    const std::size_t length = name_length(list, ",");
    columns.push_back(text::trim(list.substr(0, length)));
    list = rest_behind(list, length);
  }
  return columns;
}

bool same_order_of_common(std::string_view expected, std::string_view actual) {
  std::vector<std::string_view> a = columns_in(expected);
  std::vector<std::string_view> b = columns_in(actual);
  const auto keep_common = [](std::vector<std::string_view>& here,
                              const std::set<std::string_view>& there) {
    std::erase_if(here, [&](std::string_view name) { return !there.contains(name); });
  };
  const std::set<std::string_view> in_a(a.begin(), a.end());
  const std::set<std::string_view> in_b(b.begin(), b.end());
  // Only where some column is on one side alone: then that one is reported, and says enough.
  if (in_a == in_b) return false;
  keep_common(a, in_b);
  keep_common(b, in_a);
  return a == b;
}

class Comparison {
 public:
  Comparison(const Objects& expected, const Objects& actual)
      : expected_(expected), actual_(actual), lonely_(lonely_relations(expected, actual)) {}

  std::vector<SchemaDifference> run() {
    static const Details kNone;
    for (const auto& [object, details] : expected_) {
      const auto found = actual_.find(object);
      compare(object, details, found == actual_.end() ? kNone : found->second);
    }
    for (const auto& [object, details] : actual_) {
      if (!expected_.contains(object)) compare(object, kNone, details);
    }
    std::sort(result_.begin(), result_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.kind, a.object, a.expected, a.actual) <
             std::tie(b.kind, b.object, b.expected, b.actual);
    });
    return std::move(result_);
  }

 private:
  void compare(const Object& object, const Details& expected, const Details& actual) {
    if (!is_relation(object.first)) {
      const std::string_view owner = object.second.substr(0, name_length(object.second, "."));
      if (lonely_.contains(owner)) return;
    }
    Details missing;
    Details extra;
    std::set_difference(expected.begin(), expected.end(), actual.begin(), actual.end(),
                        std::back_inserter(missing));
    std::set_difference(actual.begin(), actual.end(), expected.begin(), expected.end(),
                        std::back_inserter(extra));
    const std::size_t pairs = std::min(missing.size(), extra.size());
    for (std::size_t i = 0; i < pairs; ++i) {
      if (object.first == kColumnOrder && same_order_of_common(missing[i], extra[i])) continue;
      add(object, "different", missing[i], extra[i]);
    }
    for (std::size_t i = pairs; i < missing.size(); ++i)
      add(object, "missing", missing[i], {});
    for (std::size_t i = pairs; i < extra.size(); ++i)
      add(object, "extra", {}, extra[i]);
  }

  void add(const Object& object, std::string_view change, std::string_view expected,
           std::string_view actual) {
    result_.push_back({std::string(object.first), std::string(object.second), std::string(change),
                       std::string(expected), std::string(actual)});
  }

  const Objects& expected_;
  const Objects& actual_;
  std::set<std::string_view> lonely_;
  std::vector<SchemaDifference> result_;
};

bool dropped(const Object& object, const Objects& before, const Objects& after) {
  return before.contains(object) && !after.contains(object);
}

std::string text_of(const Objects& objects, int format) {
  std::vector<std::string> lines;
  for (const auto& [object, details] : objects) {
    for (const std::string_view one : details) {
      lines.push_back(
          fmt::format("{} {}{}{}", object.first, object.second, one.empty() ? "" : " ", one));
    }
  }
  std::sort(lines.begin(), lines.end());
  std::string text = fmt::format("format {}\n", format);
  for (const std::string& line : lines)
    text += line + "\n";
  return text;
}

}  // namespace

std::vector<SchemaDifference> diff(std::string_view expected, std::string_view actual) {
  if (expected == actual) return {};
  const Objects there = objects_of(expected);
  const Objects here = objects_of(actual);
  return Comparison(there, here).run();
}

std::string carry_over(std::string_view recorded, std::string_view before, std::string_view after) {
  const int format = canonical_format(after);
  if (canonical_format(recorded) != format || canonical_format(before) != format) {
    return std::string(after);
  }
  const Objects was = objects_of(before);
  const Objects is = objects_of(after);
  Objects result = objects_of(recorded);
  // What the change dropped takes along what should have been in it.
  std::erase_if(result, [&](const auto& entry) {
    const Object& object = entry.first;
    const std::string_view owner = object.second.substr(0, name_length(object.second, "."));
    return dropped(object, was, is) || dropped({"table", owner}, was, is) ||
           dropped({"view", owner}, was, is) || dropped({"materialized-view", owner}, was, is);
  });
  for (const auto& [object, details] : is) {
    const auto old = was.find(object);
    if (old == was.end() || old->second != details) result[object] = details;
  }
  return text_of(result, format);
}

std::string describe(const SchemaDifference& difference) {
  constexpr std::size_t kLongest = 120;
  const auto cut = [](std::string_view details) {
    return details.empty() ? std::string("(nothing)") : text::excerpt(details, kLongest);
  };
  std::string line =
      fmt::format("{} {} is {}", difference.kind, difference.object, difference.change);
  if (difference.change == "different") {
    return line +
           fmt::format(": {} instead of {}", cut(difference.actual), cut(difference.expected));
  }
  const std::string& details =
      difference.change == "missing" ? difference.expected : difference.actual;
  return details.empty() ? line : line + ": " + text::excerpt(details, kLongest);
}

}  // namespace bedstone::schema
