/// ExpressionReader: from mappings such as {ref: accounts, email: …} to expressions, with all
/// errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "seed/set.hpp"

namespace bedstone::seed {

class ExpressionReader {
 public:
  /// Errors are appended; none holds a value that may be secret.
  ExpressionReader(const data::Document& document, Errors& errors)
      : document_(document), errors_(errors) {}

  /// Below `columns:`, `defaults:` and `or:`: a mapping must be an expression, all else is a
  /// literal. `what` names the place for people. nullopt after an error.
  std::optional<Expression> value(const data::Node& node, const std::string& what);
  /// A mapping that is an expression; nullopt after an error.
  std::optional<Expression> expression(const data::Node& mapping);
  /// Whether a key of the mapping is an expression's name.
  static bool is_expression(const data::Node& mapping);

 private:
  struct Form;
  static const Form* form_of(std::string_view key);
  static const data::Entry* head_of(const data::Node& mapping);

  void read_head(const data::Entry& head, Expression& expression);
  void read_options(const data::Node& mapping, const data::Entry& head, Expression& expression);
  void read_option(const data::Entry& entry, const data::Entry& head, Expression& expression);
  void name(const data::Entry& head, Expression& expression, std::string_view example);
  void hidden(const data::Entry& head, Expression& expression);
  void generate(const data::Entry& head, Expression& expression);
  void variable(const data::Entry& head, Expression& expression);
  void uuid(const data::Entry& head, Expression& expression);
  void now(const data::Entry& head);
  void pepper(const data::Node& node, Expression& expression);
  void length(const data::Node& node, Expression& expression);
  void naming_column(const data::Entry& entry, Expression& expression);
  void unknown_option(const data::Entry& entry, const data::Entry& head);
  void does_not_fit(const data::Entry& entry, std::string hint);
  void complain(ErrorCode code, const data::Mark& mark, std::string message, std::string hint);

  const data::Document& document_;
  Errors& errors_;
};

/// Appends the names of the environment variables that an expression reads.
void collect_variables(const Expression& expression, std::vector<std::string>& names);

}  // namespace bedstone::seed
