#include "server/assets.hpp"

#include <gtest/gtest.h>

namespace bedstone::server {
namespace {

constexpr Asset kAssets[] = {{"index.html", "0123456789012345678901234567890123", "page", "packed"},
                             {"setup.html", "ab", "setup", ""},
                             {"js/app.js", "cd", "code", ""}};

Request get(std::string path) {
  Request request;
  request.method = Method::kGet;
  request.target.path = std::move(path);
  return request;
}

TEST(Assets, AreFoundByPathAndPagesWithoutTheirEnding) {
  EXPECT_EQ(find_asset(kAssets, "/")->path, "index.html");
  EXPECT_EQ(find_asset(kAssets, "/setup")->path, "setup.html");
  EXPECT_EQ(find_asset(kAssets, "/js/app.js")->path, "js/app.js");
  EXPECT_EQ(find_asset(kAssets, "/js"), nullptr);
  EXPECT_EQ(find_asset(kAssets, "/js/app"), nullptr);
}

TEST(Assets, PathsOfTheConsoleAreItsOnePage) {
  for (const char* path : {"/", "/runs", "/runs/1", "/data/llm_models", "/sign-in", "/settings"})
    EXPECT_EQ(find_asset(kAssets, path)->path, "index.html") << path;
  EXPECT_EQ(find_asset(kAssets, "/run"), nullptr);
  EXPECT_EQ(find_asset(kAssets, "/api/v1/runs"), nullptr);
}

TEST(Assets, ComeCompressedAndOnlyWhenTheyAreNew) {
  Request request = get("/");
  const auto plain = asset_response(kAssets, request);
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(*plain->body, "page");
  EXPECT_EQ(plain->type, "text/html; charset=utf-8");
  request.headers.add("Accept-Encoding", "gzip, br");
  const auto packed = asset_response(kAssets, request);
  EXPECT_EQ(*packed->body, "packed");
  const std::string tag = packed->headers.front().second;
  EXPECT_NE(tag, plain->headers.front().second);
  request.headers.add("If-None-Match", tag);
  EXPECT_EQ(asset_response(kAssets, request)->status, 304);
  request.method = Method::kPost;
  EXPECT_FALSE(asset_response(kAssets, request).has_value());
}

TEST(Assets, OfThisProgramAreWhole) {
  for (const Asset& asset : web_assets()) {
    EXPECT_FALSE(asset.text.empty()) << asset.path;
    EXPECT_EQ(asset.hash.size(), 64U) << asset.path;
    EXPECT_NE(media_type(asset.path), "application/octet-stream") << asset.path;
  }
  EXPECT_NE(find_asset(web_assets(), "/robots.txt"), nullptr);
}

// shows: A14
TEST(Assets, PathsThatNobodyKnowsArePagesToPeopleAlone) {
  Request request = get("/nothing");
  EXPECT_FALSE(page_response(kAssets, request, false));
  request.headers.add("Accept", "text/html,*/*");
  const auto page = page_response(kAssets, request, false);
  EXPECT_EQ(page->status, 404);
  EXPECT_EQ(*page->body, "page");
  const auto setup = page_response(kAssets, request, true);
  EXPECT_EQ(setup->status, 303);
  request.target.path = "/api/v2";
  EXPECT_FALSE(page_response(kAssets, request, false));
}

TEST(Assets, AProgramWithoutConsoleSaysSo) {
  constexpr Asset kBare[] = {{"robots.txt", "ab", "robots", ""}};
  Request request = get("/");
  EXPECT_FALSE(page_response(kBare, request, false));
  request.headers.add("Accept", "text/html,*/*");
  for (const bool setup_open : {false, true}) {
    const auto page = page_response(kBare, request, setup_open);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->status, 404);
    EXPECT_NE(page->body->find("built without its console"), std::string::npos);
  }
}

}  // namespace
}  // namespace bedstone::server
