// The tree from its events. An alias replays the events of its anchor, so that what it adds is
// counted before it is built.
#include "data/yaml.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "base/files.hpp"
#include "data/utf8.hpp"
#include "data/yaml_events.hpp"

namespace bedstone::data {
namespace {

/// Builds the tree from events that were found to be in order.
class TreeBuilder {
 public:
  TreeBuilder(const std::string& file, YamlEvents& events, const Limits& limits)
      : file_(file), events_(events.events), limits_(limits), shared_(events.has_anchors) {}

  Checked<Node> build() {
    std::uint32_t next = 0;
    Node root = events_.empty() ? Node() : node(next, 0);
    if (failed()) return fail(std::move(errors_));
    return root;
  }

 private:
  /// The node at `next`, which moves behind it.
  Node node(std::uint32_t& next, std::size_t depth);
  void check_limits(const YamlEvent& event, std::size_t depth);
  Node scalar(YamlEvent& event);
  Node sequence(std::uint32_t& next, std::size_t depth);
  Node mapping(std::uint32_t& next, std::size_t depth);
  void collect_merged(std::uint32_t& next, std::size_t depth, std::vector<Node>& merged);
  static void add_merged(std::vector<Entry>& entries, std::vector<Node> merged);
  bool failed() const { return !errors_.empty(); }
  void complain(ErrorCode code, const Mark& mark, std::string message, std::string hint);

  const std::string& file_;
  std::vector<YamlEvent>& events_;
  const Limits& limits_;
  bool shared_;
  Errors errors_;
  std::size_t aliases_open_ = 0;
  Mark alias_;
  std::size_t alias_nodes_ = 0;
  std::size_t alias_bytes_ = 0;
};

void TreeBuilder::complain(ErrorCode code, const Mark& mark, std::string message,
                           std::string hint) {
  errors_.push_back(
      Error(code, std::move(message)).advise(std::move(hint)).at(file_, mark.line, mark.column));
}

/// Leaves an error when the node's place in the tree, or what aliases add to it, is beyond limits.
void TreeBuilder::check_limits(const YamlEvent& event, std::size_t depth) {
  if (aliases_open_ == 0) {
    alias_ = event.mark;
    return;
  }
  alias_bytes_ += event.text.size();
  ++alias_nodes_;
  if (alias_nodes_ > limits_.alias_nodes || alias_bytes_ > limits_.alias_bytes) {
    complain(ErrorCode::kYamlLimit, alias_,
             fmt::format("the aliases of {} stand for more than {} values or {} MiB", file_,
                         limits_.alias_nodes, limits_.alias_bytes >> 20),
             "write out what is needed instead of aliases of aliases");
    return;
  }
  const bool container =
      event.kind == YamlEvent::Kind::kSequence || event.kind == YamlEvent::Kind::kMapping;
  if (container && depth >= limits_.depth) {
    complain(ErrorCode::kYamlLimit, alias_,
             fmt::format("the aliases of {} nest deeper than {} levels", file_, limits_.depth),
             "write out what is needed instead of aliases of aliases");
  }
}

Node TreeBuilder::node(std::uint32_t& next, std::size_t depth) {
  YamlEvent& event = events_[next];
  check_limits(event, depth);
  if (failed()) return {};
  switch (event.kind) {
    case YamlEvent::Kind::kAlias: {
      ++next;
      ++aliases_open_;
      std::uint32_t target = event.target;
      Node result = node(target, depth);
      --aliases_open_;
      return result;
    }
    case YamlEvent::Kind::kSequence:
      return sequence(next, depth + 1);
    case YamlEvent::Kind::kMapping:
      return mapping(next, depth + 1);
    default:
      ++next;
      return scalar(event);
  }
}

Node TreeBuilder::scalar(YamlEvent& event) {
  return Node::scalar(shared_ ? event.text : std::move(event.text), event.plain, event.mark,
                      event.verbatim);
}

Node TreeBuilder::sequence(std::uint32_t& next, std::size_t depth) {
  const Mark mark = events_[next].mark;
  std::vector<Node> items;
  for (++next; !failed() && events_[next].kind != YamlEvent::Kind::kEnd;)
    items.push_back(node(next, depth));
  ++next;
  return Node::sequence(std::move(items), mark);
}

Node TreeBuilder::mapping(std::uint32_t& next, std::size_t depth) {
  const Mark mark = events_[next].mark;
  std::vector<Entry> entries;
  std::vector<Node> merged;
  for (++next; !failed() && events_[next].kind != YamlEvent::Kind::kEnd;) {
    const YamlEvent& key = events_[next];
    if (key.kind == YamlEvent::Kind::kScalar && key.plain && key.text == "<<") {
      collect_merged(++next, depth, merged);
      continue;
    }
    const Mark key_mark = key.mark;
    Node name = node(next, depth);
    if (failed()) break;
    if (!name.is_scalar()) {
      complain(ErrorCode::kYamlSyntax, key_mark, "a key is an alias of a list or mapping",
               "write keys as plain text");
      break;
    }
    entries.push_back({name.text(), key_mark, node(next, depth)});
  }
  ++next;
  if (!merged.empty()) add_merged(entries, std::move(merged));
  return Node::mapping(std::move(entries), mark);
}

/// The mappings that a merge key names (https://yaml.org/type/merge.html).
void TreeBuilder::collect_merged(std::uint32_t& next, std::size_t depth,
                                 std::vector<Node>& merged) {
  const Mark mark = events_[next].mark;
  Node value = node(next, depth);
  if (failed()) return;
  std::vector<Node> several;
  if (value.is_sequence()) {
    several = std::move(value.items());
  } else {
    several.push_back(std::move(value));
  }
  for (Node& one : several) {
    if (one.is_mapping()) {
      merged.push_back(std::move(one));
      continue;
    }
    complain(ErrorCode::kYamlSyntax, mark, "the merge key << takes a mapping or a list of mappings",
             "name an anchor: <<: *base; quote \"<<\" if it is an ordinary key");
    return;
  }
}

/// Keys that are there win over merged ones, earlier merged ones over later.
void TreeBuilder::add_merged(std::vector<Entry>& entries, std::vector<Node> merged) {
  std::size_t total = entries.size();
  for (const Node& one : merged)
    total += one.entries().size();
  // The views below point into entries, which therefore must not move.
  entries.reserve(total);
  std::unordered_set<std::string_view> known;
  for (const Entry& entry : entries)
    known.insert(entry.key);
  for (Node& one : merged) {
    for (Entry& entry : one.entries()) {
      if (known.contains(entry.key)) continue;
      entries.push_back(std::move(entry));
      known.insert(entries.back().key);
    }
  }
}

}  // namespace

Checked<Document> parse_yaml(std::string file, std::string_view text, Limits limits) {
  text = without_byte_order_mark(text);
  if (auto error = check_utf8(file, text)) return fail_all(*std::move(error));
  auto events = read_yaml_events(file, text, limits);
  if (!events) return fail(std::move(events).error());
  auto root = TreeBuilder(file, *events, limits).build();
  if (!root) return fail(std::move(root).error());
  Document document;
  document.root = *std::move(root);
  document.files.push_back(std::move(file));
  return document;
}

Checked<Document> read_yaml(const std::string& path, Limits limits) {
  auto text = files::read(path, limits.file_bytes);
  if (!text) return fail_all(std::move(text).error());
  return parse_yaml(path, *text, limits);
}

}  // namespace bedstone::data
