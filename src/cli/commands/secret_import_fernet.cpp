// bedstone secret import-fernet
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/secret.hpp"
#include "cli/input.hpp"

namespace bedstone::cli {
namespace {

/// From a file, or from a variable.
Result<Secret> fernet_key(Session& session) {
  const Invocation& call = session.call();
  const auto file = call.value("key-file");
  const auto name = call.value("key-env");
  if (file.has_value() == name.has_value())
    return fail(
        Error(ErrorCode::kUsage, "one key is needed: the one that the values were made with")
            .advise("give --key-file FILE, or --key-env NAME"));
  if (file) {
    BEDSTONE_ASSIGN(const Secret text, files::read(std::string(*file), 4096).map([](auto&& read) {
      return Secret(std::forward<decltype(read)>(read));
    }));
    return Secret(std::string(text::trim(text.expose())));
  }
  const auto value = session.environment().get(*name);
  if (value && !value->empty()) return Secret(std::string(text::trim(*value)));
  return fail(Error(ErrorCode::kVariableUnset, fmt::format("the variable {} is not set", *name))
                  .advise("set it to the Fernet key"));
}

int run(Session& session) {
  const Invocation& call = session.call();
  const bootstrap::Host host = session.host();
  bootstrap::FernetOptions options;
  options.force = call.has("force");
  auto key = fernet_key(session);
  if (!key) return session.fail({key.error()});
  options.key = *std::move(key);
  if (const auto file = call.positional(0)) {
    options.shown = *file == "-" ? "standard input" : std::string(*file);
    if (*file == "-") {
      const auto text = read_secret_input();
      if (!text) return session.fail({text.error()});
      options.text = std::string(text->expose());
    } else {
      auto text = files::read(std::string(*file));
      if (!text) return session.fail({text.error()});
      options.text = *std::move(text);
    }
  }
  return finish(session, bootstrap::secret_import_fernet(host, session.project(), options),
                "secret-import-fernet");
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "FILE",
     .arity = Arity::kOptional,
     .help = "A YAML or JSON mapping from settings to tokens; - for standard input; without it the "
             "tokens in the database"}};

constexpr FlagSpec kFlags[] = {
    {.name = "key-file",
     .kind = ValueKind::kText,
     .metavar = "FILE",
     .help = "Holds the Fernet key that the values were made with"},
    {.name = "key-env",
     .kind = ValueKind::kText,
     .metavar = "NAME",
     .help = "The variable that holds it"},
    {.name = "force", .help = "A value of the file takes the place of one that is stored"},
};

constexpr Example kExamples[] = {
    {"bedstone secret import-fernet --key-file fernet.key", "the tokens in system_config"},
    {"bedstone secret import-fernet old.json --key-env FERNET_KEY", "of an export"},
};

}  // namespace

constexpr CommandSpec kSecretImportFernetCommand{
    .name = "secret import-fernet",
    .summary = "Take over values that were encrypted with Fernet",
    .description =
        "Each token is opened with the key that it was made with, checked as settings.yaml says, "
        "and encrypted anew. All are taken over, or none. Without a file the tokens are those that "
        "stand in the settings' table in place of secret settings.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kSecretExits,
    .run = run};

}  // namespace bedstone::cli
