// From a row to the cells of the stage.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/files.hpp"
#include "base/password.hpp"
#include "base/random_text.hpp"
#include "base/text.hpp"
#include "base/uuid.hpp"
#include "data/json.hpp"
#include "seed/hide.hpp"
#include "seed/program.hpp"

namespace bedstone::seed {
namespace {

using Kind = Expression::Kind;

Error misfit(const TargetColumn& column, std::string_view what) {
  return Error(ErrorCode::kSeedValue, fmt::format("{} does not fit {}", what, column.name))
      .because(fmt::format("the column is {}", column.type.empty() ? "of no type" : column.type));
}

bool is_number(std::string_view text) {
  const std::size_t sign = !text.empty() && (text.front() == '-' || text.front() == '+') ? 1 : 0;
  bool digits = false;
  for (std::size_t i = sign; i < text.size(); ++i) {
    if (text[i] >= '0' && text[i] <= '9')
      digits = true;
    else if (std::string_view(".eE+-").find(text[i]) == std::string_view::npos)
      return false;
  }
  return digits;
}

std::optional<bool> boolean(std::string_view text) {
  const std::string word = text::to_lower(text);
  if (word == "true" || word == "t" || word == "1") return true;
  if (word == "false" || word == "f" || word == "0") return false;
  return std::nullopt;
}

/// PostgreSQL's smaller integers; SQLite's all hold 64 bits.
bool fits(std::int64_t number, std::string_view type) {
  if (type == "smallint") return number >= INT16_MIN && number <= INT16_MAX;
  if (type == "integer") return number >= INT32_MIN && number <= INT32_MAX;
  return true;
}

std::optional<std::string> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned value = 0;
    const char* const end = digits.data() + i + 2;
    const auto read = std::from_chars(digits.data() + i, end, value, 16);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return bytes;
}

/// PostgreSQL's text of an array: {"a","b",NULL}.
std::string array_text(const data::Node& node) {
  std::string result = "{";
  for (const data::Node& item : node.items()) {
    if (result.size() > 1) result += ',';
    if (item.is_sequence()) {
      result += array_text(item);
    } else if (item.is_null()) {
      result += "NULL";
    } else {
      result += '"';
      for (const char byte : item.is_mapping() ? data::to_json(item) : item.text()) {
        if (byte == '"' || byte == '\\') result += '\\';
        result += byte;
      }
      result += '"';
    }
  }
  return result + "}";
}

Secret generate(const Expression& expression) {
  const std::size_t length = expression.length;
  if (expression.text == "password") return generate_password(length == 0 ? 20 : length);
  return generate_text(expression.text == "hex" ? Letters::kHex : Letters::kUrl,
                       length == 0 ? 32 : length);
}

std::string_view plain_text(const Field& field) {
  return field.node != nullptr ? std::string_view(field.node->text()) : field.text;
}

/// One more part of a name, behind a slash that stands in none of them.
void add_name(const Field& field, std::string& name) {
  const bool tree = field.node != nullptr && !field.node->is_scalar();
  const std::string text = tree ? data::to_json(*field.node) : std::string(plain_text(field));
  name += '/';
  for (const char byte : text) {
    if (byte == '/' || byte == '~')
      name += byte == '/' ? "~1" : "~0";
    else
      name += byte;
  }
}

}  // namespace

std::span<const db::LoadCell> Program::run(const Row& row, std::int64_t number, Errors& errors) {
  kept_.clear();
  cells_.assign(2 + layout_.columns.size() + layout_.slots.size(), db::LoadCell{});
  number_ = std::to_string(number);
  cells_[0] = {db::LoadCell::Kind::kNumber, number_};
  absent_.assign(layout_.columns.size(), '0');
  bool lacks = false;
  for (const Assignment& one : assignments_) {
    if (layout_.columns[one.column].only_for_new_rows || give(one, row, errors)) continue;
    absent_[one.column] = '1';
    lacks = true;
  }
  for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
    if (layout_.columns[i].ungiven) {
      absent_[i] = '1';
      lacks = true;
    }
    if (layout_.columns[i].clock) cells_[2 + i] = {db::LoadCell::Kind::kText, around_->now};
  }
  differ_ |= lacks;
  cells_[1] = {db::LoadCell::Kind::kText, lacks ? std::string_view(absent_) : std::string_view()};
  return cells_;
}

bool Program::give(const Assignment& one, const Row& row, Errors& errors) {
  const TargetColumn& column = *layout_.columns[one.column].target;
  const Expression* expression = one.expression;
  if (expression == nullptr && one.field != Layout::npos) {
    const Field field = row.at(one.field);
    expression = expression_in(field, column, errors);
    if (expression == nullptr && field.kind != Field::Kind::kAbsent) {
      if (Status done = put(2 + one.column, field, column); !done) {
        errors.push_back(std::move(done).error().at(row.place(column.name)));
      }
      return true;
    }
  }
  if (expression == nullptr) expression = one.fallback;
  return expression != nullptr && give(*expression, one, row, errors);
}

