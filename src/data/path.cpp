// Paths: reading them, and walking a tree step by step.
#include "data/path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"

namespace bedstone::data {
namespace {

tl::unexpected<Error> no_path(std::string_view path, std::size_t offset, const std::string& problem,
                              std::string hint) {
  return fail(Error(ErrorCode::kSeedSource,
                    fmt::format("{} is no path: {}", text::printable(path), problem))
                  .because(fmt::format("column {}", offset + 1))
                  .advise(std::move(hint))
                  .at({}, 0, static_cast<std::uint32_t>(offset + 1)));
}

/// `$.users[*]` as this syntax has it.
std::string hint_for_other_syntax(std::string_view text) {
  std::string result;
  for (const char c : text.substr(text.starts_with('$') ? 1 : 0)) {
    const bool separates = c == '.' || c == '[' || c == '/';
    if (separates && !result.ends_with('/')) result.push_back('/');
    if (!separates && c != ']' && c != '\'' && c != '"') result.push_back(c);
  }
  if (result.empty()) return "leave the path empty for the whole file";
  return fmt::format("write {}{}", result.starts_with('/') ? "" : "/", text::printable(result));
}

Result<std::string> unescape(std::string_view path, std::size_t offset, std::string_view step) {
  static constexpr std::string_view kMeanings = "~/*{";
  std::string key;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      key.push_back(step[i]);
      continue;
    }
    const char digit = i + 1 < step.size() ? step[i + 1] : '\0';
    if (digit < '0' || digit > '3') {
      return no_path(path, offset + i, "a tilde stands alone",
                     "write ~0 for a tilde, ~1 for a slash, ~2 for a star, ~3 for a brace");
    }
    key.push_back(kMeanings[static_cast<std::size_t>(digit - '0')]);
    ++i;
  }
  return key;
}

Result<PathStep> parse_step(const Path& path, std::size_t offset, std::string_view step) {
  using Kind = PathStep::Kind;
  if (step.empty()) {
    return no_path(path.text, offset, "a step is empty",
                   "write one slash before each step and none at the end; /* is every item of the "
                   "file");
  }
  if (step == "*") return PathStep{Kind::kEach, {}};
  if (step.front() != '{') {
    BEDSTONE_ASSIGN(auto key, unescape(path.text, offset, step));
    return PathStep{Kind::kKey, std::move(key)};
  }
  const std::string_view name = step.substr(1, step.find_first_of("{}", 1) - 1);
  if (name.empty() || name.size() + 2 != step.size() || step.back() != '}') {
    return no_path(path.text, offset, "a bound step is not of the form {name}",
                   "write it as in /providers/{provider}/*; a key that begins with a brace begins "
                   "with ~3");
  }
  const bool twice = std::any_of(path.steps.begin(), path.steps.end(), [&](const PathStep& other) {
    return other.kind == Kind::kBind && other.text == name;
  });
  if (twice) {
    return no_path(path.text, offset, fmt::format("{} is bound twice", step),
                   "give each step a name of its own");
  }
  return PathStep{Kind::kBind, std::string(name)};
}

/// The item that a step without a star means: "0" is the first.
const Node* item_at(const Node& list, std::string_view number) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
  const bool whole = error == std::errc() && end == number.data() + number.size();
  return whole && index < list.items().size() ? &list.items()[index] : nullptr;
}

const Node* child(const Node& node, std::string_view key) {
  return node.is_sequence() ? item_at(node, key) : node.find(key);
}

/// The key that was meant, or those that there are.
std::string hint_for(std::string_view key, const Node& mapping) {
  constexpr std::size_t kMost = 8;
  std::vector<std::string> keys;
  for (const Entry& entry : mapping.entries())
    keys.push_back(entry.key);
  if (const auto near = text::nearest(key, keys)) {
    return fmt::format("did you mean {}?", describe_key(*near));
  }
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < keys.size() && i < kMost; ++i)
    shown.push_back(describe_key(keys[i]));
  if (keys.size() > kMost) shown.emplace_back("…");
  return fmt::format("there are {}", text::join(shown, ", "));
}

/// Follows a path; the matches of one step are where the next one starts.
class Walk {
 public:
  Walk(const Node& root, const Path& path) : path_(path) { matches_.push_back({&root, {}, {}}); }

  std::vector<Match> matches() && {
    while (at_ < path_.steps.size())
      step();
    return std::move(matches_);
  }

  Result<std::vector<Match>> checked_matches(const Document& document) && {
    while (at_ < path_.steps.size()) {
      if (auto error = dead_end(document)) return fail(*std::move(error));
      step();
    }
    return std::move(matches_);
  }

