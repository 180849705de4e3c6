// bedstone transfer
#include "cli/render/transfer.hpp"

#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  if (!session.call().has("to")) {
    return session.fail({Error(ErrorCode::kUsage, "transfer needs --to: where the database goes")
                             .advise("bedstone transfer --to postgresql://app@db/hub")});
  }
  const UpOptions up = session.up_options();
  bootstrap::TransferOptions options;
  options.from = session.call().value("from").value_or("");
  options.to = *session.call().value("to");
  options.dry_run = session.call().has("dry-run");
  options.create = up.create;
  options.wait = up.wait;
  options.lock_timeout = up.lock_timeout;
  options.on_progress = up.on_progress;
  const bootstrap::TransferReport report =
      bootstrap::transfer(session.host(), session.project(), options);
  if (session.json()) {
    session.print_json(to_json(report));
  } else {
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
    session.print_problems(report.errors, report.warnings);
  }
  return static_cast<int>(report.exit_code);
}

constexpr FlagSpec kFlags[] = {{.name = "from",
                                .kind = ValueKind::kUrl,
                                .metavar = "URL",
                                .help = "The database that is moved",
                                .fallback = "the project's"},
                               {.name = "to",
                                .kind = ValueKind::kUrl,
                                .metavar = "URL",
                                .help = "The database that it becomes: an empty one"},
                               kDryRunFlag,
                               kCreateFlag,
                               kNoCreateFlag,
                               kWaitFlag,
                               kLockTimeoutFlag};

constexpr Example kExamples[] = {
    {"bedstone transfer --to postgresql://app@db/hub --dry-run", "the tables in their order"},
    {"bedstone transfer --from sqlite:data/hub.db --to postgresql://app@db/hub",
     "a project that outgrew its file"},
    {"bedstone transfer --from postgresql://app@db/hub --to sqlite:copy.db",
     "and back, to look at it on a laptop"},
};

constexpr ExitMeaning kExits[] = {
    {0, "moved, and compared on both sides"},
    {1, "failed; what was moved stays, and the same command goes on"},
    {3, "a person must decide: the source is not whole, the target not empty, or they do not fit"},
    {4, "a database cannot be reached, or refused the credentials"},
    {5, "another run held the target's lock for too long"},
    {64, "the command line was not understood"},
    {130, "interrupted; the same command goes on"},
};

}  // namespace

constexpr CommandSpec kTransferCommand{
    .name = "transfer",
    .summary = "Move a database into another one, of whichever engine",
    .description =
        "The target's tables come from the project's own migrations, its rows from the source as "
        "it is at one moment; settings with their history, secrets and the ledger of seeds come "
        "along. Every table is compared on both sides. The source is never changed. Nobody should "
        "write to it meanwhile, as that would be missing.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
