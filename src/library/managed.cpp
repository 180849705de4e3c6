// Loading what settings need, and the functions that connect a manager to the rooms below.
#include "library/managed.hpp"

#include "base/files.hpp"
#include "bootstrap/connect.hpp"
#include "bootstrap/secret_tools.hpp"
#include "bootstrap/target.hpp"
#include "config/settings.hpp"

namespace bedstone {
namespace {

/// A manager's row and its reads are not worth more waiting.
constexpr Milliseconds kBusyTimeout{1000};

bootstrap::Host host_of(const ManagedProject& managed, const CancelToken* cancel) {
  return {system_clock(), managed.environment, *managed.log, cancel, "config"};
}

/// What opens the secrets of one session, with all that this needs.
struct Secrets {
  Secrets(std::shared_ptr<const ManagedProject> project, db::Connection& connection)
      : managed(std::move(project)),
        host(host_of(*managed, nullptr)),
        tools(host, managed->project, *managed->loader->declared(), connection) {}

  std::shared_ptr<const ManagedProject> managed;
  bootstrap::Host host;
  bootstrap::SecretTools tools;
};

Checked<config::Settings> read_declarations(const Project& project) {
  const std::string& file = project.settings.file;
  const bool named = !project.settings.file_place.empty();
  if (!named && !files::exists(file)) return config::Settings();
  return config::read_settings(file, file);
}

}  // namespace

Checked<std::shared_ptr<const ManagedProject>> load_managed(const ProjectOptions& options,
                                                            const LibraryOptions& library) {
  auto managed = std::make_shared<ManagedProject>();
  managed->environment = Environment::of_process();
  managed->log = LibraryHost::make_log(library);
  auto project = bootstrap::load(host_of(*managed, nullptr), options);
  if (!project) return fail(std::move(project).error());
  managed->project = *std::move(project);
  auto settings = read_declarations(managed->project);
  if (!settings) return fail(std::move(settings).error());
  managed->loader = std::make_shared<config::Loader>(
      managed->project.name, bootstrap::config_place(managed->project),
      std::make_shared<const config::Settings>(*std::move(settings)), managed->environment);
  return managed;
}

Result<std::unique_ptr<db::Connection>> connect_managed(const ManagedProject& managed,
                                                        const CancelToken* cancel,
                                                        std::chrono::milliseconds wait) {
  const bootstrap::Host host = host_of(managed, cancel);
  bootstrap::ConnectRequest request{bootstrap::working_url(managed.project), db::Access::kReadWrite,
                                    false, wait, kBusyTimeout};
  auto connected = bootstrap::connect(host, request);
  if (!connected && connected.error().code == ErrorCode::kReadOnlyDatabase) {
    request.access = db::Access::kReadOnly;
    connected = bootstrap::connect(host, request);
  }
  if (!connected) return fail(std::move(connected).error());
  return std::move(connected->connection);
}

config::LiveTools live_tools(const std::shared_ptr<const ManagedProject>& managed) {
  config::LiveTools tools;
  tools.connect = [managed](const CancelToken& cancel) {
    return connect_managed(*managed, &cancel, Milliseconds(0));
  };
  tools.is_pooled = [managed](db::Connection& connection) {
    return bootstrap::runs_pooled(host_of(*managed, nullptr), managed->project, connection);
  };
  tools.open_secrets = [managed](db::Connection& connection) -> config::Unseal {
    const auto secrets = std::make_shared<Secrets>(managed, connection);
    return [secrets](std::string_view name, std::string_view sealed) {
      return secrets->tools.unseal()(name, sealed);
    };
  };
  tools.log = managed->log;
  tools.loader = managed->loader;
  const db::Url& url = bootstrap::working_url(managed->project);
  if (url.engine() == db::Engine::kSqlite) tools.file = url.path();
  return tools;
}

}  // namespace bedstone
