/// Keys: the keys of one mapping in a file of a known form, typed, with complaints about what does
/// not fit.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "data/node.hpp"

namespace bedstone::data {

class Keys {
 public:
  /// `prefix` is put before keys for people: "rows.". Errors are appended: kUnknownKey, and `code`
  /// for whatever else does not fit.
  Keys(const Document& document, const Node& mapping, std::string prefix, ErrorCode code,
       Errors& errors)
      : document_(document),
        mapping_(mapping),
        prefix_(std::move(prefix)),
        code_(code),
        errors_(errors) {}

  /// Complains about every key that is none of these.
  void only(std::span<const std::string_view> keys) const;

  /// The value of a key; null when it is not there, empty, or was complained about already.
  const Node* get(std::string_view key) const;
  /// Whether the key stands there and was found broken: nothing more can be said about it.
  bool broken(std::string_view key) const;
  Place place(std::string_view key) const;
  Place place_of(const Node& node) const { return document_.place(node.mark()); }

  std::optional<std::string> text(std::string_view key, std::string_view hint) const;
  std::optional<bool> flag(std::string_view key) const;
  /// The index of the choice.
  std::optional<std::size_t> choice(std::string_view key,
                                    std::span<const std::string_view> choices) const;
  /// One name or a list of names, each once.
  std::vector<std::string> names(std::string_view key, std::string_view example) const;

  void does_not_fit(std::string_view key, const Node& node, std::string hint) const;
  void complain(const Mark& mark, std::string message, std::string hint) const;

 private:
  const Document& document_;
  const Node& mapping_;
  std::string prefix_;
  ErrorCode code_;
  Errors& errors_;
};

}  // namespace bedstone::data
