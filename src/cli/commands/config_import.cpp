// bedstone config import
#include <fmt/format.h>

#include "base/files.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/config.hpp"
#include "cli/commands/flags.hpp"
#include "cli/input.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

/// The document: a file, or standard input for "-".
Result<std::string> read_document(std::string_view file) {
  if (file != "-") return files::read(std::string(file));
  BEDSTONE_ASSIGN(const Secret text, read_secret_input());
  return std::string(text.expose());
}

int run(Session& session) {
  const Invocation& call = session.call();
  const bootstrap::Host host = session.host();
  const std::string_view file = *call.positional(0);
  auto write = write_options(session);
  if (!write) return session.fail({write.error()});
  if (file == "-" && call.has("passphrase-stdin")) {
    return session.fail({Error(ErrorCode::kUsage, "standard input cannot be file and passphrase")
                             .advise("--passphrase-file FILE or --passphrase-env NAME")});
  }
  auto passphrase = read_passphrase(session);
  if (!passphrase) return session.fail({passphrase.error()});
  auto document = read_document(file);
  if (!document) return session.fail({document.error()});
  if (write->reason.empty() && file != "-") write->reason = fmt::format("import of {}", file);
  bootstrap::ConfigImportOptions options;
  options.write = *std::move(write);
  options.passphrase = *passphrase ? &**passphrase : nullptr;
  options.prune = call.has("prune");
  const std::string shown(file == "-" ? "standard input" : file);
  return finish(session,
                bootstrap::config_import(host, session.project(), shown, *document, options),
                "config-import");
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "FILE", .help = "The file; - reads standard input"}};

constexpr FlagSpec kFlags[] = {
    {.name = "prune", .help = "Remove stored values that the file does not name"},
    kPassphraseFileFlag,
    kPassphraseEnvFlag,
    kPassphraseStdinFlag,
    kReasonFlag,
    kIfRevisionFlag,
    kDryRunFlag};

constexpr Example kExamples[] = {
    {"bedstone config import settings.json --dry-run", "what would change"},
    {"bedstone config import backup.json --passphrase-file ~/.hub-passphrase", "with its secrets"},
};

}  // namespace

constexpr CommandSpec kConfigImportCommand{
    .name = "config import",
    .summary = "Take stored values from a JSON file",
    .description =
        "What `bedstone config export` wrote, or a file written by hand: all of it is checked, and "
        "then saved as one revision, or nothing is. What the file does not name stays as it is, or "
        "goes with --prune. What a variable pins is left alone, and told.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kConfigWriteExits,
    .run = run};

}  // namespace bedstone::cli
