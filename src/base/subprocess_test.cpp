// What becomes of programs that answer, fail, say too much, or never end.
#include "base/subprocess.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace bedstone {
namespace {

Result<ProgramEnd> shell(std::string script,
                         std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
  return run_program({.arguments = {"sh", "-c", std::move(script)}, .timeout = timeout});
}

TEST(Subprocess, GivesWhatAProgramPrintsByteByByte) {
  const auto end = run_program({.arguments = {"printf", "a b\\000\\n$HOME"}});
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->output.expose(), std::string_view("a b\0\n$HOME", 10));
  EXPECT_EQ(end->exit_code, 0);
}

TEST(Subprocess, CountsComplaintsAndReadsNothing) {
  const auto end = shell("cat; echo oops >&2; exit 3");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->output.expose(), "");
  EXPECT_EQ(end->complaints, 5U);
  EXPECT_EQ(end->exit_code, 3);
}

TEST(Subprocess, EndsWhatTakesTooLongWithAllItStarted) {
  using std::chrono::milliseconds;
  const auto start = std::chrono::steady_clock::now();
  // The second closes its pipes and goes on.
  for (const std::string script : {"sleep 60 & sleep 60", "exec >&- 2>&-; sleep 60"}) {
    const auto end = shell(script, milliseconds(200));
    ASSERT_TRUE(end);
    EXPECT_TRUE(end->timed_out) << script;
    EXPECT_EQ(end->signal, SIGKILL);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Subprocess, EndsWhatSaysTooMuch) {
  const auto end = shell("while :; do echo words; done");
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->said_too_much);
}

TEST(Subprocess, NamesAProgramThatIsNotThere) {
  const auto end = run_program({.arguments = {"/no/such/program"}});
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kExecFailed);
  EXPECT_NE(end.error().message.find("/no/such/program"), std::string::npos);
}

TEST(Subprocess, StopsWhenCancelled) {
  CancelToken cancel;
  cancel.request();
  const auto end = run_program({.arguments = {"sleep", "60"}, .cancel = &cancel});
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace bedstone
