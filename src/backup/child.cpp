// fork, exec, and two pipes.
#include "backup/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace bedstone::backup {
namespace {

constexpr std::size_t kOutputBytes = 64 * 1024;
constexpr std::size_t kErrorBytes = 16 * 1024;
constexpr int kExecFailed = 127;

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_end(std::size_t end) {
    if (ends_[end] >= 0) close(ends_[end]);
    ends_[end] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// Everything the child needs, made before fork(): afterwards nothing may allocate.
struct Prepared {
  std::vector<char*> words;
  std::vector<std::string> variables;
  std::vector<char*> environment;
};

Prepared prepare(const ChildOptions& options) {
  Prepared prepared;
  for (const std::string& word : options.words)
    prepared.words.push_back(
        const_cast<char*>(word.c_str()));  // execve's signature predates const.
  prepared.words.push_back(nullptr);
  for (const auto& [name, value] : options.environment)
    prepared.variables.push_back(fmt::format("{}={}", name, value.expose()));
  for (std::string& variable : prepared.variables)
    prepared.environment.push_back(variable.data());
  prepared.environment.push_back(nullptr);
  return prepared;
}

[[noreturn]] void become(const Prepared& prepared, pid_t parent, int output, int errors) {
  const int nothing = open("/dev/null", O_RDWR);
  dup2(nothing, STDIN_FILENO);
  dup2(output >= 0 ? output : nothing, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  umask(077);
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT})
    sigaction(signal, &plain, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  // A terminal's ^C is for the parent, which asks this process to stop.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(kExecFailed);
  execve(prepared.words[0], prepared.words.data(), prepared.environment.data());
  const int reason = errno;
  // The parent tells a program that was not there from one that failed.
  constexpr std::string_view kMark("\0exec", 5);
  [[maybe_unused]] auto written = write(STDERR_FILENO, kMark.data(), kMark.size());
  written = write(STDERR_FILENO, &reason, sizeof reason);
  _exit(kExecFailed);
}

/// Appends what can be read now; false at the end.
bool read_some(int descriptor, std::string& text) {
  std::array<char, 4096> buffer{};
  const auto got = read(descriptor, buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  text.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

void keep_end(std::string& text, std::size_t limit) {
  if (text.size() > 2 * limit) text.erase(0, text.size() - limit);
}

bool listen(const ChildOptions& options, pid_t child, Pipe& output, Pipe& errors, ChildEnd& end) {
  bool stopped = false;
  while (output.reader() >= 0 || errors.reader() >= 0) {
    std::array<pollfd, 3> files{
        {{output.reader(), POLLIN, 0},
         {errors.reader(), POLLIN, 0},
         {options.cancel != nullptr && !stopped ? options.cancel->descriptor() : -1, POLLIN, 0}}};
    if (poll(files.data(), files.size(), -1) < 0) continue;
    if (files[2].revents != 0) {
      kill(child, SIGTERM);
      stopped = true;
    }
    if (files[0].revents != 0 && !read_some(output.reader(), end.output)) output.close_end(0);
    if (end.output.size() > kOutputBytes) end.output.resize(kOutputBytes);
    if (files[1].revents != 0 && !read_some(errors.reader(), end.errors)) errors.close_end(0);
    keep_end(end.errors, kErrorBytes);
  }
  return stopped;
}

Error not_started(const std::string& program, int reason) {
  return Error(ErrorCode::kClientMissing, fmt::format("{} could not be started", program))
      .because(std::strerror(reason))
      .advise("check that it is installed and may be executed");
}

}  // namespace

Result<ChildEnd> run_child(const ChildOptions& options) {
  const Prepared prepared = prepare(options);
  Pipe output, errors;
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) return fail(not_started(options.words.front(), errno));
  if (child == 0) {
    become(prepared, parent, options.keep_output ? output.writer() : -1, errors.writer());
  }
  output.close_end(1);
  errors.close_end(1);
  if (!options.keep_output) output.close_end(0);
  ChildEnd end;
  const bool stopped = listen(options, child, output, errors, end);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (stopped) {
    return fail(Error(ErrorCode::kInterrupted, "interrupted")
                    .because(fmt::format("{} was stopped", options.words.front()))
                    .advise("run the same command again"));
  }
  end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  constexpr std::string_view kMark("\0exec", 5);
  if (end.exit_code == kExecFailed && end.errors.starts_with(kMark) &&
      end.errors.size() >= kMark.size() + sizeof(int)) {
    int reason = 0;
    std::memcpy(&reason, end.errors.data() + kMark.size(), sizeof reason);
    return fail(not_started(options.words.front(), reason));
  }
  return end;
}

}  // namespace bedstone::backup
