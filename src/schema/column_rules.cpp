// Checks are read as conjunctions of comparisons; what is none is passed over.
#include "schema/column_rules.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hpp"
#include "sql/lexer.hpp"

namespace bedstone::schema {
namespace {

using sql::Flavor;
using sql::Token;
using sql::TokenKind;
using Tokens = std::vector<Token>;
using Part = std::span<const Token>;

Flavor flavor_of(db::Engine engine) {
  return engine == db::Engine::kSqlite ? Flavor::kSqlite : Flavor::kPostgres;
}

bool is_operator(const Token& token, std::string_view text) {
  return token.kind == TokenKind::kOperator && token.text == text;
}

/// Behind `::` the name of a type, which may have several words, a length and brackets.
std::size_t behind_type(const Tokens& all, std::size_t at) {
  const auto word = [&](std::string_view what) { return at < all.size() && all[at].is(what); };
  const bool long_name = word("double") || word("character") || word("bit");
  const bool time = word("timestamp") || word("time");
  ++at;
  while (at + 1 < all.size() && all[at].kind == TokenKind::kDot)
    at += 2;
  if (long_name && (word("precision") || word("varying"))) ++at;
  if (at < all.size() && all[at].kind == TokenKind::kOpen) {
    while (at < all.size() && all[at].kind != TokenKind::kClose)
      ++at;
    ++at;
  }
  if (time && (word("with") || word("without"))) at += 3;
  // A bracket that closes without having been opened here belongs to ARRAY[…].
  while (at < all.size()) {
    const bool whole = is_operator(all[at], "[]");
    const bool pair =
        at + 1 < all.size() && is_operator(all[at], "[") && is_operator(all[at + 1], "]");
    if (!whole && !pair) break;
    at += pair ? 2 : 1;
  }
  return at;
}

/// Without comments and casts.
Tokens tokens_of(Flavor flavor, std::string_view text) {
  Tokens all;
  sql::Lexer lexer(flavor, text);
  Token token;
  while (lexer.next(token) == sql::Lexer::Step::kToken) {
    if (!token.is_comment()) all.push_back(token);
  }
  Tokens kept;
  for (std::size_t at = 0; at < all.size();) {
    if (is_operator(all[at], "::")) {
      at = behind_type(all, at + 1);
      continue;
    }
    kept.push_back(all[at++]);
  }
  return kept;
}

int depth_change(const Token& token) {
  if (token.kind == TokenKind::kOpen) return 1;
  return token.kind == TokenKind::kClose ? -1 : 0;
}

/// Without parentheses around the whole.
Part bare(Part part) {
  while (part.size() >= 2 && part.front().kind == TokenKind::kOpen) {
    int depth = 0;
    std::size_t end = 0;
    for (; end < part.size(); ++end) {
      depth += depth_change(part[end]);
      if (depth == 0) break;
    }
    if (end + 1 != part.size()) break;
    part = part.subspan(1, part.size() - 2);
  }
  return part;
}

std::vector<Part> split(Part part, std::string_view word) {
  std::vector<Part> parts;
  int depth = 0;
  bool between = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < part.size(); ++at) {
    depth += depth_change(part[at]);
    if (depth != 0) continue;
    if (part[at].is("between")) between = true;
    if (!part[at].is(word)) continue;
    if (word == "and" && between) {
      between = false;
      continue;
    }
    parts.push_back(part.subspan(begin, at - begin));
    begin = at + 1;
  }
  parts.push_back(part.subspan(begin));
  return parts;
}

class Reader {
 public:
  Reader(Flavor flavor, std::string_view column, ColumnRules& rules)
      : flavor_(flavor), column_(column), rules_(rules) {}

  void read(Part part) {
    part = bare(part);
    const auto choices = split(part, "or");
    if (choices.size() > 1) return read_choices(choices);
    const auto all = split(part, "and");
    if (all.size() == 1) return read_comparison(part);
    for (const Part one : all)
      read(one);
  }

