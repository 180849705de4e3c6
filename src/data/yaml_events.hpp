/// YAML as a checked list of events, from which yaml.cpp builds the tree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/yaml.hpp"

namespace bedstone::data {

struct YamlEvent {
  static constexpr std::uint32_t kNone = UINT32_MAX;

  enum class Kind : std::uint8_t { kScalar, kSequence, kMapping, kEnd, kAlias };
  Kind kind = Kind::kEnd;
  bool plain = false;
  bool verbatim = false;
  Mark mark;
  /// Of an alias: the event it stands for.
  std::uint32_t target = kNone;
  std::string text;
};

struct YamlEvents {
  std::vector<YamlEvent> events;
  bool has_anchors = false;
};

/// Everything that can be found without following aliases has been checked: syntax, one document,
/// depth, duplicate keys, tags, aliases that stand for nothing or for what they stand in.
Checked<YamlEvents> read_yaml_events(const std::string& file, std::string_view text,
                                     const Limits& limits);

}  // namespace bedstone::data
