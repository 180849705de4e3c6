// The ConfigManager of the server, and what is derived from its snapshots.
#include "server/live.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bedstone::server {
namespace {

/// "https://a.example/" and "https://A.example" mean one origin.
std::string origin_of(std::string_view url) {
  while (url.ends_with('/'))
    url.remove_suffix(1);
  std::string origin(url);
  std::transform(origin.begin(), origin.end(), origin.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return origin;
}

ManagerOptions manager_options() {
  ManagerOptions options;
  options.program = "bedstone serve";
  options.wait = std::chrono::milliseconds(0);
  return options;
}

}  // namespace

bool LiveSettings::allows(std::string_view origin) const {
  return std::find(allowed_origins.begin(), allowed_origins.end(), origin_of(origin)) !=
         allowed_origins.end();
}

Live::Live(ProjectOptions project, LibraryOptions library,
           std::function<void(const ConfigChanged&)> on_change)
    : project_(std::move(project)), library_(std::move(library)), on_change_(std::move(on_change)) {
  take(RuntimeConfig(), false);
}

void Live::take(const RuntimeConfig& config, bool open) {
  auto settings = std::make_shared<LiveSettings>();
  settings->config = config;
  settings->open = open;
  for (const std::string& origin : config.allowed_origins().value_or(std::vector<std::string>()))
    settings->allowed_origins.push_back(origin_of(origin));
  settings->hsts = config.enable_hsts().value_or(false);
  const auto report = config.csp_report_uri();
  settings->headers = {
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"X-Frame-Options", "DENY"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Content-Security-Policy", content_policy(report && *report ? **report : "")}};
  settings->headers_of_the_moment = settings->headers;
  settings->headers_of_the_moment.emplace_back("Cache-Control", "no-store");
  const std::lock_guard lock(mutex_);
  settings_ = std::move(settings);
}

bool Live::open() {
  if (manager()) return true;
  auto manager = ConfigManager::open(project_, manager_options(), library_);
  if (!manager) {
    const std::lock_guard lock(mutex_);
    problems_ = std::move(manager).error();
    return false;
  }
  Subscription subscription = (*manager)->on_change([this](const ConfigChanged& changed) {
    take(changed.after, true);
    on_change_(changed);
  });
  take((*manager)->snapshot(), true);
  const std::lock_guard lock(mutex_);
  manager_ = *std::move(manager);
  subscription_ = std::move(subscription);
  problems_.clear();
  return true;
}

std::shared_ptr<const LiveSettings> Live::settings() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

std::shared_ptr<ConfigManager> Live::manager() const {
  const std::lock_guard lock(mutex_);
  return manager_;
}

std::vector<Error> Live::problems() const {
  const std::lock_guard lock(mutex_);
  return problems_;
}

void Live::touch() {
  if (const auto manager = this->manager()) manager->snapshot();
}

Status Live::reload() {
  const auto manager = this->manager();
  if (!manager) {
    if (open()) return {};
    const auto why = problems();
    return fail(why.empty() ? Error(ErrorCode::kInternal, "the settings cannot be read")
                            : why.front());
  }
  BEDSTONE_ASSIGN(const RuntimeConfig config, manager->reload());
  take(config, true);
  return {};
}

void Live::close() {
  Subscription subscription;
  std::shared_ptr<ConfigManager> manager;
  {
    const std::lock_guard lock(mutex_);
    subscription = std::move(subscription_);
    manager = std::move(manager_);
  }
  // Ending waits for a call that runs, which may want the lock.
  subscription.end();
}

std::string content_policy(std::string_view report_uri) {
  std::string policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src "
      "'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  const bool fits = report_uri.find_first_of("; ,\r\n\t") == std::string_view::npos;
  if (!report_uri.empty() && fits) policy += fmt::format("; report-uri {}", report_uri);
  return policy;
}

}  // namespace bedstone::server
