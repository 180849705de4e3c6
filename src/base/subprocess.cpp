// posix_spawn, two pipes and a clock.
#include "base/subprocess.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/files.hpp"

extern char** environ;

namespace bedstone {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(read);
    close_end(write);
  }
  static void close_end(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
  bool open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
};

Error not_started(const std::string& program, int number) {
  Error error = files::from_errno(number, program);
  error.code = ErrorCode::kExecFailed;
  error.message = fmt::format("{} could not be started", program);
  return error;
}

/// Returns 0, or an errno.
int spawn(const ProgramCall& call, const Pipe& out, const Pipe& err, pid_t& process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write, STDERR_FILENO);
  // A group of its own, so that what it starts can be ended with it.
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<char*> arguments;
  for (const std::string& argument : call.arguments)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const int failed =
      posix_spawnp(&process, arguments.front(), &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failed;
}

enum class Stopped { kAtEnd, kTimedOut, kTooMuch, kCancelled };

/// Reads both pipes until both are closed, or something stops it.
Stopped read_all(const ProgramCall& call, Clock::time_point deadline, Pipe& out, Pipe& err,
                 std::string& output, std::size_t& complaints) {
  std::array<char, 4096> buffer{};
  while (out.read >= 0 || err.read >= 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return Stopped::kTimedOut;
    // poll() passes over negative descriptors.
    std::array<pollfd, 3> wanted{
        {{out.read, POLLIN, 0},
         {err.read, POLLIN, 0},
         {call.cancel != nullptr ? call.cancel->descriptor() : -1, POLLIN, 0}}};
    const int ready = poll(wanted.data(), wanted.size(), static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return Stopped::kTimedOut;
    if (call.cancel != nullptr && call.cancel->requested()) return Stopped::kCancelled;
    if (ready <= 0) continue;
    for (std::size_t i = 0; i < 2; ++i) {
      if (wanted[i].revents == 0) continue;
      Pipe& pipe = i == 0 ? out : err;
      const auto size = read(pipe.read, buffer.data(), buffer.size());
      if (size <= 0) {
        Pipe::close_end(pipe.read);
      } else if (i == 1) {
        complaints += static_cast<std::size_t>(size);
      } else if (output.size() + static_cast<std::size_t>(size) > call.limit_bytes) {
        return Stopped::kTooMuch;
      } else {
        output.append(buffer.data(), static_cast<std::size_t>(size));
      }
    }
  }
  explicit_bzero(buffer.data(), buffer.size());
  return Stopped::kAtEnd;
}

/// A program may close its pipes and go on.
Stopped wait_for(pid_t process, Clock::time_point deadline, int& status) {
  timespec pause{0, 2'000'000};
  for (;;) {
    const pid_t ended = waitpid(process, &status, WNOHANG);
    if (ended == process || (ended < 0 && errno != EINTR)) return Stopped::kAtEnd;
    if (Clock::now() >= deadline) return Stopped::kTimedOut;
    nanosleep(&pause, nullptr);
  }
}

}  // namespace

Result<ProgramEnd> run_program(const ProgramCall& call) {
  Pipe out;
  Pipe err;
  const std::string& program = call.arguments.front();
  if (!out.open() || !err.open()) return fail(not_started(program, errno));
  pid_t process = 0;
  if (const int failed = spawn(call, out, err, process); failed != 0)
    return fail(not_started(program, failed));
  Pipe::close_end(out.write);
  Pipe::close_end(err.write);

  ProgramEnd end;
  // Never grows, so that no copy stays behind.
  std::string output;
  output.reserve(std::max<std::size_t>(call.limit_bytes, 32));
  const auto deadline = Clock::now() + call.timeout;
  Stopped stopped = read_all(call, deadline, out, err, output, end.complaints);
  int status = 0;
  if (stopped == Stopped::kAtEnd) stopped = wait_for(process, deadline, status);
  if (stopped != Stopped::kAtEnd) {
    kill(-process, SIGKILL);
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
  }
  end.output = Secret(std::move(output));
  end.timed_out = stopped == Stopped::kTimedOut;
  end.said_too_much = stopped == Stopped::kTooMuch;
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  if (stopped == Stopped::kCancelled)
    return fail(Error(ErrorCode::kInterrupted, fmt::format("{} was interrupted", program)));
  return end;
}

}  // namespace bedstone
