// Finding a route, and checking what it is given.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "data/json.hpp"
#include "server/routes.hpp"

namespace bedstone::server {
namespace {

Error malformed(std::string why) {
  return Error(ErrorCode::kRequestMalformed, std::move(why))
      .advise("`/api/v1/openapi.json` describes each route's body");
}

std::string_view type_name(FieldType type) {
  switch (type) {
    case FieldType::kText:
      return "a text";
    case FieldType::kBool:
      return "true or false";
    case FieldType::kInteger:
      return "a whole number";
    case FieldType::kObject:
      return "an object";
    case FieldType::kTexts:
      return "a list of texts";
    case FieldType::kAny:
      break;
  }
  return "anything";
}

bool is_text(const data::Node& node) {
  return node.type() == data::Node::Type::kText;
}

bool fits(const data::Node& node, FieldType type) {
  switch (type) {
    case FieldType::kText:
      return is_text(node);
    case FieldType::kBool:
      return node.as_bool().has_value();
    case FieldType::kInteger:
      return node.as_integer().has_value();
    case FieldType::kObject:
      return node.is_mapping();
    case FieldType::kTexts:
      return node.is_sequence() && std::all_of(node.items().begin(), node.items().end(), is_text);
    case FieldType::kAny:
      break;
  }
  return true;
}

bool is_place(std::string_view segment) {
  return segment.starts_with('{');
}

/// nullopt: another path.
std::optional<std::vector<std::string>> places_of(std::string_view pattern, std::string_view path) {
  // Most differ soon: this is done for every route at each request.
  std::size_t same = 0;
  while (same < pattern.size() && same < path.size() && pattern[same] == path[same] &&
         pattern[same] != '{')
    ++same;
  if (same == pattern.size())
    return same == path.size() ? std::optional<std::vector<std::string>>(std::in_place)
                               : std::nullopt;
  if (pattern[same] != '{') return std::nullopt;
  const auto wanted = text::split(pattern, '/');
  const auto given = text::split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<std::string> places;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_place(wanted[i]))
      places.emplace_back(given[i]);
    else if (wanted[i] != given[i])
      return std::nullopt;
  }
  return places;
}

Status check_fields(const data::Node& root, std::span<const Field> fields) {
  for (const data::Entry& entry : root.entries()) {
    const bool known = std::any_of(fields.begin(), fields.end(),
                                   [&](const Field& field) { return field.name == entry.key; });
    if (!known)
      return fail(malformed(
          fmt::format("the body has an unknown member {}", data::describe_key(entry.key))));
  }
  for (const Field& field : fields) {
    const data::Node* node = root.find(field.name);
    const bool there = node != nullptr && !node->is_null();
    if (!there && field.required)
      return fail(malformed(fmt::format("the body lacks the member {}", field.name)));
    if (there && !fits(*node, field.type))
      return fail(malformed(fmt::format("{} must be {}", field.name, type_name(field.type))));
  }
  return {};
}

}  // namespace

std::string_view access_name(Access access) {
  switch (access) {
    case Access::kOpen:
      return "everybody";
    case Access::kMetrics:
      return "this machine, and who has metrics_token";
    case Access::kMember:
      return "who is signed in";
    case Access::kAdmin:
      return "admins";
    case Access::kSuperAdmin:
      return "super admins";
    case Access::kSetup:
      return "who has the setup token";
    case Access::kReload:
      return "who has reload_token";
  }
  return "nobody";
}

std::optional<std::string> Call::text(std::string_view name) const {
  const data::Node* node = body.find(name);
  if (node == nullptr || node->is_null()) return std::nullopt;
  return node->text();
}

bool Call::flag(std::string_view name) const {
  const data::Node* node = body.find(name);
  return node != nullptr && node->as_bool().value_or(false);
}

std::optional<std::int64_t> Call::integer(std::string_view name) const {
  const data::Node* node = body.find(name);
  return node == nullptr ? std::nullopt : node->as_integer();
}

std::vector<std::string> Call::texts(std::string_view name) const {
  std::vector<std::string> result;
  const data::Node* node = body.find(name);
  if (node == nullptr) return result;
  for (const data::Node& item : node->items())
    result.push_back(item.text());
  return result;
}

Match find_route(std::span<const Route> table, Method method, std::string_view path) {
  Match match;
  std::vector<std::string> allowed;
  for (const Route& route : table) {
    auto places = places_of(route.path, path);
    if (!places) continue;
    if (route.method == method || (method == Method::kHead && route.method == Method::kGet)) {
      match.route = &route;
      match.places = *std::move(places);
      return match;
    }
    allowed.emplace_back(method_name(route.method));
    if (route.method == Method::kGet) allowed.emplace_back("HEAD");
  }
  if (!allowed.empty()) allowed.emplace_back("OPTIONS");
  match.allow = text::join(allowed, ", ");
  return match;
}

Result<data::Document> read_body(const Request& request, const Route& route) {
  if (route.body.empty()) return data::Document{};
  const std::string_view type = request.headers.get("Content-Type").value_or("");
  const std::string_view media = text::trim(type.substr(0, type.find(';')));
  if (text::to_lower(media) != "application/json")
    return fail(malformed("the body must be JSON, and say so: Content-Type: application/json"));
  auto parsed = data::parse_json("the body", request.body);
  if (!parsed) {
    const Error& why = parsed.error().front();
    return fail(malformed("the body is not JSON").because(why.message).at(why.place));
  }
  if (!parsed->root.is_mapping()) return fail(malformed("the body must be an object"));
  BEDSTONE_TRY(check_fields(parsed->root, route.body));
  return *std::move(parsed);
}

}  // namespace bedstone::server
