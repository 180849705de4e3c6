/// The pieces of a PostgreSQL URL, cut as libpq's conninfo_uri_parse cuts it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bedstone/result.hpp"

namespace bedstone::db {

/// Views into the URL's text, still percent-encoded.
struct UrlParts {
  struct Host {
    std::string_view name;  ///< With the brackets of an IPv6 address.
    std::string_view port;
  };
  std::string_view scheme;  ///< Up to and with "://".
  bool has_user = false;
  std::string_view user;
  std::string_view password;
  std::vector<Host> hosts;
  std::string_view database;
  std::vector<std::pair<std::string_view, std::string_view>> parameters;

  /// The value of the last parameter of that name, still encoded; nullopt-like: data() is null.
  std::string_view parameter(std::string_view name) const;
};

/// kBadUrl where libpq would stop, or would read something that nobody meant. The text of an error
/// never holds a piece of the URL that could be part of a password.
Result<UrlParts> split_postgres_url(std::string_view text);

/// What a piece that split_postgres_url() accepted stands for.
std::string percent_decode(std::string_view text);
std::string percent_encode(std::string_view text);

}  // namespace bedstone::db
