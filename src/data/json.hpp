/// JSON (RFC 8259) to a tree and back.
#pragma once

#include <string>
#include <string_view>

#include "base/checked.hpp"
#include "data/limits.hpp"
#include "data/node.hpp"

namespace bedstone::data {

/// One value. Numbers keep the text they were written with, so that no digit is lost; strings are
/// scalars that are not plain. Stricter than most readers: a key that stands twice in one object
/// and an escape that names half a character are errors; a byte-order mark is passed over.
/// Errors: kNotUtf8, kSeedSource (the syntax), kYamlDuplicateKey, kYamlLimit; all duplicate keys up
/// to the first other error. They never hold a value's text.
Checked<Document> parse_json(std::string file, std::string_view text, Limits limits = {});
/// The same from a file; also the errors of files::read.
Checked<Document> read_json(const std::string& path, Limits limits = {});

/// Compact JSON on one line, keys in their order. Text is escaped no more than it must be. Numbers
/// stay as they were written where JSON can say them so; what only YAML can say becomes the same
/// number (0o17: 15, +1.: 1), or text where JSON has none (.inf, hexadecimal beyond 64 bits).
std::string to_json(const Node& node);

}  // namespace bedstone::data
