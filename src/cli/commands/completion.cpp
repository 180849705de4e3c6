// bedstone completion
#include "cli/completion.hpp"

#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/json.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const std::string_view shell = *session.call().positional(0);
  const std::string script = completion_script(shell);
  if (session.json()) {
    session.print_json(completion_json(shell, script));
  } else {
    session.out().write(script);
  }
  return 0;
}

constexpr std::array<std::string_view, 3> kShells{"bash", "zsh", "fish"};

constexpr PositionalSpec kPositionals[] = {
    {.name = "SHELL", .help = "bash, zsh or fish", .choices = kShells}};

constexpr Example kExamples[] = {
    {"source <(bedstone completion bash)", "this shell; in ~/.bashrc, every shell"},
    {"bedstone completion zsh > ~/.zfunc/_bedstone", "with ~/.zfunc in $fpath"},
    {"bedstone completion fish > ~/.config/fish/completions/bedstone.fish", "fish"},
};

}  // namespace

constexpr CommandSpec kCompletionCommand{
    .name = "completion",
    .summary = "Print a script that teaches a shell to complete",
    .positionals = kPositionals,
    .examples = kExamples,
    .exits = kOnlyUsageExits,
    .run = run};

}  // namespace bedstone::cli