/// Behind a reference what follows is filled in, too: it counts where the reference names no row.
bool Program::give(const Expression& expression, const Assignment& one, const Row& row,
                   Errors& errors) {
  const auto reference = references_.find(&expression);
  bool given = false;
  if (reference != references_.end()) {
    if (reference->second == Layout::npos) return true;
    const Named named = fill_slots(reference->second, expression, row, errors);
    given = named != Named::kNot;
    const TargetColumn& column = *layout_.columns[one.column].target;
    if (named == Named::kNull && expression.otherwise.empty() && !column.nullable) {
      errors.push_back(misfit(column, "null")
                           .advise("name a row; the column is NOT NULL")
                           .at(row.place(column.name)));
    }
  } else {
    const Field field = evaluate_alone(expression, row, errors);
    if (field.kind != Field::Kind::kAbsent) {
      const TargetColumn& column = *layout_.columns[one.column].target;
      if (Status done = put(2 + one.column, field, column); !done) {
        const bool has_place = !expression.place.file.empty();
        errors.push_back(
            std::move(done).error().at(has_place ? expression.place : row.place(column.name)));
      }
      return true;
    }
  }
  if (expression.otherwise.empty()) return given;
  return give(expression.otherwise.front(), one, row, errors) || given;
}

Program::Named Program::fill_slots(std::size_t reference, const Expression& expression,
                                   const Row& row, Errors& errors) {
  Named named = Named::kFully;
  for (std::size_t i = 0; i < expression.parts.size(); ++i) {
    const Reference& shape = layout_.references[reference];
    const Expression& part = expression.parts[i].second;
    if (shape.nested[i] != Layout::npos) {
      named = std::min(named, fill_slots(shape.nested[i], part, row, errors));
      continue;
    }
    const Field field = evaluate(part, row, errors);
    const bool null = field.kind == Field::Kind::kNull || (field.node && field.node->is_null());
    if (field.kind == Field::Kind::kAbsent || null) {
      named = std::min(named, null ? Named::kNull : Named::kNot);
      continue;
    }
    const TargetColumn& column = *shape.table->find(shape.columns[i]);
    const std::size_t cell = 2 + layout_.columns.size() + shape.slots[i];
    if (Status done = put(cell, field, column); !done) {
      errors.push_back(std::move(done).error().at(part.place));
    }
  }
  if (named != Named::kFully) clear_slots(reference);
  return named;
}

void Program::clear_slots(std::size_t reference) {
  const Reference& shape = layout_.references[reference];
  for (std::size_t i = 0; i < shape.slots.size(); ++i) {
    if (shape.nested[i] != Layout::npos)
      clear_slots(shape.nested[i]);
    else
      cells_[2 + layout_.columns.size() + shape.slots[i]] = db::LoadCell{};
  }
}

Field Program::evaluate(const Expression& expression, const Row& row, Errors& errors) {
  Field result = evaluate_alone(expression, row, errors);
  if (result.kind == Field::Kind::kAbsent && !expression.otherwise.empty())
    result = evaluate(expression.otherwise.front(), row, errors);
  return result;
}

/// What tells this row from the others, as the file gives it.
void Program::add_key(const Expression& asking, const Row& row, std::string& name, Errors& errors) {
  const std::vector<std::string>& key = set_->key.empty() ? layout_.table->primary_key : set_->key;
  for (const std::string& column : key) {
    const auto named = [&column](const auto& one) { return one.first == column; };
    const auto made = std::find_if(set_->columns.begin(), set_->columns.end(), named);
    if (made == set_->columns.end()) {
      Field field = row.find(column);
      const auto fallback = std::find_if(set_->defaults.begin(), set_->defaults.end(), named);
      if (field.kind == Field::Kind::kAbsent && fallback != set_->defaults.end() &&
          &fallback->second != &asking) {
        field = evaluate(fallback->second, row, errors);
      }
      if (field.kind != Field::Kind::kAbsent) {
        add_name(field, name);
        continue;
      }
    } else if (made->second.kind == Kind::kReference) {
      add_reference(made->second, row, name, errors);
      continue;
    } else if (&made->second != &asking) {
      add_name(evaluate(made->second, row, errors), name);
      continue;
    }
    errors.push_back(Error(ErrorCode::kSeedKey,
                           fmt::format("no row gives {}, of which the UUID would be made", column))
                         .advise("name the fields: {uuid: [email]}, or `key: [email]`")
                         .at(asking.place));
  }
}

