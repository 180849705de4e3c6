// Any bytes as a YAML file: parsed or refused with places inside the file, never a crash, and no
// value of the environment in an error.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/yaml.hpp"
#include "project/expand.hpp"
#include "project/keys.hpp"
#include "project/validate.hpp"

namespace {

constexpr std::string_view kSecret = "zqjx-hunter2-xjqz";

void require(bool condition) {
  if (!condition) std::abort();
}

void check_errors(const bedstone::Errors& errors, std::size_t bytes, bool may_echo) {
  for (const bedstone::Error& error : errors) {
    require(!error.message.empty() && !error.hint.empty());
    require(error.place.line >= 1 && error.place.line <= bytes + 1);
    require(error.place.column >= 1 && error.place.column <= bytes + 2);
    for (const std::string* text : {&error.message, &error.cause, &error.hint})
      require(may_echo || text->find(kSecret) == std::string::npos);
  }
}

void walk(const bedstone::data::Node& node) {
  using Type = bedstone::data::Node::Type;
  require(node.is_null() == (node.type() == Type::kNull));
  require(node.as_bool().has_value() == (node.type() == Type::kBool));
  if (node.as_integer()) require(node.type() == Type::kInteger);
  if (node.as_number()) require(node.type() == Type::kInteger || node.type() == Type::kFloat);
  for (const bedstone::data::Node& item : node.items())
    walk(item);
  for (const bedstone::data::Entry& entry : node.entries())
    walk(entry.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bedstone::Environment environment({{"A", std::string(kSecret)}, {"B", ""}, {"C", "true"}});
  bedstone::data::Limits limits;
  limits.alias_nodes = 10'000;
  // libFuzzer learns the secret from the comparisons and writes it into keys, which may be shown.
  const bool may_echo = text.find(kSecret) != std::string_view::npos;
  auto document = bedstone::data::parse_yaml("f.yaml", text, limits);
  if (!document) {
    require(!document.error().empty());
    check_errors(document.error(), size, may_echo);
    return 0;
  }
  walk(document->root);
  bedstone::Errors errors;
  bedstone::expand_variables(document->root, *document, environment, errors);
  bedstone::validate_keys(*document, bedstone::kProjectKeys, errors);
  check_errors(errors, size, may_echo);
  return 0;
}
