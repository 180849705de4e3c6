// Log, clock, environment and stop signal of a host program.
#include "library/library_host.hpp"

namespace bedstone {
namespace {

LogLevel level_of(const LibraryOptions& options) {
  if (!options.log) return LogLevel::kOff;
  return options.log_debug ? LogLevel::kDebug : LogLevel::kInfo;
}

Log::Sink sink_of(const LibraryOptions& options) {
  if (!options.log) return [](std::string_view) {};
  return [log = options.log](std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    log(line);
  };
}

}  // namespace

StopSource::StopSource() : token_(std::make_shared<CancelToken>()) {}
void StopSource::request_stop() const noexcept {
  token_->request();
}
bool StopSource::stop_requested() const noexcept {
  return token_->requested();
}

LibraryHost::LibraryHost(const LibraryOptions& options, std::string command)
    : environment_(Environment::of_process()),
      log_(system_clock(), level_of(options),
           options.log_json ? LogFormat::kJson : LogFormat::kText, sink_of(options)),
      host_{system_clock(), environment_, log_, options.stop.token_.get(), std::move(command)} {}

std::shared_ptr<Log> LibraryHost::make_log(const LibraryOptions& options) {
  return std::make_shared<Log>(system_clock(), level_of(options),
                               options.log_json ? LogFormat::kJson : LogFormat::kText,
                               sink_of(options));
}

Error first_of(const std::vector<Error>& errors) {
  if (!errors.empty()) return errors.front();
  return Error(ErrorCode::kInternal, "a call failed without saying why");
}

}  // namespace bedstone
