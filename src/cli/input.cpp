// Reading secrets, so that they are neither shown nor left in memory.
#include "cli/input.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "config/value.hpp"

namespace bedstone::cli {
namespace {

/// The terminal shows nothing of what is typed, until this goes.
class Silence {
 public:
  Silence() : silent_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!silent_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (silent_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool silent_;
};

}  // namespace

Result<Secret> read_secret_input() {
  std::string text;
  // Never grows, so that no copy stays behind.
  text.reserve(config::kMaxValueBytes + 1);
  for (;;) {
    std::array<char, 4096> buffer{};
    const auto size = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    if (text.size() + static_cast<std::size_t>(size) > config::kMaxValueBytes)
      return fail(Error(ErrorCode::kFileTooLarge, "the value is larger than 1 MiB")
                      .advise("keep it elsewhere, and its place as the setting"));
    text.append(buffer.data(), static_cast<std::size_t>(size));
    explicit_bzero(buffer.data(), buffer.size());
  }
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return Secret(std::move(text));
}

Result<Secret> ask_secret(Session& session, std::string_view question) {
  const CancelToken& cancel = *session.host().cancel;
  session.err().write(question);
  std::string line;
  line.reserve(4096);
  {
    const Silence silence;
    for (char byte = 0; byte != '\n' && line.size() < line.capacity();) {
      std::array<pollfd, 2> wanted{{{STDIN_FILENO, POLLIN, 0}, {cancel.descriptor(), POLLIN, 0}}};
      poll(wanted.data(), wanted.size(), -1);
      if (cancel.requested() || read(STDIN_FILENO, &byte, 1) != 1) break;
      if (byte != '\n') line.push_back(byte);
    }
  }
  session.err().write("\n");
  Secret value(std::move(line));
  if (cancel.requested())
    return fail(Error(ErrorCode::kInterrupted, "nothing was done: interrupted"));
  return value;
}

}  // namespace bedstone::cli
