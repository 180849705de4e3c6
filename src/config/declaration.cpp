// Each key of a declaration once; a key without meaning for the type is a mistake.
#include "config/declaration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "data/scalars.hpp"

namespace bedstone::config {
namespace {

using Type = ValueType;

constexpr std::array<std::string_view, 15> kKeys{
    "type",  "items",  "values",   "min",      "max", "schema",   "default", "description",
    "group", "secret", "required", "requires", "env", "generate", "restart"};
constexpr std::array<std::string_view, 9> kItemTypes{"string", "int", "float", "bool", "duration",
                                                     "size",   "url", "email", "enum"};
static_assert(std::equal(kItemTypes.begin(), kItemTypes.end(), kValueTypes.begin()),
              "a list's items are of every type but list and json, which come last");
constexpr std::array<std::string_view, 3> kGenerated{"password", "token", "hex"};
/// More than 116 bits each.
constexpr std::array<std::size_t, 3> kGeneratedLengths{20, 43, 64};
constexpr std::int64_t kLeastGenerated = 12;
constexpr std::int64_t kMostGenerated = 1024;

bool is_one_of(Type type, std::initializer_list<Type> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool has_order(Type type) {
  return is_one_of(type, {Type::kInt, Type::kFloat, Type::kDuration, Type::kSize});
}

bool is_variable(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

bool is_setting_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && text.size() <= 100 && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
         });
}

std::string DeclarationReader::named(std::string_view key) const {
  return fmt::format("{}.{}", entry_.key, key);
}

SettingDeclaration DeclarationReader::read() {
  SettingDeclaration declaration;
  declaration.name = entry_.key;
  declaration.place = document_.place(entry_.key_mark);
  keys_.only(kKeys);
  const auto type = keys_.choice("type", kValueTypes);
  if (type) {
    declaration.shape.type = static_cast<Type>(*type);
    shape(declaration.shape);
    fallback(declaration);
    generated(declaration);
  } else if (keys_.get("type") == nullptr && !keys_.broken("type")) {
    keys_.complain(entry_.key_mark, named("type") + " is missing",
                   fmt::format("write one of: type: {}", fmt::join(kValueTypes, ", ")));
  }
  declaration.description = keys_.text("description", "write a text").value_or("");
  declaration.group = keys_.text("group", "write a text: group: Network").value_or("");
  const bool has_value = declaration.fallback || declaration.generated;
  const bool dependent = keys_.get("requires") != nullptr;
  declaration.required = keys_.flag("required").value_or(dependent && !has_value);
  environment(declaration);
  declaration.restart = keys_.flag("restart").value_or(false);
  return declaration;
}

const data::Node* DeclarationReader::only_for(std::string_view key, bool fits, std::string_view who,
                                              std::string_view instead) {
  const data::Node* node = keys_.get(key);
  if (node == nullptr || fits) return node;
  keys_.complain(node->mark(), fmt::format("{} is for {} only", named(key), who),
                 std::string(instead));
  return nullptr;
}

void DeclarationReader::shape(Shape& shape) {
  item(shape);
  secret(shape);
  choices(shape);
  bounds(shape);
  schema(shape);
}

void DeclarationReader::item(Shape& shape) {
  const bool list = shape.type == Type::kList;
  if (only_for("items", list, "lists", "remove it, or write type: list") == nullptr) return;
  if (const auto type = keys_.choice("items", kItemTypes)) shape.item = static_cast<Type>(*type);
}

void DeclarationReader::secret(Shape& shape) {
  const bool text =
      is_one_of(shape.type, {Type::kString, Type::kUrl, Type::kEmail, Type::kList, Type::kJson}) &&
      is_one_of(shape.item, {Type::kString, Type::kUrl, Type::kEmail});
  // Who wrote something else than false there meant a secret: nothing of the value may be shown
  // from here on.
  const bool said = keys_.get("secret") != nullptr;
  const auto flag = keys_.flag("secret");
  shape.secret = flag.value_or(said);
  if (flag.value_or(false)) {
    only_for("secret", text, "texts, lists of them and json",
             "write type: string; a value of few possibilities is no secret");
  }
}

void DeclarationReader::choices(Shape& shape) {
  const bool wanted =
      shape.type == Type::kEnum || (shape.type == Type::kList && shape.item == Type::kEnum);
  const data::Node* node =
      only_for("values", wanted, "enum", "write type: enum; for other types schema: {enum: […]}");
  if (node != nullptr) {
    shape.choices =
        keys_.names("values", "values: [local, workos]; quote what looks like a number");
  } else if (wanted && !keys_.broken("values")) {
    keys_.complain(entry_.key_mark, named("values") + " is missing",
                   "list what may be chosen: values: [local, workos]");
  }
}

std::optional<Value> DeclarationReader::bound(const Shape& shape, std::string_view key) {
  const data::Node* node = only_for(key, has_order(shape.type), "int, float, duration and size",
                                    "write the rule as JSON Schema: schema: {minLength: 8}");
  if (node == nullptr) return std::nullopt;
  Shape plain;
  plain.type = shape.type;
  auto value = read_value(plain, named(key), *node, document_);
  if (value) return *std::move(value);
  for (Error& error : value.error())
    errors_.push_back(std::move(error));
  return std::nullopt;
}

void DeclarationReader::bounds(Shape& shape) {
  auto minimum = bound(shape, "min");
  auto maximum = bound(shape, "max");
  if (minimum && maximum) {
    Shape above;
    above.type = shape.type;
    above.minimum = minimum->clone();
    if (!check_value(above, "", *maximum).empty()) {
      keys_.complain(keys_.get("max")->mark(), named("max") + " is less than min",
                     "no value fits: exchange the two");
      return;
    }
  }
  shape.minimum = std::move(minimum);
  shape.maximum = std::move(maximum);
}

void DeclarationReader::schema(Shape& shape) {
  const bool fits = !is_one_of(shape.type, {Type::kBool, Type::kDuration, Type::kSize});
  const data::Node* node =
      only_for("schema", fits, "string, int, float, url, email, enum, list and json",
               "use min and max; a bool takes true and false");
  if (node == nullptr) return;
  auto compiled = data::JsonSchema::compile(*node, document_);
  if (compiled) {
    shape.schema = *std::move(compiled);
    return;
  }
  for (Error& error : compiled.error())
    errors_.push_back(std::move(error));
}

/// Variables are not expanded: a declaration says the same wherever it is read.
bool DeclarationReader::literal(data::Node& node) {
  bool fits = true;
  if (node.is_sequence()) {
    for (data::Node& item : node.items())
      fits = literal(item) && fits;
  } else if (node.is_mapping()) {
    for (data::Entry& entry : node.entries())
      fits = literal(entry.value) && fits;
  }
  std::string text = node.text();
  for (std::size_t at = 0; (at = text.find("${", at)) != std::string::npos; at += 2) {
    if (at == 0 || text[at - 1] != '$') {
      keys_.complain(
          node.mark_of(at + node.text().size() - text.size()),
          named("default") + " holds ${, and variables count only in env",
          "write env: {seed: NAME} beside it; or $${ where the two characters are meant");
      return false;
    }
    text.erase(--at, 1);
  }
  if (text != node.text()) node.expand_to(std::move(text), {});
  return fits;
}

void DeclarationReader::fallback(SettingDeclaration& declaration) {
  data::Node* node = entry_.value.find("default");
  if (node == nullptr || node->is_null() || node->broken()) return;
  if (declaration.secret()) {
    keys_.complain(node->mark(), named("default") + " would be no secret: it stands in a file",
                   "remove it; let the value be made (generate: token) or come from a variable "
                   "(env: {seed: NAME})");
    return;
  }
  if (!literal(*node)) return;
  // A missing list of choices was complained about already, and nothing would fit.
  const Shape& shape = declaration.shape;
  const bool chosen = shape.type == Type::kEnum || shape.item == Type::kEnum;
  if (chosen && shape.choices.empty()) return;
  auto value = read_value(shape, named("default"), *node, document_);
  if (value) {
    declaration.fallback = *std::move(value);
    return;
  }
  for (Error& error : value.error())
    errors_.push_back(std::move(error));
}

void DeclarationReader::environment(SettingDeclaration& declaration) {
  constexpr std::string_view kHint =
      "write env: {seed: NAME} for a variable that is imported once, env: {pin: NAME} for one that "
      "wins over the database";
  const data::Node* node = keys_.get("env");
  if (node == nullptr) return;
  using Role = EnvironmentName::Role;
  EnvironmentName environment;
  const data::Node* name = node;
  if (node->is_mapping()) {
    const data::Keys inside(document_, *node, named("env."), ErrorCode::kSettings, errors_);
    inside.only(std::array<std::string_view, 2>{"seed", "pin"});
    name = inside.get("seed");
    const data::Node* pin = inside.get("pin");
    if ((name == nullptr) == (pin == nullptr)) {
      keys_.complain(node->mark(), named("env") + " needs one of seed and pin", std::string(kHint));
      return;
    }
    environment.role = name != nullptr ? Role::kSeed : Role::kPin;
    if (name == nullptr) name = pin;
  }
  if (name->is_scalar() && is_variable(name->text())) {
    environment.name = name->text();
    declaration.environment = std::move(environment);
  } else {
    keys_.does_not_fit("env", *name, std::string(kHint));
  }
}

void DeclarationReader::generated(SettingDeclaration& declaration) {
  const data::Node* node = only_for("generate", declaration.shape.type == Type::kString, "string",
                                    "write type: string, or a default");
  if (node == nullptr) return;
  if (declaration.fallback) {
    keys_.complain(node->mark(), named("generate") + " does not go with a default",
                   "remove one of the two: with a default no value is ever missing");
    return;
  }
  std::optional<std::size_t> kind;
  std::optional<std::int64_t> length;
  if (node->is_mapping()) {
    const data::Keys inside(document_, *node, named("generate."), ErrorCode::kSettings, errors_);
    inside.only(std::array<std::string_view, 2>{"kind", "length"});
    kind = inside.choice("kind", kGenerated).value_or(1);
    if (const data::Node* number = inside.get("length")) {
      length = number->as_integer();
      if (!length || *length < kLeastGenerated || *length > kMostGenerated) {
        inside.does_not_fit("length", *number, "write a number from 12 to 1024");
        return;
      }
    }
  } else {
    kind = keys_.choice("generate", kGenerated);
  }
  if (!kind) return;
  declaration.generated = {static_cast<Generated::Kind>(*kind),
                           static_cast<std::size_t>(length.value_or(
                               static_cast<std::int64_t>(kGeneratedLengths[*kind])))};
}

}  // namespace bedstone::config
