/// Front: what every request goes through before and after its handler.
#pragma once

#include <optional>

#include "server/app.hpp"
#include "server/request.hpp"
#include "server/response.hpp"
#include "server/routes.hpp"

namespace bedstone::server {

/// Thread-safe.
class Front {
 public:
  explicit Front(App& app) : app_(app) {}

  /// Without waiting for anything; nullopt: answer() has to.
  std::optional<Response> quick(Request& request) const;
  Response answer(Request& request) const;
  /// Header fields that every answer has, the access log, the metrics.
  void finish(const Request& request, Response& response) const;

 private:
  std::optional<Response> refuse(const Request& request, const Match& match,
                                 const LiveSettings& live) const;
  Result<Caller> caller_of(const Request& request, const LiveSettings& live) const;
  Status admit(const Request& request, const Route& route, const Caller& caller,
               const LiveSettings& live) const;
  Response call(const Request& request, const Route& route, const Caller& caller) const;
  void add_cors(const Request& request, const LiveSettings& live, Response& response) const;
  bool has_token(const Request& request, const LiveSettings& live, std::string_view setting) const;

  App& app_;
};

/// Whether a request that changes something may come from where it says it comes from: the server's
/// own pages, pages of allowed origins, and programs that say nothing. kRequestForged.
Status check_origin(const Request& request, const LiveSettings& live);
/// Whether a host is one of this machine's names for itself; what a page elsewhere made a browser
/// believe to be this machine is not.
bool is_own_name(std::string_view host, std::string_view bound);

}  // namespace bedstone::server