 private:
  void step();
  void add(const Match& from, const Node& node, std::string_view key);
  std::optional<Error> dead_end(const Document& document) const;
  Error leads_nowhere(const Document& document, const Node& node) const;
  std::string way_here() const;

  const Path& path_;
  std::size_t at_ = 0;
  std::vector<Match> matches_;
  std::vector<Match> next_;
};

void Walk::add(const Match& from, const Node& node, std::string_view key) {
  Match& match = next_.emplace_back();
  match.node = &node;
  match.bindings.reserve(from.bindings.size() + 1);
  match.bindings = from.bindings;
  match.ancestors.reserve(from.ancestors.size() + 1);
  match.ancestors = from.ancestors;
  match.ancestors.push_back(from.node);
  const PathStep& step = path_.steps[at_];
  if (step.kind == PathStep::Kind::kBind) match.bindings.emplace_back(step.text, key);
}

void Walk::step() {
  const PathStep& step = path_.steps[at_];
  for (const Match& match : matches_) {
    if (step.kind == PathStep::Kind::kKey) {
      if (const Node* node = child(*match.node, step.text)) add(match, *node, step.text);
      continue;
    }
    for (const Entry& entry : match.node->entries())
      add(match, entry.value, entry.key);
    std::size_t number = 0;
    for (const Node& item : match.node->items())
      add(match, item, std::to_string(number++));
  }
  matches_ = std::exchange(next_, {});
  ++at_;
}

/// The steps that were taken.
std::string Walk::way_here() const {
  if (at_ == 0) return {};
  std::size_t length = 0;
  for (std::size_t i = 0; i < at_; ++i)
    length = path_.text.find('/', length + 1);
  return path_.text.substr(0, length);
}

/// Why the step leads nowhere from any of the nodes; nullopt where it does, or where all that could
/// hold something is empty.
std::optional<Error> Walk::dead_end(const Document& document) const {
  const PathStep& step = path_.steps[at_];
  const Node* holder = nullptr;
  for (const Match& match : matches_) {
    const Node& node = *match.node;
    if (node.is_null() || (!node.is_scalar() && node.items().empty() && node.entries().empty())) {
      continue;
    }
    const bool every = step.kind != PathStep::Kind::kKey;
    if (!node.is_scalar() && (every || child(node, step.text) != nullptr)) return std::nullopt;
    if (holder == nullptr) holder = &node;
  }
  if (holder == nullptr) return std::nullopt;
  return leads_nowhere(document, *holder);
}

Error Walk::leads_nowhere(const Document& document, const Node& node) const {
  const std::string& key = path_.steps[at_].text;
  const std::string where = at_ == 0 ? "the file" : way_here();
  std::string problem;
  std::string hint;
  if (node.is_scalar()) {
    problem = fmt::format("{} is neither a list nor a mapping", where);
    hint = at_ == 0 ? "is it the right file?" : "end the path before it";
  } else if (node.is_sequence()) {
    problem = fmt::format("{} is a list of {}", where,
                          text::count(static_cast<std::int64_t>(node.items().size()), "item"));
    hint = fmt::format("{}/* is every item, {}/0 the first", way_here(), way_here());
  } else {
    problem = fmt::format("there is no key {} in {}", describe_key(key), where);
    hint = hint_for(key, node);
  }
  return Error(ErrorCode::kSeedSource,
               fmt::format("{} finds nothing: {}", text::printable(path_.text), problem))
      .advise(std::move(hint))
      .at(document.place(node.mark()));
}

}  // namespace

Result<Path> parse_path(std::string_view text) {
  Path path;
  path.text = text;
  if (text.empty()) return path;
  if (text.front() != '/') {
    return no_path(text, 0, "it does not begin with a slash", hint_for_other_syntax(text));
  }
  std::size_t offset = 1;
  for (const std::string_view step : text::split(text.substr(1), '/')) {
    BEDSTONE_ASSIGN(auto parsed, parse_step(path, offset, step));
    path.steps.push_back(std::move(parsed));
    offset += step.size() + 1;
  }
  return path;
}

std::vector<Match> select(const Node& root, const Path& path) {
  return Walk(root, path).matches();
}

Result<std::vector<Match>> select(const Document& document, const Path& path) {
  return Walk(document.root, path).checked_matches(document);
}

const Node* look_up(const Match& match, std::string_view path) {
  const Node* node = match.node;
  std::size_t above = match.ancestors.size();
  bool up = true;
  for (const std::string_view step : text::split(path, '/')) {
    up = up && step == "..";
    if (up) {
      if (above == 0) return nullptr;
      node = match.ancestors[--above];
    } else {
      node = child(*node, step);
      if (node == nullptr) return nullptr;
    }
  }
  return node;
}

}  // namespace bedstone::data