void Program::add_reference(const Expression& reference, const Row& row, std::string& name,
                            Errors& errors) {
  for (const auto& [column, part] : reference.parts) {
    if (part.kind == Kind::kReference)
      add_reference(part, row, name, errors);
    else
      add_name(evaluate(part, row, errors), name);
  }
}

Field Program::evaluate_alone(const Expression& expression, const Row& row, Errors& errors) {
  Field result;
  switch (expression.kind) {
    case Kind::kField:
      result = row.find(expression.text);
      break;
    case Kind::kLiteral:
      result = expression.node->is_null() ? Field{Field::Kind::kNull}
                                          : Field{Field::Kind::kNode, {}, expression.node};
      break;
    case Kind::kEnvironment: {
      const auto value = around_->environment.get(expression.text);
      if (value && !value->empty()) result = {Field::Kind::kText, *value};
      break;
    }
    case Kind::kFile: {
      auto text = files::read(files::resolve(around_->folder, expression.text));
      if (!text) {
        Error error = std::move(text).error();
        error.place = expression.place;
        errors.push_back(std::move(error));
        return result;
      }
      result = text_field(*std::move(text));
      break;
    }
    case Kind::kUuid: {
      std::string name = around_->project + "/" + set_->table;
      if (expression.parts.empty()) add_key(expression, row, name, errors);
      for (const auto& [column, part] : expression.parts)
        add_name(evaluate(part, row, errors), name);
      result = text_field(to_text(uuid_v5(kUuidNamespaceUrl, name)));
      break;
    }
    case Kind::kNow:
      result = {Field::Kind::kText, around_->now};
      break;
    case Kind::kReference:
    case Kind::kPassword:
    case Kind::kSecret:
    case Kind::kGenerate:
      errors.push_back(Error(ErrorCode::kSeedValue, "this expression cannot stand within another")
                           .at(expression.place));
      return result;
  }
  const bool alone = expression.otherwise.empty();
  if (result.kind == Field::Kind::kAbsent && alone && expression.kind == Kind::kEnvironment) {
    errors.push_back(Error(ErrorCode::kVariableUnset,
                           fmt::format("the environment variable {} is not set", expression.text))
                         .advise(fmt::format("set it, or add `or:` to the expression"))
                         .at(expression.place));
  }
  return result;
}

Status Program::put(std::size_t cell, const Field& field, const TargetColumn& column) {
  using CellKind = db::LoadCell::Kind;
  const bool sqlite = around_->engine == db::Engine::kSqlite;
  if (field.kind == Field::Kind::kNull || (field.node != nullptr && field.node->is_null())) {
    if (column.nullable) return {};
    return fail(misfit(column, "null").advise("give it a value; it is NOT NULL"));
  }
  std::string_view text = field.text;
  CellKind kind = CellKind::kText;
  if (field.node != nullptr) {
    const data::Node& node = *field.node;
    if (!node.is_scalar()) {
      const bool list = node.is_sequence();
      if (column.kind == ColumnKind::kArray && list) {
        text = keep(array_text(node));
      } else if (column.kind == ColumnKind::kJson || column.kind == ColumnKind::kText ||
                 (column.kind == ColumnKind::kOther && (sqlite || list))) {
        text = keep(data::to_json(node));
      } else {
        return fail(misfit(column, list ? "a list" : "a mapping")
                        .advise("give one value; what is JSON goes into a column of JSON"));
      }
    } else if (column.kind == ColumnKind::kJson) {
      text = keep(data::to_json(node));
    } else {
      text = node.text();
      if (node.as_integer() && !is_number(text)) text = keep(std::to_string(*node.as_integer()));
      const bool number =
          node.type() == data::Node::Type::kInteger || node.type() == data::Node::Type::kFloat;
      if (number && sqlite && column.kind != ColumnKind::kText) kind = CellKind::kNumber;
    }
  }
  const auto refuse = [&](std::string_view hint) -> Status {
    const bool hidden = is_hidden(*set_, column.name);
    const std::string shown = fmt::format("`{}`", text::excerpt(text, 40));
    return fail(misfit(column, hidden ? "the value" : shown).advise(std::string(hint)));
  };
  switch (column.kind) {
    case ColumnKind::kBoolean: {
      const auto flag = boolean(text);
      if (!flag) return refuse("write true or false");
      text = sqlite ? (*flag ? "1" : "0") : (*flag ? "true" : "false");
      if (sqlite) kind = CellKind::kNumber;
      break;
    }
    case ColumnKind::kInteger: {
      const auto number = text::parse_integer(text);
      if (!number) return refuse("write a whole number");
      if (!fits(*number, column.type)) return refuse("the column's type holds no such number");
      break;
    }
    case ColumnKind::kReal:
    case ColumnKind::kNumeric:
      if (!is_number(text) && text != "NaN" && text != "Infinity" && text != "-Infinity") {
        return refuse("write a number");
      }
      break;
    case ColumnKind::kBytes:
      kind = CellKind::kBlob;
      if (!text.starts_with("\\x")) break;
      if (auto bytes = from_hex(text.substr(2))) {
        text = keep(*std::move(bytes));
        break;
      }
      return refuse("write bytes as \\x and two hexadecimal digits for each");
    default:
      break;
  }
  cells_[cell] = {kind, text};
  return {};
}

