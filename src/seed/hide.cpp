// Names that tell, and values that come from the environment.
#include "seed/hide.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace bedstone::seed {
namespace {

/// As whole words: `max_tokens` is a number, `token` is none.
constexpr std::array<std::string_view, 10> kWords{
    "password", "passwd", "pwd",        "secret",      "secrets",
    "token",    "apikey", "credential", "credentials", "passphrase"};
/// Which keys are secret: `api_key`, not `row_key`.
constexpr std::array<std::string_view, 6> kKeys{"api",        "private", "access",
                                                "encryption", "signing", "secret"};

bool reads_environment(const data::Node& node) {
  return !node.variables().empty() || node.find("env") != nullptr;
}

bool reads_environment(const Expression& expression) {
  if (expression.kind == Expression::Kind::kEnvironment) return true;
  if (expression.node != nullptr && reads_environment(*expression.node)) return true;
  const auto reads = [](const Expression& one) { return reads_environment(one); };
  return std::any_of(expression.parts.begin(), expression.parts.end(),
                     [](const auto& part) { return reads_environment(part.second); }) ||
         std::any_of(expression.otherwise.begin(), expression.otherwise.end(), reads);
}

bool reads_environment(const Expressions& expressions, std::string_view column) {
  return std::any_of(expressions.begin(), expressions.end(), [column](const auto& one) {
    return one.first == column && reads_environment(one.second);
  });
}

}  // namespace

bool is_telling(std::string_view name) {
  const std::string lower = text::to_lower(name);
  std::string_view before;
  for (const std::string_view word : text::split(lower, '_')) {
    if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return true;
    const bool key = word == "key" || word == "keys";
    if (key && std::find(kKeys.begin(), kKeys.end(), before) != kKeys.end()) return true;
    before = word;
  }
  return false;
}

bool is_hidden(const SeedSet& set, std::string_view column) {
  if (is_telling(column)) return true;
  if (reads_environment(set.columns, column) || reads_environment(set.defaults, column)) {
    return true;
  }
  if (set.rows == nullptr) return false;
  return std::any_of(set.rows->items().begin(), set.rows->items().end(),
                     [column](const data::Node& row) {
                       const data::Node* value = row.find(column);
                       return value != nullptr && reads_environment(*value);
                     });
}

}  // namespace bedstone::seed
