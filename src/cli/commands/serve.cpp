// bedstone serve
#include "server/serve.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/log.hpp"
#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/flags.hpp"
#include "cli/render/config.hpp"
#include "cli/render/config_live.hpp"
#include "cli/render/events.hpp"
#include "cli/render/health.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"
#include "cli/render/setup.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

constexpr std::int64_t kPortMost = 65'535;

server::Reports reports() {
  server::Reports all;
  all.status = [](const StatusReport& report) {
    return to_json(report, report.exit_code, "status");
  };
  all.migrations = [](const StatusReport& report) {
    return to_json(report, report.exit_code, "migrate-history");
  };
  all.up = [](const InitializationResult& result) { return to_json(result, "up"); };
  all.runs = [](const bootstrap::RunsReport& report) { return to_json(report); };
  all.seeds = [](const SeedStatusReport& report) { return to_json(report); };
  all.config = [](const ConfigReport& report, std::string_view command) {
    return to_json(report, command);
  };
  all.explain = [](const ConfigExplanation& report) { return to_json(report); };
  all.history = [](const ConfigHistory& report) { return to_json(report); };
  all.change = [](const ConfigChangeResult& result, std::string_view command) {
    return to_json(result, command);
  };
  all.exported = [](const ConfigExport& result) { return to_json(result, ""); };
  all.instances = [](const bootstrap::ConfigStatusReport& report) {
    return to_json(report, report.exit_code);
  };
  all.differences = [](const SeedingResult& result) {
    return to_json(result, result.exit_code, "seed-diff");
  };
  all.plan = [](const bootstrap::PlanReport& report) {
    return to_json(report, report.exit_code, "plan");
  };
  all.health = [](const HealthReport& report) { return to_json(report, "health"); };
  all.events = [](const bootstrap::EventsReport& report) { return to_json(report); };
  all.setup = [](const bootstrap::SetupReport& report) { return to_json(report); };
  return all;
}

/// What the thread that watches the settings has to say goes where all lines go.
LibraryOptions library_options(Session& session) {
  LibraryOptions library;
  library.log_json = session.call().value("log-format") == "json";
  library.log_debug = session.log().wants(LogLevel::kDebug);
  if (!session.log().wants(LogLevel::kInfo)) return library;
  library.log = [write = descriptor_sink(STDERR_FILENO)](std::string_view line) {
    write(std::string(line) + "\n");
  };
  return library;
}

void tell_up(Session& session, const InitializationResult& result) {
  if (session.json()) return;
  Page page = session.page();
  add_report(page, result);
  session.print(std::move(page));
  session.print_problems(result.errors, result.warnings);
}

void tell_listening(Session& session, const server::ListeningNote& note) {
  if (session.json()) return session.print_json(serve_json(note.project, note.url, note.ready));
  Page page = session.page();
  page.add("serving ").add(note.project, Tone::kName).add(" on ");
  page.line(note.url, Tone::kStrong);
  session.print(std::move(page));
}

/// On standard error, where neither pipes nor reports look for it.
void tell_setup(Session& session, const std::string& url, const Secret& token) {
  Page page(session.err().color());
  page.add("Not set up yet: `bedstone config setup`, or ").add(url, Tone::kName);
  page.line(" with this token, which works once:");
  page.add("  ").line(std::string(token.expose()), Tone::kStrong);
  session.err().write(page.take());
}

int run(Session& session) {
  const Invocation& call = session.call();
  server::ServeOptions options;
  if (const auto host = call.value("host")) options.host = std::string(*host);
  if (const auto port = call.value("port")) {
    options.port = text::parse_integer(*port);
    if (!options.port || *options.port < 0 || *options.port > kPortMost)
      return session.fail({Error(ErrorCode::kUsage, "--port needs a number up to 65535")});
  }
  options.certificate_file = call.value("tls-cert").value_or("");
  options.key_file = call.value("tls-key").value_or("");
  for (const std::string_view list : call.values("trusted-proxy")) {
    for (const std::string_view one : text::split(list, ','))
      options.trusted_proxies.emplace_back(text::trim(one));
  }
  options.up = session.up_options();
  options.library = library_options(session);
  options.reports = reports();
  std::vector<Error> up_errors;
  options.on_up = [&](const InitializationResult& result) {
    tell_up(session, result);
    up_errors = result.errors;
  };
  options.on_listening = [&](const server::ListeningNote& note) { tell_listening(session, note); };
  options.on_setup = [&](const std::string& url, const Secret& token) {
    tell_setup(session, url, token);
  };
  const server::ServeResult result = server::serve(session.host(), session.project(), options);
  session.print_problems(result.errors);
  if (session.json() && result.exit_code != ExitCode::kDone)
    session.print_json(
        errors_json(result.errors.empty() ? up_errors : result.errors, result.exit_code));
  return static_cast<int>(result.exit_code);
}

constexpr FlagSpec kFlags[] = {
    {.name = "host",
     .kind = ValueKind::kText,
     .metavar = "ADDRESS",
     .help = "Listen on this address",
     .fallback = "setting bind_address or host, 127.0.0.1"},
    {.name = "port",
     .kind = ValueKind::kText,
     .metavar = "PORT",
     .help = "Listen on this port; 0: on any that is free",
     .fallback = "setting port, 8884"},
    {.name = "tls-cert",
     .kind = ValueKind::kText,
     .metavar = "FILE",
     .help = "Speak TLS with this certificate and its chain (PEM)"},
    {.name = "tls-key",
     .kind = ValueKind::kText,
     .metavar = "FILE",
     .help = "The certificate's key (PEM)"},
    {.name = "trusted-proxy",
     .kind = ValueKind::kText,
     .metavar = "NETWORK",
     .help = "Believe X-Forwarded-For, -Proto and -Host from there; may be given several times"},
    kNoSeedFlag,
    kWaitFlag,
    kLockTimeoutFlag,
    kOnFailureFlag,
    kCreateFlag,
    kNoCreateFlag,
    kStrictFlag,
    kStrictOrderFlag};

constexpr Example kExamples[] = {
    {"bedstone serve", "on the address of the settings, or http://127.0.0.1:8884"},
    {"bedstone serve --host 0.0.0.0 --tls-cert chain.pem --tls-key key.pem", "with TLS"},
    {"bedstone serve --trusted-proxy 10.0.0.0/8", "behind a proxy that speaks TLS"},
    {"bedstone serve --on-failure continue", "serves even while the database is away"},
};

constexpr ExitMeaning kExits[] = {
    {0, "it was told to stop, and stopped"},
    {1, "it could not listen, or `up` failed"},
    {3, "a person must decide; nothing was changed"},
    {4, "the database cannot be reached, or refused the credentials"},
    {5, "another run held the lock for too long"},
    {64, "the command line was not understood"},
    {130, "interrupted before it listened, or a second time"},
};

}  // namespace

constexpr CommandSpec kServeCommand{
    .name = "serve",
    .summary = "Do what `up` does, then serve probes, metrics, settings and data over HTTP",
    .description =
        "SIGTERM or SIGINT stops it: requests in flight are finished first. While it runs, the "
        "application is RUNNING. With `on_failure: continue` it serves even when `up` failed, says "
        "what is wrong, and tries again.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
