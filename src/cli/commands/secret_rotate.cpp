// bedstone secret rotate
#include "cli/commands/all.hpp"
#include "cli/commands/flags.hpp"
#include "cli/commands/secret.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const Invocation& call = session.call();
  bootstrap::SecretRotateOptions options;
  options.old_key = call.value("old-key").value_or("");
  options.new_key = call.value("new-key").value_or("");
  options.old_key_lost = call.has("old-key-lost");
  options.wait = call.duration("wait");
  if (options.old_key_lost) {
    if (!options.old_key.empty() || !options.new_key.empty())
      return session.fail({Error(ErrorCode::kUsage, "--old-key-lost stands alone")
                               .because("the key that takes over is the one the project names")
                               .advise("bedstone secret rotate --old-key-lost")});
    const Status confirmed = session.confirm(
        "secrets that the lost key protects stay unreadable until they are set "
        "again.",
        "bedstone secret rotate --old-key-lost --yes");
    if (!confirmed) return session.fail({confirmed.error()});
  }
  return finish(session, bootstrap::secret_rotate(session.host(), session.project(), options),
                "secret-rotate");
}

constexpr FlagSpec kFlags[] = {
    {.name = "old-key",
     .kind = ValueKind::kText,
     .metavar = "SOURCE",
     .help = "The key from before: the project's key takes its place",
     .fallback = "the project's"},
    {.name = "new-key",
     .kind = ValueKind::kText,
     .metavar = "SOURCE",
     .help = "The key that takes the place of the project's",
     .fallback = "the project's"},
    {.name = "old-key-lost",
     .help = "The key from before is gone for good: the project's key takes over"},
    {.name = "wait",
     .kind = ValueKind::kDuration,
     .metavar = "TIME",
     .help = "Wait so long for other instances to learn the new data key",
     .fallback = "5m"},
};

constexpr Example kExamples[] = {
    {"bedstone secret rotate", "a new data key; everything is encrypted with it"},
    {"bedstone secret rotate --new-key /etc/hub/new.key",
     "another key, before the project names it"},
    {"bedstone secret rotate --old-key /etc/hub/old.key", "… after it does"},
    {"bedstone secret rotate --old-key machine", "from the machine's key to a file's"},
};

}  // namespace

constexpr CommandSpec kSecretRotateCommand{
    .name = "secret rotate",
    .summary = "Put new keys in the place of old ones",
    .description =
        "Values are encrypted with data keys, which stand in the database, encrypted with the key "
        "that the project names.\n\n"
        "Without a source there is a new data key: it is added, and writes once every instance "
        "that "
        "was seen in the last three minutes knows it; settings, their history and seeded secrets "
        "are encrypted with it; the old one is deleted. With --old-key or --new-key the data keys "
        "are encrypted with another key, in one transaction. Whatever ends the command half way, "
        "the same command goes on.\n\n"
        "SOURCE is a file's path, file:PATH, credential:NAME, env:NAME, passphrase:NAME or "
        "machine.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kSecretExits,
    .run = run};

}  // namespace bedstone::cli
