// Files to browsers: with a validator, compressed where they take it.
#include "server/assets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace bedstone::server {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTypes{
    {{".html", "text/html; charset=utf-8"},
     {".js", "text/javascript; charset=utf-8"},
     {".css", "text/css; charset=utf-8"},
     {".svg", "image/svg+xml"},
     {".png", "image/png"},
     {".ico", "image/x-icon"},
     {".woff2", "font/woff2"},
     {".json", "application/json; charset=utf-8"},
     {".txt", "text/plain; charset=utf-8"}}};

/// The pages of the console: one program in the browser shows them all.
constexpr std::array<std::string_view, 9> kConsole{
    "runs", "migrations", "data", "models", "settings", "health", "errors", "account", "sign-in"};

bool is_console(std::string_view path) {
  const std::string_view first = path.substr(1, path.find('/', 1) - 1);
  return path == "/" || std::find(kConsole.begin(), kConsole.end(), first) != kConsole.end();
}

bool takes_gzip(const Request& request) {
  const std::string_view codings = request.headers.get("Accept-Encoding").value_or("");
  return codings.find("gzip") != std::string_view::npos &&
         codings.find("gzip;q=0") == std::string_view::npos;
}

constexpr std::string_view kSetupPage = "/setup";

Response no_console() {
  return text_response(
      "This server has no pages: the program was built without its console "
      "(cmake -DBEDSTONE_CONSOLE=OFF).\n\n"
      "Programs use it all the same: /api/v1/openapi.json tells how. What the console does, the "
      "command does, too: bedstone --help\n",
      "text/plain; charset=utf-8", 404);
}

}  // namespace

std::string_view media_type(std::string_view path) {
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

const Asset* find_asset(std::span<const Asset> assets, std::string_view path) {
  const auto named = [&](std::string_view name) -> const Asset* {
    const auto found = std::find_if(assets.begin(), assets.end(),
                                    [&](const Asset& asset) { return asset.path == name; });
    return found == assets.end() ? nullptr : &*found;
  };
  if (is_console(path)) return named("index.html");
  const std::string name(path.substr(1));
  const Asset* const asset = named(name);
  return asset != nullptr ? asset : named(name + ".html");
}

std::optional<Response> asset_response(std::span<const Asset> assets, const Request& request) {
  if (request.method != Method::kGet && request.method != Method::kHead) return std::nullopt;
  const Asset* const asset = find_asset(assets, request.target.path);
  if (asset == nullptr) return std::nullopt;
  const bool packed = !asset->gzip.empty() && takes_gzip(request);
  const std::string tag = fmt::format("\"{}{}\"", asset->hash.substr(0, 32), packed ? "-gz" : "");
  Response response;
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  // A new version of the program is a new version of its pages, at once.
  response.headers.emplace_back("Cache-Control", "no-cache");
  if (request.headers.get("If-None-Match") == tag) {
    response.status = 304;
    return response;
  }
  response.type = media_type(asset->path);
  response.body = std::make_shared<const std::string>(packed ? asset->gzip : asset->text);
  if (packed) response.headers.emplace_back("Content-Encoding", "gzip");
  return response;
}

std::optional<Response> page_response(std::span<const Asset> assets, const Request& request,
                                      bool setup_open) {
  const bool navigates =
      request.headers.get("Accept").value_or("").find("text/html") != std::string_view::npos;
  const std::string& path = request.target.path;
  const bool has_setup = find_asset(assets, kSetupPage) != nullptr;
  if (navigates && has_setup && path != kSetupPage && setup_open) {
    Response response;
    response.status = 303;
    response.headers.emplace_back("Location", std::string(kSetupPage));
    return response;
  }
  if (auto asset = asset_response(assets, request)) return asset;
  if (!navigates || path.starts_with("/api/")) return std::nullopt;
  const Asset* const start = find_asset(assets, "/");
  if (start == nullptr) return no_console();
  // The console says so to people.
  return text_response(std::string(start->text), std::string(media_type(start->path)), 404);
}

}  // namespace bedstone::server
