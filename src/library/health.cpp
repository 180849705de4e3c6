// HealthValidator over the functions that the command line calls.
#include "bedstone/health.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

#include "bootstrap/health.hpp"
#include "bootstrap/health_watch.hpp"
#include "config/process.hpp"
#include "library/library_host.hpp"

namespace bedstone {
namespace {

ValidationResult to_validation(const HealthReport& report) {
  ValidationResult result;
  result.valid = report.outcome != HealthOutcome::kFail;
  result.severity = report.severity;
  for (const Error& error : report.errors) {
    result.issues.push_back(code_name(error.code) + ": " + error.message);
    result.suggestions.push_back(error.hint);
  }
  for (const HealthFinding& finding : report.findings) {
    if (finding.outcome == HealthOutcome::kPass) continue;
    std::string issue = finding.id + ": " + finding.evidence;
    for (const std::string& detail : finding.details)
      issue += "; " + detail;
    result.issues.push_back(std::move(issue));
    result.suggestions.push_back(finding.repair.empty()   ? finding.advice
                                 : finding.advice.empty() ? finding.repair
                                                          : finding.advice + ": " + finding.repair);
  }
  return result;
}

}  // namespace

HealthValidator::HealthValidator(ProjectOptions project, LibraryOptions library)
    : project_(std::move(project)), library_(std::move(library)) {}

bool HealthValidator::validate_connectivity() const {
  const HealthReport report = generate_health_report({"connection", "rights"});
  return report.outcome != HealthOutcome::kFail;
}

ValidationResult HealthValidator::validate_schema_integrity() const {
  const LibraryHost host(library_, "validate_schema_integrity");
  bootstrap::HealthOptions options;
  options.checks = {"migrations", "schema", "indexes", "constraints"};
  options.thorough = true;
  return to_validation(bootstrap::health(host.host(), project_, options));
}

ValidationResult HealthValidator::validate_data_integrity() const {
  return to_validation(generate_health_report(
      {"integrity", "foreign-keys", "sequences", "seeds", "seeded-rows", "secrets"}));
}

HealthReport HealthValidator::generate_health_report(const std::vector<std::string>& checks) const {
  const LibraryHost host(library_, "generate_health_report");
  bootstrap::HealthOptions options;
  options.checks = checks;
  options.all = options.thorough = checks.empty();
  return bootstrap::health(host.host(), project_, options);
}

HealthHistory HealthValidator::get_history(std::chrono::milliseconds age) const {
  const LibraryHost host(library_, "get_history");
  return bootstrap::health_history(host.host(), project_, age);
}

std::future<bool> HealthValidator::validate_connectivity_async() const {
  return run_async(*this, [](const HealthValidator& self) { return self.validate_connectivity(); });
}

std::future<ValidationResult> HealthValidator::validate_schema_integrity_async() const {
  return run_async(*this,
                   [](const HealthValidator& self) { return self.validate_schema_integrity(); });
}

std::future<ValidationResult> HealthValidator::validate_data_integrity_async() const {
  return run_async(*this,
                   [](const HealthValidator& self) { return self.validate_data_integrity(); });
}

std::future<HealthReport> HealthValidator::generate_health_report_async(
    std::vector<std::string> checks) const {
  return run_async(*this, [checks = std::move(checks)](const HealthValidator& self) {
    return self.generate_health_report(checks);
  });
}

std::future<HealthHistory> HealthValidator::get_history_async(std::chrono::milliseconds age) const {
  return run_async(*this, [age](const HealthValidator& self) { return self.get_history(age); });
}

/// Its thread holds it, so that it outlives that.
struct HealthWatch::Impl final : config::ThreadOwner {
  Impl(ProjectOptions the_project, LibraryOptions library)
      : project(std::move(the_project)),
        log(LibraryHost::make_log(library)),
        environment(Environment::of_process()) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() override {
    // In a child of fork(), where there is no such thread, or on that thread itself.
    if (thread.joinable()) thread.detach();
  }

  bool holds_file() const override { return open; }
  void end_thread() override {
    // The token's descriptor is the parent's, too.
    if (forked()) return;
    cancel.request();
    const std::lock_guard guard(joining);
    if (thread.joinable() && thread.get_id() != std::this_thread::get_id()) thread.join();
  }

  void run() {
    const bootstrap::Host host{system_clock(), environment, *log, &cancel, "health"};
    const bootstrap::HealthWatchReport report = bootstrap::health_watch(host, project, options);
    const std::lock_guard guard(mutex_);
    errors = report.errors;
  }
  void set_open(bool begins) {
    const std::lock_guard guard(mutex_);
    open = begins;
  }
  void keep(const HealthReport& report) {
    const std::lock_guard guard(mutex_);
    latest = report;
  }
  template <typename T>
  T copy(T Impl::*member) const {
    const std::lock_guard guard(mutex_);
    return this->*member;
  }

  ProjectOptions project;
  std::shared_ptr<Log> log;
  Environment environment;
  CancelToken cancel;
  bootstrap::HealthWatchOptions options;
  bool open = false;  ///< This and the next two under mutex_.
  std::optional<HealthReport> latest;
  std::vector<Error> errors;
  std::mutex joining;
  std::thread thread;
};

HealthWatch::HealthWatch(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
HealthWatch::HealthWatch(HealthWatch&&) noexcept = default;

HealthWatch::~HealthWatch() {
  stop();
}

void HealthWatch::stop() {
  if (impl_) impl_->end_thread();
}

std::optional<HealthReport> HealthWatch::latest() const {
  return impl_ ? impl_->copy(&Impl::latest) : std::nullopt;
}

std::vector<Error> HealthWatch::errors() const {
  return impl_ ? impl_->copy(&Impl::errors) : std::vector<Error>();
}

HealthWatch HealthValidator::watch(HealthWatchSettings settings,
                                   std::function<void(const HealthReport&)> on_report) const {
  const auto impl = std::make_shared<HealthWatch::Impl>(project_, library_);
  HealthWatch::Impl& self = *impl;
  self.options.checks = std::move(settings.checks);
  self.options.interval = settings.interval;
  self.options.intervals = std::move(settings.intervals);
  self.options.store = settings.store;
  self.options.alert = settings.alert;
  self.options.on_round = [&self](bool begins) { self.set_open(begins); };
  self.options.on_report = [&self, on_report = std::move(on_report)](const HealthReport& report) {
    self.keep(report);
    if (on_report) on_report(report);
  };
  const std::lock_guard guard(self.joining);
  self.thread = std::thread([impl] { impl->run(); });
  return HealthWatch(impl);
}

}  // namespace bedstone
