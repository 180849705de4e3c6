/// YAML to a tree: one document, with its anchors and merge keys resolved.
#pragma once

#include <string>
#include <string_view>

#include "base/checked.hpp"
#include "data/limits.hpp"
#include "data/node.hpp"

namespace bedstone::data {

/// One document. Anchors, aliases and merge keys (`<<`) are resolved; keys must be scalars. An
/// empty file is null. Errors: kNotUtf8, kYamlSyntax, kYamlDuplicateKey, kYamlLimit; all that can
/// be known. They never hold a value's text.
Checked<Document> parse_yaml(std::string file, std::string_view text, Limits limits = {});
/// The same from a file; also the errors of files::read.
Checked<Document> read_yaml(const std::string& path, Limits limits = {});

}  // namespace bedstone::data
