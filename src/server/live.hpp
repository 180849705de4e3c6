/// Live: the settings of now, and what the server makes of them at each request.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/config_manager.hpp"
#include "server/response.hpp"

namespace bedstone::server {

/// What requests need, taken from one snapshot.
struct LiveSettings {
  RuntimeConfig config;
  bool open = false;  ///< The settings were read from the database at least once.
  std::vector<std::string> allowed_origins;
  bool hsts = false;
  HeaderFields headers;  ///< Of every answer.
  HeaderFields
      headers_of_the_moment;  ///< Of those that say nothing of caches, which keep them not.

  bool allows(std::string_view origin) const;
};

/// Thread-safe.
class Live {
 public:
  /// `on_change` is called on the manager's thread.
  Live(ProjectOptions project, LibraryOptions library,
       std::function<void(const ConfigChanged&)> on_change);

  /// Opens the manager unless it is open; whether it is now. Otherwise problems() says why not.
  bool open();
  std::shared_ptr<const LiveSettings> settings() const;
  /// Null while it could not be opened.
  std::shared_ptr<ConfigManager> manager() const;
  std::vector<Error> problems() const;
  /// Reads the settings, so that the process counts as one that uses them.
  void touch();
  /// Reads the database now.
  Status reload();
  /// From now on `on_change` is not called, and the process is none that uses the settings.
  void close();

 private:
  void take(const RuntimeConfig& config, bool open);

  const ProjectOptions project_;
  const LibraryOptions library_;
  const std::function<void(const ConfigChanged&)> on_change_;
  mutable std::mutex mutex_;
  std::shared_ptr<const LiveSettings> settings_;
  std::vector<Error> problems_;
  std::shared_ptr<ConfigManager> manager_;
  Subscription subscription_;
};

/// The policy of every page: nothing from elsewhere, no script inside pages.
std::string content_policy(std::string_view report_uri);

}  // namespace bedstone::server
