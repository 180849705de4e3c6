// Any text as a path into a tree and from a match: refused with a column inside it, or walked; what
// the checked walk finds is what the plain one finds.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/json.hpp"
#include "data/path.hpp"

namespace {

using namespace bedstone;

void require(bool condition) {
  if (!condition) std::abort();
}

const data::Document& tree() {
  static const data::Document document =
      data::parse_json("f.json", R"({"a": [{"b": 1, "c": {"d": [2, 3]}}, {"b": null}, [], {}],
                                     "*": {"{x}": {"~": 4}}, "b": {"c": "text", "/": [[5]]}})")
          .value();
  return document;
}

void check_match(const data::Match& match, std::size_t steps) {
  require(match.ancestors.size() == steps && match.bindings.size() <= steps);
  const data::Node* child = match.node;
  for (auto parent = match.ancestors.rbegin(); parent != match.ancestors.rend(); ++parent) {
    bool held = false;
    for (const data::Node& item : (*parent)->items())
      held = held || &item == child;
    for (const data::Entry& entry : (*parent)->entries())
      held = held || &entry.value == child;
    require(held);
    child = *parent;
  }
  require(child == &tree().root);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Seeds may end like other files of text; paths do not.
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.remove_suffix(1);
  const auto deep = data::select(tree().root, data::parse_path("/a/0/c/d/1").value());
  (void)data::look_up(deep.front(), text);
  const auto path = data::parse_path(text);
  if (!path) {
    const Error& error = path.error();
    require(error.place.column >= 1 && error.place.column <= size + 1 && !error.hint.empty());
    return 0;
  }
  const auto found = data::select(tree().root, *path);
  for (const data::Match& match : found)
    check_match(match, path->steps.size());
  const auto checked = data::select(tree(), *path);
  require(checked ? checked->size() == found.size() : found.empty());
  return 0;
}
