// bedstone secret new-key
#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/json.hpp"
#include "cli/session.hpp"
#include "config/key_source.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const std::string path(*session.call().positional(0));
  const Status written = config::write_new_key(path);
  if (!written) return session.fail({written.error()});
  if (session.json()) {
    session.print_json(new_key_json(path));
  } else {
    Page page = session.page();
    page.add("  wrote  ", Tone::kGood).line(path);
    page.line("Only you can read it. Keep a copy apart from the database's backups: without it",
              Tone::kQuiet);
    page.line("secrets are lost. Name it in bedstone.yaml: secrets: {key: {file: …}}",
              Tone::kQuiet);
    session.print(std::move(page));
  }
  return 0;
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "FILE", .help = "Where it goes; nothing may stand there"}};

constexpr Example kExamples[] = {
    {"bedstone secret new-key /etc/hub/bedstone.key", "once, for each installation"},
};

}  // namespace

constexpr CommandSpec kSecretNewKeyCommand{
    .name = "secret new-key",
    .summary = "Write a file with a new encryption key",
    .description =
        "32 random bytes as a line of base64, readable for its owner alone. An existing "
        "file is never touched, and no database either.",
    .positionals = kPositionals,
    .examples = kExamples,
    .exits = kFileExits,
    .run = run};

}  // namespace bedstone::cli
