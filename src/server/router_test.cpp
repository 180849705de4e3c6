// shows: D9
#include <gtest/gtest.h>

#include <set>

#include "data/json.hpp"
#include "server/routes.hpp"

namespace bedstone::server {
namespace {

Request post(std::string body, std::string type = "application/json") {
  Request request;
  request.method = Method::kPost;
  request.headers.add("Content-Type", std::move(type));
  request.body = std::move(body);
  return request;
}

constexpr Field kFields[] = {{"name", FieldType::kText, true, "A name"},
                             {"count", FieldType::kInteger, false, "How many"},
                             {"list", FieldType::kTexts, false, "Some"},
                             {"sure", FieldType::kBool, false, "Really"}};
constexpr Route kPost{Method::kPost, "/x", Access::kOpen, "x", "X", nullptr, nullptr, kFields};

TEST(Router, FindsTheRouteAndWhatStandsForItsPlaces) {
  const Match one = find_route(routes(), Method::kGet, "/api/v1/runs/abc def");
  ASSERT_NE(one.route, nullptr);
  EXPECT_EQ(one.route->id, "runRead");
  ASSERT_EQ(one.places.size(), 1U);
  EXPECT_EQ(one.places[0], "abc def");
  EXPECT_EQ(find_route(routes(), Method::kHead, "/livez").route->id, "livez");
  EXPECT_EQ(find_route(routes(), Method::kGet, "/api/v1/runs").route->id, "runsRead");
}

TEST(Router, TellsMissingPagesFromRefusedMethods) {
  const Match none = find_route(routes(), Method::kGet, "/api/v1/run");
  EXPECT_EQ(none.route, nullptr);
  EXPECT_EQ(none.allow, "");
  const Match refused = find_route(routes(), Method::kPost, "/api/v1/config");
  EXPECT_EQ(refused.route, nullptr);
  EXPECT_EQ(refused.allow, "GET, HEAD, PUT, OPTIONS");
  EXPECT_EQ(find_route(routes(), Method::kOther, "/livez").route, nullptr);
}

TEST(Routes, HaveIdsOfTheirOwnAndChangesAreNotForEverybody) {
  std::set<std::string_view> ids;
  for (const Route& route : routes()) {
    EXPECT_TRUE(ids.insert(route.id).second) << route.id;
    EXPECT_NE(route.handle, nullptr) << route.id;
    const bool open = route.access == Access::kOpen;
    EXPECT_TRUE(!is_unsafe(route.method) || !open || route.id == "sessionOpen") << route.id;
  }
}

TEST(Body, IsCheckedAgainstTheFieldsOfItsRoute) {
  const auto read =
      read_body(post(R"({"name": "a", "count": 3, "list": ["x"], "sure": true})"), kPost);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->root.find("name")->text(), "a");
  EXPECT_TRUE(read_body(post(R"({"name": "a", "count": null})"), kPost).has_value());
  EXPECT_TRUE(
      read_body(post(R"({"name": "a"})", "Application/JSON; charset=utf-8"), kPost).has_value());
  for (const std::string_view body :
       {"", "[]", "3", "{", R"({"count": 1})", R"({"name": null})", R"({"name": 1})",
        R"({"name": "a", "other": 1})", R"({"name": "a", "name": "b"})",
        R"({"name": "a", "count": "1"})", R"({"name": "a", "count": 1.5})",
        R"({"name": "a", "list": "x"})", R"({"name": "a", "list": [1]})",
        R"({"name": "a", "sure": "yes"})"}) {
    const auto refused = read_body(post(std::string(body)), kPost);
    ASSERT_FALSE(refused.has_value()) << body;
    EXPECT_EQ(refused.error().code, ErrorCode::kRequestMalformed) << body;
  }
  for (const std::string_view type : {"text/plain", "", "application/x-www-form-urlencoded"})
    EXPECT_FALSE(read_body(post(R"({"name": "a"})", std::string(type)), kPost).has_value());
}

TEST(OpenApi, DescribesEveryRoute) {
  const auto document = data::parse_json("", openapi(routes()));
  ASSERT_TRUE(document.has_value());
  const data::Node* paths = document->root.find("paths");
  ASSERT_NE(paths, nullptr);
  std::size_t operations = 0;
  for (const data::Entry& path : paths->entries())
    operations += path.value.entries().size();
  EXPECT_EQ(operations, routes().size());
  for (const Route& route : routes()) {
    const data::Node* path = paths->find(route.path);
    ASSERT_NE(path, nullptr) << route.path;
    std::string method(method_name(route.method));
    for (char& c : method)
      c = static_cast<char>(c - 'A' + 'a');
    const data::Node* operation = path->find(method);
    ASSERT_NE(operation, nullptr) << route.id;
    EXPECT_EQ(operation->find("operationId")->text(), route.id);
    EXPECT_EQ(operation->find("requestBody") != nullptr, !route.body.empty()) << route.id;
  }
}

}  // namespace
}  // namespace bedstone::server
