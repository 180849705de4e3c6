/// JSON Schema: a tree checked against the rules that another tree writes down
/// (docs/json-schema.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "data/node.hpp"

namespace bedstone::data {

/// One rule that a value breaks. Nothing of the value is in here, since it may be a secret; keys of
/// mappings are.
struct Violation {
  std::string path;     ///< JSON Pointer to the value ("/users/0/email"), "" for the whole.
  std::string keyword;  ///< The schema's keyword that is broken.
  std::string message;  ///< "must be text, not a list".
  std::string hint;     ///< May be empty.
  Mark mark;            ///< Of the value, or of the key where that is what is wrong.
};

/// What a check found, in the order of the value's parts.
struct Violations {
  std::size_t limit = 100;
  std::vector<Violation> found;
  /// There are more than `limit`.
  bool more = false;
};

/// What one check may cost, at most. A value that needs more breaks a rule named "$ref".
struct ValidationLimits {
  /// Of subschemas that are inside one another while a value is checked.
  std::size_t depth = 400;
  /// Subschemas that are applied to values, and what comparing values costs.
  std::uint64_t steps = 50'000'000;
};

struct CompiledSchema;

/// A schema that was understood, as a whole: a strict subset of draft 2020-12. Copies share what
/// was compiled, and threads may use one at once.
class JsonSchema {
 public:
  /// Compiles `schema`, a node of `document`, which is needed no longer afterwards. Errors:
  /// kJsonSchema, all that there are, each with its place.
  static Checked<JsonSchema> compile(const Node& schema, const Document& document);

  /// Adds every rule that the value breaks.
  void validate(const Node& value, Violations& violations, ValidationLimits limits = {}) const;

 private:
  explicit JsonSchema(std::shared_ptr<const CompiledSchema> compiled);

  std::shared_ptr<const CompiledSchema> compiled_;
};

/// The same as an error with this code, at its place in the document that was checked.
Error to_error(const Violation& violation, const Document& document, ErrorCode code);

}  // namespace bedstone::data
