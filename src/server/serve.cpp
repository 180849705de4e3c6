// From `up` to the last answer.
#include "server/serve.hpp"

#include <fmt/format.h>

#include <memory>

#include "base/cancel.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "bootstrap/target.hpp"
#include "config/lifecycle.hpp"
#include "config/resolve.hpp"
#include "config/settings.hpp"
#include "server/daemon.hpp"
#include "server/front.hpp"
#include "server/keeper.hpp"
#include "store/config_table.hpp"

namespace bedstone::server {
namespace {

constexpr std::string_view kHost = "127.0.0.1";
constexpr std::int64_t kPort = 8884;

ServeResult failed(std::vector<Error> errors) {
  return {std::move(errors), ExitCode::kFailed};
}

bool goes_on(const Project& project, const UpOptions& options) {
  if (options.on_failure) return *options.on_failure == OnFailure::kContinue;
  return project.on_failure == FailurePolicy::kContinue;
}

struct Address {
  std::string host;
  std::int64_t port;
};

/// What the declarations and variables say, for as long as the database does not answer.
Address declared_address(const bootstrap::Host& host, const Project& project) {
  Address address{std::string(kHost), kPort};
  if (!files::exists(project.settings.file)) return address;
  const auto settings = config::read_settings(project.settings.file, project.settings.file);
  if (!settings) return address;
  const auto resolved =
      config::resolve(*settings, store::ConfigState(), host.environment, config::Unseal());
  const config::Values values = config::values_of(resolved);
  for (const std::string_view name : {"host", "bind_address"}) {
    const auto* value = config::effective(*settings, values, name);
    if (value != nullptr) address.host = value->text().expose();
  }
  const auto* port = config::effective(*settings, values, "port");
  if (port != nullptr) address.port = text::parse_integer(port->text().expose()).value_or(kPort);
  return address;
}

/// Flags, then settings, then loopback.
Address address_of(const App& app) {
  const auto live = app.live.settings();
  Address address = declared_address(app.host, app.project);
  if (live->open) {
    address.host = live->config.host().value_or(address.host);
    address.port = live->config.port().value_or(address.port);
  }
  address.host = app.options.host.value_or(address.host);
  address.port = app.options.port.value_or(address.port);
  return address;
}

std::string url_of(const Address& address, std::int64_t port, bool tls) {
  const bool all = address.host == "0.0.0.0" || address.host == "::";
  std::string name = all ? "localhost" : address.host;
  if (name.find(':') != std::string::npos) name = fmt::format("[{}]", name);
  return fmt::format("{}://{}:{}", tls ? "https" : "http", name, port);
}

Status read_tls(const ServeOptions& options, DaemonOptions& daemon) {
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return fail(Error(ErrorCode::kUsage, "a certificate and its key belong together")
                    .advise("give both: --tls-cert FILE --tls-key FILE"));
  }
  if (options.certificate_file.empty()) return {};
  const auto read = [](const std::string& file, std::string& text) -> Status {
    auto content = files::read(file, 1U << 20U);
    if (!content) {
      return fail(Error(ErrorCode::kTlsUnusable, fmt::format("{} cannot be read", file))
                      .because(content.error().message)
                      .at(file));
    }
    text = *std::move(content);
    return {};
  };
  BEDSTONE_TRY(read(options.certificate_file, daemon.certificate));
  return read(options.key_file, daemon.key);
}

/// All that runs while the server does.
ServeResult listen(const bootstrap::Host& host, App& app, CancelToken& hard) {
  DaemonOptions options;
  options.limits = app.options.limits;
  if (const Status tls = read_tls(app.options, options); !tls) return failed({tls.error()});
  const Address address = address_of(app);
  options.host = address.host;
  options.port = address.port;
  app.loopback_only = is_loopback(address.host) || address.host == "localhost";
  const bool secure = !options.certificate.empty();

  auto keeper = std::make_unique<Keeper>(app, host);
  const Front front(app);
  Answerer answerer{
      [&](Request& request) { return front.quick(request); },
      [&](Request& request) { return front.answer(request); },
      [&](const Request& request, Response& response) { front.finish(request, response); },
      [&](const std::string& peer) { return app.proxies.contains(peer); }};
  auto daemon = Daemon::start(host.clock, host.log, std::move(options), std::move(answerer));
  if (!daemon) return failed({std::move(daemon).error()});
  app.connections = &(*daemon)->connections();
  const std::string url = url_of(address, (*daemon)->port(), secure);
  app.options.on_listening({url, app.project.name, app.last_up(Role::kSuperAdmin).success});
  keeper->run(url);
  keeper.reset();
  host.log.info("stopping");
  app.events.end_all();
  (*daemon)->drain();
  // What still works after that time is broken off.
  hard.request();
  daemon->reset();
  app.connections = nullptr;
  return {};
}

}  // namespace

ServeResult serve(const bootstrap::Host& host, const ProjectOptions& options,
                  const ServeOptions& serve_options) {
  auto proxies = TrustedProxies::parse(serve_options.trusted_proxies);
  if (!proxies) return {{std::move(proxies).error()}, ExitCode::kUsage};
  const auto project = bootstrap::load(host, options);
  if (!project) return failed(project.error());

  InitializationResult started = bootstrap::up(host, options, serve_options.up);
  serve_options.on_up(started);
  const bool stopped = host.cancel != nullptr && host.cancel->requested();
  if (stopped || (!started.success && !goes_on(*project, serve_options.up)))
    return {{}, started.exit_code};

  // A signal stops the server, and not the requests that it finishes first.
  CancelToken hard;
  const bootstrap::Host calls{host.clock, host.environment, host.log, &hard, host.command};
  App app(calls, options, *project, serve_options, *std::move(proxies));
  app.set_last_up(std::move(started));
  app.live.open();
  return listen(host, app, hard);
}

}  // namespace bedstone::server
