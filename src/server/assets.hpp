/// Assets: the files of src/server/web, part of the program since it was built.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "server/request.hpp"
#include "server/response.hpp"

namespace bedstone::server {

/// Made by cmake/embed_web.cmake.
struct Asset {
  std::string_view path;  ///< "index.html", "js/app.js"
  std::string_view hash;  ///< SHA-256 of its text, hexadecimal.
  std::string_view text;
  std::string_view gzip;  ///< The same, compressed; empty: it does not get smaller.
};
std::span<const Asset> web_assets();

/// The file of a path: "/setup" is setup.html where no file is called "setup"; "/", "/runs",
/// "/runs/1" and all other pages of the console are index.html.
const Asset* find_asset(std::span<const Asset> assets, std::string_view path);
/// nullopt: there is none, or the method is not for reading.
std::optional<Response> asset_response(std::span<const Asset> assets, const Request& request);
/// What a path without a route shows: a file; the way to the setup as long as that is open; to
/// people the console, which says that there is no such page, or a text where the program has no
/// console.
std::optional<Response> page_response(std::span<const Asset> assets, const Request& request,
                                      bool setup_open);
/// By the end of its name.
std::string_view media_type(std::string_view path);

}  // namespace bedstone::server