 private:
  /// NULL passes every check: `x IS NULL OR x > 0` says what `x > 0` does.
  void read_choices(const std::vector<Part>& choices) {
    std::optional<Part> other;
    for (const Part one : choices) {
      const Tokens flat = flattened(one);
      const bool null =
          flat.size() == 3 && is_column(flat[0]) && flat[1].is("is") && flat[2].is("null");
      if (null) continue;
      if (other) return;
      other = one;
    }
    if (other) read(*other);
  }

  static Tokens flattened(Part part) {
    Tokens flat;
    for (const Token& token : part) {
      if (depth_change(token) == 0) flat.push_back(token);
    }
    return flat;
  }

  bool is_column(const Token& token) const {
    const bool name = token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedName;
    if (!name) return false;
    const std::string said = sql::name_of(token, flavor_);
    if (flavor_ == Flavor::kPostgres) return said == column_;
    return text::to_lower(said) == text::to_lower(column_);
  }

  static bool is_length(const Token& token) {
    return token.is("length") || token.is("char_length") || token.is("character_length");
  }

  /// A constant at `at`, which moves behind it.
  static std::optional<std::string> constant(const Tokens& flat, std::size_t& at) {
    std::string sign;
    if (at < flat.size() && is_operator(flat[at], "-")) {
      sign = "-";
      ++at;
    }
    if (at >= flat.size()) return std::nullopt;
    const Token& token = flat[at++];
    if (token.kind == TokenKind::kNumber) return sign + std::string(token.text);
    const bool plain = token.kind == TokenKind::kString && token.text.starts_with('\'');
    if (!plain || !sign.empty()) return std::nullopt;
    std::string value;
    for (std::size_t i = 1; i + 1 < token.text.size(); ++i) {
      value += token.text[i];
      if (token.text[i] == '\'') ++i;
    }
    return value;
  }

  static bool is_number(std::string_view value) {
    return !value.empty() && value.find_first_of("0123456789") != std::string_view::npos &&
           value.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
  }

  void read_comparison(Part part) {
    const Tokens flat = flattened(part);
    std::size_t at = 0;
    const bool length = flat.size() > 1 && is_length(flat[0]) && is_column(flat[1]);
    if (length) at = 1;
    if (at < flat.size() && is_column(flat[at])) return read_right(flat, at + 1, length);
    // `0 < x`
    auto value = constant(flat, at);
    if (!value || at >= flat.size() || flat[at].kind != TokenKind::kOperator) return;
    const std::string_view said = flat[at].text;
    const bool of_length = at + 2 < flat.size() && is_length(flat[at + 1]);
    const std::size_t name = of_length ? at + 2 : at + 1;
    if (name + 1 != flat.size() || !is_column(flat[name])) return;
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTurned{
        {{"<", ">"}, {"<=", ">="}, {">", "<"}, {">=", "<="}, {"=", "="}, {"<>", "<>"}}};
    for (const auto& [from, to] : kTurned) {
      if (said == from) take(to, *value, of_length);
    }
  }

  void read_right(const Tokens& flat, std::size_t at, bool length) {
    if (at >= flat.size()) return;
    const Token& how = flat[at++];
    if (how.is("between")) {
      const auto low = constant(flat, at);
      if (!low || at >= flat.size() || !flat[at++].is("and")) return;
      const auto high = constant(flat, at);
      if (!high || at != flat.size()) return;
      take(">=", *low, length);
      return take("<=", *high, length);
    }
    const bool any = how.text == "=" && at + 2 < flat.size() && flat[at].is("any") &&
                     flat[at + 1].is("array") && is_operator(flat[at + 2], "[");
    if (how.is("in")) return read_list(flat, at, flat.size());
    if (any) return read_list(flat, at + 3, flat.size() - 1);
    if (how.kind != TokenKind::kOperator) return;
    const auto value = constant(flat, at);
    if (value && at == flat.size()) take(how.text, *value, length);
  }

