/// Routes: the one table of what the server answers; the router, the checks of bodies and the
/// OpenAPI document are made from it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/node.hpp"
#include "server/app.hpp"
#include "server/request.hpp"
#include "server/response.hpp"

namespace bedstone::server {

/// Who may call.
enum class Access : std::uint8_t {
  kOpen,        ///< Everybody.
  kMetrics,     ///< This machine, who has the setting `metrics_token`, and who is signed in.
  kMember,      ///< Who is signed in.
  kAdmin,       ///< Admins and super admins.
  kSuperAdmin,  ///< Super admins.
  kSetup,       ///< Who has the setup token.
  kReload,      ///< Who has the setting `reload_token`, or signed with it, and super admins.
};
std::string_view access_name(Access access);

enum class FieldType : std::uint8_t { kText, kBool, kInteger, kObject, kTexts, kAny };

/// A member of a body, or a parameter of a query.
struct Field {
  std::string_view name;
  FieldType type = FieldType::kText;
  bool required = false;
  std::string_view help;
};

/// Who is calling.
struct Caller {
  Role role = Role::kNobody;
  std::optional<Identity> identity;
};

/// What a handler works with. Views live as long as the call.
struct Call {
  App& app;
  const Request& request;
  const Caller& caller;
  const data::Node& body;  ///< Fits the route's fields; null where it has none.

  /// The n-th `{…}` of the path.
  const std::string& place(std::size_t index) const { return request.places[index]; }
  std::optional<std::string> text(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
};

struct Route {
  Method method = Method::kGet;
  std::string_view path;  ///< "/api/v1/runs/{id}"
  Access access = Access::kMember;
  std::string_view id;  ///< "runRead": of the operation, and of the metric.
  std::string_view summary;
  Response (*handle)(const Call&) = nullptr;
  /// Without waiting for anything; nullopt: `handle` has to. May be null.
  std::optional<Response> (*quick)(const Call&) = nullptr;
  std::span<const Field> body = {};
  std::span<const Field> query = {};
};

std::span<const Route> routes();

/// What a method and a path lead to.
struct Match {
  const Route* route = nullptr;
  std::vector<std::string> places;
  std::string allow;  ///< Without a route: the methods that the path knows; empty: no such path.
};
Match find_route(std::span<const Route> table, Method method, std::string_view path);

/// Checks a body against the fields of its route. kRequestMalformed.
Result<data::Document> read_body(const Request& request, const Route& route);

/// OpenAPI 3.1 of the table.
std::string openapi(std::span<const Route> table);

}  // namespace bedstone::server
