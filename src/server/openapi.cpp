// The table of routes as an OpenAPI 3.1 document: https://spec.openapis.org/oas/v3.1.0
#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.hpp"
#include "base/version.hpp"
#include "server/json_text.hpp"
#include "server/routes.hpp"

namespace bedstone::server {
namespace {

std::string schema_of(const Field& field) {
  JsonObject schema;
  switch (field.type) {
    case FieldType::kText:
      schema.text("type", "string");
      break;
    case FieldType::kBool:
      schema.text("type", "boolean");
      break;
    case FieldType::kInteger:
      schema.text("type", "integer");
      break;
    case FieldType::kObject:
      schema.text("type", "object");
      break;
    case FieldType::kTexts:
      schema.text("type", "array").raw("items", R"({"type": "string"})");
      break;
    case FieldType::kAny:
      break;
  }
  return schema.text("description", field.help).str();
}

std::string body_of(const Route& route) {
  JsonObject properties;
  std::vector<std::string> required;
  for (const Field& field : route.body) {
    properties.raw(field.name, schema_of(field));
    if (field.required) required.emplace_back(field.name);
  }
  JsonObject schema;
  schema.text("type", "object").raw("properties", properties.str());
  if (!required.empty()) schema.texts("required", required);
  schema.flag("additionalProperties", false);
  return fmt::format(R"({{"required": true, "content": {{"application/json": {{"schema": {}}}}}}})",
                     schema.str());
}

std::string parameters_of(const Route& route) {
  std::vector<std::string> all;
  for (const std::string_view segment : text::split(route.path, '/')) {
    if (!segment.starts_with('{')) continue;
    JsonObject one;
    one.text("name", segment.substr(1, segment.size() - 2)).text("in", "path");
    all.push_back(one.flag("required", true).raw("schema", R"({"type": "string"})").str());
  }
  for (const Field& field : route.query) {
    JsonObject one;
    one.text("name", field.name).text("in", "query").flag("required", field.required);
    all.push_back(one.raw("schema", schema_of(field)).str());
  }
  return json_array(all);
}

std::string security_of(Access access) {
  switch (access) {
    case Access::kOpen:
      return "[]";
    case Access::kMetrics:
      return R"([{}, {"bearer": []}, {"session": []}])";
    case Access::kMember:
    case Access::kAdmin:
    case Access::kSuperAdmin:
      return R"([{"session": []}])";
    case Access::kSetup:
      return R"([{"setup": []}])";
    case Access::kReload:
      return R"([{"bearer": []}, {"signature": []}, {"session": []}])";
  }
  return "[]";
}

constexpr std::string_view kResponses =
    R"({"2XX": {"description": "Done"}, "default": {"description": "An error", "content": )"
    R"({"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}}})";

std::string operation_of(const Route& route) {
  JsonObject operation;
  operation.text("operationId", route.id).text("summary", route.summary);
  operation.text("description", fmt::format("For {}.", access_name(route.access)));
  operation.raw("parameters", parameters_of(route)).raw("security", security_of(route.access));
  if (!route.body.empty()) operation.raw("requestBody", body_of(route));
  return operation.raw("responses", kResponses).str();
}

constexpr std::string_view kComponents =
    R"({"securitySchemes": {)"
    R"("session": {"type": "apiKey", "in": "cookie", "name": "__Host-bedstone", "description": )"
    R"("Changes need the header X-CSRF-Token, too; over plain HTTP the cookie is called bedstone"}, )"
    R"("setup": {"type": "apiKey", "in": "header", "name": "Bedstone-Setup-Token"}, )"
    R"("signature": {"type": "apiKey", "in": "header", "name": "X-Hub-Signature-256"}, )"
    R"("bearer": {"type": "http", "scheme": "bearer"}}, )"
    R"("schemas": {"Failure": {"type": "object", "required": ["error"], "properties": {)"
    R"("error": {"$ref": "#/components/schemas/Problem"}, )"
    R"("errors": {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}}}}, )"
    R"("Problem": {"type": "object", "required": ["code", "message", "hint"], "properties": {)"
    R"("code": {"type": "string", "pattern": "^BED[0-9]{4}$"}, "message": {"type": "string"}, )"
    R"("hint": {"type": ["string", "null"]}, "cause": {"type": "string"}, )"
    R"("file": {"type": "string"}, "line": {"type": "integer"}, "column": {"type": "integer"}, )"
    R"("retryable": {"type": "boolean"}}}}})";

}  // namespace

std::string openapi(std::span<const Route> table) {
  JsonObject paths;
  std::set<std::string_view> seen;
  for (const Route& route : table) {
    if (!seen.insert(route.path).second) continue;
    JsonObject methods;
    for (const Route& other : table) {
      if (other.path == route.path)
        methods.raw(text::to_lower(method_name(other.method)), operation_of(other));
    }
    paths.raw(route.path, methods.str());
  }
  JsonObject info;
  info.text("title", "Bedstone").text("version", kVersion);
  JsonObject document;
  document.text("openapi", "3.1.0").raw("info", info.str()).raw("paths", paths.str());
  return document.raw("components", kComponents).str();
}

}  // namespace bedstone::server
