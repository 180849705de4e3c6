// bedstone secret verify
#include "cli/commands/all.hpp"
#include "cli/commands/secret.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  return finish(session, bootstrap::secret_verify(session.host(), session.project()),
                "secret-verify");
}

constexpr Example kExamples[] = {
    {"bedstone secret verify", "after a restore, a move to another machine, a change of the key"},
};

}  // namespace

constexpr CommandSpec kSecretVerifyCommand{
    .name = "secret verify",
    .summary = "Try whether every encrypted value opens",
    .description =
        "Settings, their history, and columns that seed sets fill with {secret: …}. Names the "
        "values that do not open, with the reason, and secret settings that are stored in the "
        "clear. Shows no value, and changes nothing.",
    .examples = kExamples,
    .exits = kSecretExits,
    .run = run};

}  // namespace bedstone::cli
