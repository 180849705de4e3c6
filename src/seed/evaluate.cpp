// From a row to the cells of the stage.
#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/password.hpp"
#include "base/random_text.hpp"
#include "base/text.hpp"
#include "base/uuid.hpp"
#include "data/json.hpp"
#include "seed/program.hpp"

namespace bedstone::seed {
namespace {

using Kind = Expression::Kind;

Error misfit(const TargetColumn& column, std::string_view what, const Place& place) {
  return Error(ErrorCode::kSeedValue, fmt::format("{} does not fit {}", what, column.name))
      .because(fmt::format("the column is {}", column.type.empty() ? "of no type" : column.type))
      .at(place);
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
      put(2 + one.column, field, column, row.place(column.name), errors);
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
      errors.push_back(misfit(column, "null", row.place(column.name))
                           .advise("name a row; the column is NOT NULL"));
    }
  } else {
    const Field field = evaluate_alone(expression, row, errors);
    if (field.kind != Field::Kind::kAbsent) {
      const TargetColumn& column = *layout_.columns[one.column].target;
      const bool has_place = !expression.place.file.empty();
      put(2 + one.column, field, column, has_place ? expression.place : row.place(column.name),
          errors);
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
    put(2 + layout_.columns.size() + shape.slots[i], field, column, part.place, errors);
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
      for (const auto& [column, part] : expression.parts) {
        const Field field = evaluate(part, row, errors);
        name += '/';
        name += field.kind == Field::Kind::kNode
                    ? std::string(field.node->is_scalar() ? field.node->text()
                                                          : data::to_json(*field.node))
                    : std::string(field.text);
      }
      result = text_field(to_text(uuid_v5(kUuidNamespaceUrl, name)));
      break;
    }
    case Kind::kNow:
      result = {Field::Kind::kText, around_->now};
      break;
    case Kind::kReference:
    case Kind::kPassword:
    case Kind::kGenerate:
      errors.push_back(Error(ErrorCode::kSeedValue, "this expression cannot stand within another")
                           .at(expression.place));
      return result;
    case Kind::kSecret:
      errors.push_back(
          Error(ErrorCode::kSeedValue, "this version cannot encrypt values")
              .advise("leave the column out, and let the application fill it; for passwords there "
                      "is {password: …}")
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

void Program::put(std::size_t cell, const Field& field, const TargetColumn& column,
                  const Place& place, Errors& errors) {
  using CellKind = db::LoadCell::Kind;
  const bool sqlite = around_->engine == db::Engine::kSqlite;
  if (field.kind == Field::Kind::kNull || (field.node != nullptr && field.node->is_null())) {
    if (!column.nullable) {
      errors.push_back(misfit(column, "null", place).advise("give it a value; it is NOT NULL"));
    }
    return;
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
        errors.push_back(misfit(column, list ? "a list" : "a mapping", place)
                             .advise("give one value; what is JSON goes into a column of JSON"));
        return;
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
  switch (column.kind) {
    case ColumnKind::kBoolean: {
      const auto flag = text::parse_bool(text);
      if (!flag) {
        errors.push_back(misfit(column, fmt::format("`{}`", text::excerpt(text, 40)), place)
                             .advise("write true or false"));
        return;
      }
      text = sqlite ? (*flag ? "1" : "0") : (*flag ? "true" : "false");
      if (sqlite) kind = CellKind::kNumber;
      break;
    }
    case ColumnKind::kInteger:
      if (!text::parse_integer(text)) {
        errors.push_back(misfit(column, fmt::format("`{}`", text::excerpt(text, 40)), place)
                             .advise("write a whole number"));
        return;
      }
      break;
    case ColumnKind::kReal:
    case ColumnKind::kNumeric:
      if (!is_number(text) && text != "NaN" && text != "Infinity" && text != "-Infinity") {
        errors.push_back(misfit(column, fmt::format("`{}`", text::excerpt(text, 40)), place)
                             .advise("write a number"));
        return;
      }
      break;
    default:
      break;
  }
  cells_[cell] = {kind, text};
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
      values.push_back(
          {one.column,
           std::string(field.node != nullptr ? field.node->text() : std::string(field.text)),
           {}});
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
    made.generated = generate_password(expression.length == 0 ? 20 : expression.length);
    made.value = std::string(made.generated.expose());
    return made;
  }
  if (expression.kind != Kind::kPassword) {
    const Field field = evaluate(expression, row, errors);
    if (!errors.empty()) return fail(std::move(errors.front()));
    if (field.kind == Field::Kind::kAbsent) return std::nullopt;
    made.value = std::string(field.node != nullptr ? field.node->text() : std::string(field.text));
    return made;
  }
  const Expression& inner = expression.parts.front().second;
  Secret password;
  const Expression* source = &inner;
  while (password.empty() && source != nullptr) {
    if (source->kind == Kind::kGenerate) {
      made.generated = generate_password(source->length == 0 ? 20 : source->length);
      password = made.generated.clone();
      break;
    }
    Expression alone = *source;
    alone.otherwise.clear();
    Errors ignored;
    const Field field = evaluate(alone, row, ignored);
    password = Secret(
        std::string(field.node != nullptr ? std::string_view(field.node->text()) : field.text));
    if (password.empty() && source->otherwise.empty() && !ignored.empty()) {
      return fail(std::move(ignored.front()));
    }
    source = source->otherwise.empty() ? nullptr : &source->otherwise.front();
  }
  if (password.empty()) {
    return fail(Error(ErrorCode::kSeedValue, "the password is empty").at(expression.place));
  }
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
  BEDSTONE_ASSIGN(const Secret hash, hash_password(password, secret ? &*secret : nullptr));
  made.value = std::string(hash.expose());
  return made;
}

}  // namespace bedstone::seed
