// Any two trees, with a line %% between them: the first as a schema, the second as a value. Refused
// with places or checked within its limits, with one answer however many reasons are asked for.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/json_schema.hpp"
#include "data/yaml.hpp"

namespace {

using namespace bedstone::data;

void require(bool condition) {
  if (!condition) std::abort();
}

Violations check(const JsonSchema& schema, const Node& value, std::size_t limit) {
  Violations violations;
  violations.limit = limit;
  schema.validate(value, violations, {100, 100'000});
  return violations;
}

void check_errors(const bedstone::Errors& errors, std::size_t bytes) {
  require(!errors.empty());
  for (const bedstone::Error& error : errors) {
    require(!error.message.empty() && !error.hint.empty());
    require(error.place.line >= 1 && error.place.line <= bytes + 1);
    require(error.place.column >= 1 && error.place.column <= bytes + 2);
  }
}

void check_violations(const Violations& violations, const Document& document, std::size_t bytes) {
  // One more says why checking was given up.
  require(violations.found.size() <= violations.limit + 1);
  bedstone::Errors errors;
  for (const Violation& violation : violations.found) {
    require(!violation.keyword.empty());
    require(violation.path.empty() || violation.path.starts_with('/'));
    errors.push_back(to_error(violation, document, bedstone::ErrorCode::kSeedValue));
  }
  if (!errors.empty()) check_errors(errors, bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = text.find("\n%%\n");
  if (cut == std::string_view::npos) return 0;
  Limits limits;
  limits.alias_nodes = 1'000;
  limits.alias_bytes = 10'000;
  const auto schema = parse_yaml("s.yaml", text.substr(0, cut), limits);
  const auto value = parse_yaml("v.yaml", text.substr(cut + 4), limits);
  if (!schema || !value) return 0;
  const auto compiled = JsonSchema::compile(schema->root, *schema);
  if (!compiled) {
    check_errors(compiled.error(), size);
    return 0;
  }
  const Violations all = check(*compiled, value->root, 50);
  check_violations(all, *value, size);
  require(check(*compiled, value->root, 1).found.empty() == all.found.empty());
  return 0;
}
