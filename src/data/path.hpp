/// Path: a pattern that picks nodes out of a tree, as in `at: /providers/{provider}/*`.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bedstone/result.hpp"
#include "data/node.hpp"

namespace bedstone::data {

struct PathStep {
  enum class Kind {
    kKey,   ///< `users`: that key of a mapping; of a list the item of that number, from 0.
    kEach,  ///< `*`: every item of a list, every value of a mapping.
    kBind,  ///< `{provider}`: the same; the key, or the item's number, is known by that name.
  };
  Kind kind = Kind::kKey;
  std::string text;  ///< The key or the name, without braces and escapes.
};

/// JSON pointer (RFC 6901) with two more steps. No step at all is the root.
struct Path {
  std::vector<PathStep> steps;
  std::string text;
};

/// Reads `/users/*`. In a key `~1` is a slash and `~0` a tilde, as JSON pointer has it; `~2` is a
/// star and `~3` an opening brace. Keys cannot be empty. kSeedSource, with the column
/// (in bytes, from 1) as place.column.
Result<Path> parse_path(std::string_view text);

/// A node that a path leads to.
struct Match {
  const Node* node = nullptr;
  /// Names and texts of the bound steps, in the path's order.
  std::vector<std::pair<std::string, std::string>> bindings;
  /// The nodes on the way, the root first; the last one holds the node. Empty for the root.
  std::vector<const Node*> ancestors;
};

/// All nodes that the path leads to, in the tree's order. What is empty (null, no items) holds
/// nothing, and no error is made of it.
std::vector<Match> select(const Node& root, const Path& path);
/// The same; a step that exists nowhere is kSeedSource at the node that lacks it, and names the
/// nearest key that is there. So are steps into text and numbers, and names where a list is.
Result<std::vector<Match>> select(const Document& document, const Path& path);

/// From a match by a path like `name`, `address/city`, `tags/0`, or up with `../../email`: `..` is
/// the mapping or list that holds the node. Null when there is nothing.
const Node* look_up(const Match& match, std::string_view path);

}  // namespace bedstone::data
