/// Serve: any state → ready, and then a server until it is told to stop.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bedstone/library.hpp"
#include "bootstrap/commands.hpp"
#include "server/limits.hpp"
#include "server/reports.hpp"

namespace bedstone::server {

/// What is told when the server takes requests.
struct ListeningNote {
  std::string url;
  std::string project;
  bool ready = false;  ///< `up` did all it had to.
};

struct ServeOptions {
  std::optional<std::string> host;   ///< Else the setting `bind_address` or `host`.
  std::optional<std::int64_t> port;  ///< Else the setting `port`. 0: any.
  std::string certificate_file;
  std::string key_file;
  std::vector<std::string> trusted_proxies;
  Limits limits;
  UpOptions up;
  LibraryOptions library;
  Reports reports;
  std::function<void(const InitializationResult&)> on_up;  ///< After the first `up`.
  std::function<void(const ListeningNote&)> on_listening;
  /// The application is to be set up; for the operator's eyes alone.
  std::function<void(const std::string& url, const Secret& token)> on_setup;
};

struct ServeResult {
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kDone;
};

/// Returns when the host's token fires: requests in flight are finished first. When `up` fails, the
/// project's `on_failure` decides whether it serves anyway, and tries again. Errors: kAddressTaken,
/// kAddressUnusable, kTlsUnusable, kUsage, those of the project; `on_up` was told those of `up`.
ServeResult serve(const bootstrap::Host& host, const ProjectOptions& project,
                  const ServeOptions& options);

}  // namespace bedstone::server