  void read_list(const Tokens& flat, std::size_t at, std::size_t end) {
    std::vector<std::string> values;
    while (at < end) {
      const auto value = constant(flat, at);
      if (!value) return;
      values.push_back(*value);
      if (at < end && flat[at].kind != TokenKind::kComma) return;
      ++at;
    }
    if (rules_.values.empty()) rules_.values = std::move(values);
  }

  void take(std::string_view how, const std::string& value, bool length) {
    if (how == "=" || how == "==") {
      if (!length && rules_.values.empty()) rules_.values = {value};
      return;
    }
    if ((how == "<>" || how == "!=") && value.empty() && !length) return raise_length(1);
    if (!is_number(value)) return;
    if (length) return take_length(how, text::parse_integer(value).value_or(-1));
    const bool low = how == ">" || how == ">=";
    if (low) {
      rules_.minimum = value;
      rules_.above_minimum = how == ">";
    } else if (how == "<" || how == "<=") {
      rules_.maximum = value;
      rules_.below_maximum = how == "<";
    }
  }

  void take_length(std::string_view how, std::int64_t number) {
    if (number < 0) return;
    if (how == ">") raise_length(number + 1);
    if (how == ">=") raise_length(number);
    if (how == "<" && number > 0) lower_length(number - 1);
    if (how == "<=") lower_length(number);
  }

  void raise_length(std::int64_t number) {
    rules_.min_length = std::max(rules_.min_length.value_or(0), number);
  }
  void lower_length(std::int64_t number) {
    rules_.max_length = rules_.max_length ? std::min(*rules_.max_length, number) : number;
  }

  Flavor flavor_;
  std::string_view column_;
  ColumnRules& rules_;
};

/// "character varying(20)": 20. SQLite's lengths mean nothing.
std::optional<std::int64_t> length_of(db::Engine engine, std::string_view type) {
  if (engine == db::Engine::kSqlite || !type.starts_with("character")) return std::nullopt;
  const auto open = type.find('(');
  const auto close = type.find(')', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  return text::parse_integer(type.substr(open + 1, close - open - 1));
}

/// public."my mood" and mood are types by the names `my mood` and `mood`.
std::string last_name(std::string_view type) {
  std::string_view name =
      type.substr(type.rfind('.') == std::string_view::npos ? 0 : type.rfind('.') + 1);
  if (name.size() < 2 || !name.starts_with('"')) return std::string(name);
  std::string result;
  name = name.substr(1, name.size() - 2);
  for (std::size_t i = 0; i < name.size(); ++i) {
    result += name[i];
    if (name[i] == '"') ++i;
  }
  return result;
}

}  // namespace

ColumnRules column_rules(const Schema& schema, const Table& table, const Column& column) {
  ColumnRules rules;
  rules.max_length = length_of(schema.engine, column.type);
  const std::string type = last_name(column.type);
  for (const Enum& one : schema.enums) {
    if (one.name == type) rules.values = one.values;
  }
  const Flavor flavor = flavor_of(schema.engine);
  for (const Check& check : table.checks) {
    const Tokens tokens = tokens_of(flavor, check.expression);
    Reader(flavor, column.name, rules).read(tokens);
  }
  return rules;
}

std::vector<std::string> columns_in(db::Engine engine, const Table& table,
                                    std::string_view expression) {
  const Flavor flavor = flavor_of(engine);
  std::vector<std::string> found;
  const Tokens tokens = tokens_of(flavor, expression);
  for (const Column& column : table.columns) {
    const bool said = std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) {
      const std::string name = sql::name_of(token, flavor);
      if (token.kind == TokenKind::kString || name.empty()) return false;
      return flavor == Flavor::kPostgres ? name == column.name
                                         : text::to_lower(name) == text::to_lower(column.name);
    });
    if (said) found.push_back(column.name);
  }
  return found;
}

}  // namespace bedstone::schema
