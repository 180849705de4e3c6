// bedstone config export
#include "base/files.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/config.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/config.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const Invocation& call = session.call();
  const std::string file(call.positional(0).value_or(""));
  auto passphrase = read_passphrase(session);
  if (!passphrase) return session.fail({passphrase.error()});
  if (call.has("secrets") != passphrase->has_value()) {
    return session.fail(
        {Error(ErrorCode::kConfigPassphrase, "--secrets and a passphrase belong together")
             .because("secrets leave the database encrypted, or not at all")
             .advise("bedstone config export FILE --secrets --passphrase-file FILE")});
  }
  ConfigExport result = bootstrap::config_export(session.host(), session.project(),
                                                 *passphrase ? &**passphrase : nullptr);
  if (result.errors.empty() && !file.empty()) {
    const auto mode = result.secrets > 0 ? files::Mode::kPrivate : files::Mode::kPublic;
    if (const Status written = files::write_new(file, result.text, mode); !written) {
      result.errors = {written.error()};
      result.exit_code = ExitCode::kFailed;
    }
  }
  if (session.json()) {
    session.print_json(to_json(result, file));
  } else if (!result.errors.empty()) {
    session.print_problems(result.errors);
  } else if (file.empty()) {
    session.out().write(result.text);
  } else {
    Page page = session.page();
    add_report(page, result, file);
    session.print(std::move(page));
  }
  return static_cast<int>(result.exit_code);
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "FILE", .arity = Arity::kOptional, .help = "A file that is not there yet"}};

constexpr FlagSpec kFlags[] = {{.name = "secrets", .help = "With the secrets, encrypted"},
                               kPassphraseFileFlag,
                               kPassphraseEnvFlag,
                               kPassphraseStdinFlag};

constexpr Example kExamples[] = {
    {"bedstone config export settings.json", "without secrets"},
    {"bedstone config export backup.json --secrets --passphrase-file ~/.hub-passphrase",
     "with them, encrypted"},
    {"bedstone -C staging config export | bedstone -C production config import -",
     "from one environment to another"},
};

}  // namespace

constexpr CommandSpec kConfigExportCommand{
    .name = "config export",
    .summary = "Write the stored values as JSON",
    .description =
        "To standard output, or into a new FILE. Defaults and pins are not in it. Secrets are left "
        "out and named; with --secrets they are in it, encrypted with a key made of the passphrase "
        "(Argon2id, XChaCha20-Poly1305). Reads only.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kAnswerExits,
    .run = run};

}  // namespace bedstone::cli