Result<std::vector<Program::NewValue>> Program::for_new_row(const Row& row) {
  kept_.clear();
  std::vector<NewValue> values;
  Errors errors;
  for (const Assignment& one : assignments_) {
    const Layout::Column& column = layout_.columns[one.column];
    if (!column.only_for_new_rows) continue;
    const Expression* expression = one.expression;
    Field field;
    if (expression == nullptr && one.field != Layout::npos) {
      field = row.at(one.field);
      expression = expression_in(field, *column.target, errors);
    }
    if (expression == nullptr && field.kind == Field::Kind::kAbsent) expression = one.fallback;
    if (expression == nullptr) {
      // A plain value in a column where other rows hold a secret.
      if (field.kind == Field::Kind::kAbsent) continue;
      values.push_back({one.column, std::string(plain_text(field)), {}});
      continue;
    }
    BEDSTONE_ASSIGN(auto made, secret_value(*expression, row));
    if (!made) continue;
    made->column = one.column;
    values.push_back(*std::move(made));
  }
  if (!errors.empty()) return fail(std::move(errors.front()));
  return values;
}

/// Nothing when the expression gives no value.
Result<std::optional<Program::NewValue>> Program::secret_value(const Expression& expression,
                                                               const Row& row) {
  Errors errors;
  NewValue made;
  if (expression.kind == Kind::kGenerate) {
    made.generated = generate(expression);
    made.value = std::string(made.generated.expose());
    return made;
  }
  if (expression.kind != Kind::kPassword && expression.kind != Kind::kSecret) {
    const Field field = evaluate(expression, row, errors);
    if (!errors.empty()) return fail(std::move(errors.front()));
    if (field.kind == Field::Kind::kAbsent) return std::nullopt;
    made.value = std::string(plain_text(field));
    return made;
  }
  BEDSTONE_ASSIGN(Secret hidden, hidden_text(expression, row, made));
  if (hidden.empty()) {
    const bool password = expression.kind == Kind::kPassword;
    return fail(
        Error(ErrorCode::kSeedValue, password ? "the password is empty" : "the secret is empty")
            .at(expression.place));
  }
  if (expression.kind == Kind::kSecret) {
    made.sealed = std::move(hidden);
    return made;
  }
  BEDSTONE_ASSIGN(const Secret hash, password_hash(expression, hidden));
  made.value = std::string(hash.expose());
  return made;
}

/// What a password or a secret is made of; empty when nothing gives it.
Result<Secret> Program::hidden_text(const Expression& expression, const Row& row, NewValue& made) {
  Secret text;
  const Expression* source = &expression.parts.front().second;
  while (text.empty() && source != nullptr) {
    if (source->kind == Kind::kGenerate) {
      made.generated = generate(*source);
      return made.generated.clone();
    }
    Expression alone = *source;
    alone.otherwise.clear();
    Errors ignored;
    const Field field = evaluate(alone, row, ignored);
    text = Secret(std::string(plain_text(field)));
    if (text.empty() && source->otherwise.empty() && !ignored.empty()) {
      return fail(std::move(ignored.front()));
    }
    source = source->otherwise.empty() ? nullptr : &source->otherwise.front();
  }
  return text;
}

Result<Secret> Program::password_hash(const Expression& expression, const Secret& password) const {
  const auto pepper = around_->environment.get("PASSWORD_SECRET");
  if (expression.required && (!pepper || pepper->empty())) {
    return fail(
        Error(ErrorCode::kPasswordSecret, "PASSWORD_SECRET is not set")
            .because("the set asks for it: passwords are hashed with it as pepper")
            .advise("set PASSWORD_SECRET to at least 32 random characters, the same at every "
                    "start: openssl rand -base64 32")
            .at(expression.place));
  }
  std::optional<Secret> secret;
  if (pepper && !pepper->empty()) {
    BEDSTONE_TRY(check_pepper(*pepper));
    secret.emplace(std::string(*pepper));
  }
  return hash_password(password, secret ? &*secret : nullptr);
}

}  // namespace bedstone::seed
