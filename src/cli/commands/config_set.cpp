// bedstone config set, and what the config commands share
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/config.hpp"
#include "cli/commands/flags.hpp"
#include "cli/input.hpp"
#include "cli/render/config.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

using bootstrap::ConfigEdit;

Error usage(std::string message, std::string hint) {
  return Error(ErrorCode::kUsage, std::move(message)).advise(std::move(hint));
}

ConfigEdit argument(std::string_view name, std::string_view value) {
  return {std::string(name), Secret(std::string(value)), false, true};
}

/// The key whose value comes from standard input, or from whoever sits there.
Result<ConfigEdit> from_input(Session& session, std::string_view name) {
  auto value =
      session.can_ask() ? ask_secret(session, fmt::format("{}: ", name)) : read_secret_input();
  if (!value) return fail(std::move(value).error());
  if (value->empty())
    return fail(usage("standard input is empty",
                      fmt::format("nothing was saved; when the empty text is meant: bedstone "
                                  "config set --key {} --value \"\"",
                                  name)));
  return ConfigEdit{std::string(name), *std::move(value), false, false};
}

/// KEY=VALUE …; the words are not repeated, since one may be a secret.
Result<std::vector<ConfigEdit>> pairs(const std::vector<std::string_view>& words) {
  std::vector<ConfigEdit> edits;
  for (const std::string_view word : words) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return fail(usage("one of several arguments is not KEY=VALUE",
                        "bedstone config set KEY=VALUE KEY=VALUE …"));
    edits.push_back(argument(word.substr(0, equals), word.substr(equals + 1)));
  }
  return edits;
}

Result<std::vector<ConfigEdit>> wanted(Session& session) {
  const Invocation& call = session.call();
  const auto& words = call.positionals;
  const auto key = call.value("key");
  const auto value = call.value("value");
  std::vector<ConfigEdit> edits;
  if (call.has("stdin")) {
    if (value || (key ? !words.empty() : words.size() != 1))
      return fail(usage("with --stdin one setting is named, and no value given",
                        "bedstone config set KEY --stdin"));
    BEDSTONE_ASSIGN(ConfigEdit edit, from_input(session, key ? *key : words.front()));
    edits.push_back(std::move(edit));
    return edits;
  }
  if (key || value) {
    if (!key || !value || !words.empty() || call.values("key").size() > 1)
      return fail(usage("--key and --value belong together, once",
                        "bedstone config set --key KEY --value VALUE; several: bedstone config "
                        "set KEY=VALUE KEY=VALUE …"));
    edits.push_back(argument(*key, *value));
    return edits;
  }
  const bool plain = words.size() == 2 && words.front().find('=') == std::string_view::npos;
  if (!plain && words.size() > 0) return pairs(words);
  if (!plain)
    return fail(usage("`config set` needs to be told what to set",
                      "bedstone config set KEY VALUE, or KEY=VALUE …, or KEY --stdin"));
  edits.push_back(argument(words[0], words[1]));
  return edits;
}

int run(Session& session) {
  const bootstrap::Host host = session.host();
  auto options = write_options(session);
  if (!options) return session.fail({options.error()});
  auto edits = wanted(session);
  if (!edits) return session.fail({edits.error()});
  if (session.call().has("secret")) {
    for (ConfigEdit& edit : *edits)
      edit.secret = true;
  }
  return finish(session,
                bootstrap::config_set(host, session.project(), *std::move(edits), *options),
                "config-set");
}

constexpr PositionalSpec kPositionals[] = {{.name = "SETTING",
                                            .arity = Arity::kMany,
                                            .help = "KEY VALUE, or KEY=VALUE …",
                                            .any_text = true}};

constexpr FlagSpec kFlags[] = {
    {.name = "key", .kind = ValueKind::kText, .metavar = "KEY", .help = "The setting's name"},
    {.name = "value",
     .kind = ValueKind::kText,
     .metavar = "VALUE",
     .help = "Its value",
     .may_be_empty = true},
    {.name = "stdin", .help = "Its value comes from standard input, to its end"},
    {.name = "secret", .help = "To be encrypted, where `unknown: keep` lets undeclared ones in"},
    kReasonFlag,
    kIfRevisionFlag,
    kDryRunFlag,
};

constexpr Example kExamples[] = {
    {"bedstone config set port 8885", "one setting"},
    {"bedstone config set --key port --value 8885", "the same"},
    {"bedstone config set app_mode=local local_admin_email=ada@example.com",
     "what depends on one another, at once"},
    {"pass show hub/workos | bedstone config set workos_api_key --stdin", "a secret"},
    {"bedstone config set port 8886 --if-revision 7 --reason 'moved'",
     "only if nobody changed it since"},
};

}  // namespace

Result<std::int64_t> parse_revision(std::string_view what, std::string_view text) {
  const auto number = text::parse_integer(text);
  if (number && *number >= 0) return *number;
  return fail(usage(fmt::format("{} is not a revision's number: {}", what, quote_safely(text)),
                    "`bedstone config history` shows them"));
}

Result<bootstrap::ConfigWriteOptions> write_options(const Session& session) {
  const Invocation& call = session.call();
  bootstrap::ConfigWriteOptions options;
  options.reason = call.value("reason").value_or("");
  options.dry_run = call.has("dry-run");
  if (const auto text = call.value("if-revision")) {
    BEDSTONE_ASSIGN(options.if_revision, parse_revision("--if-revision", *text));
  }
  return options;
}

Result<std::optional<Secret>> read_passphrase(const Session& session) {
  const Invocation& call = session.call();
  const auto file = call.value("passphrase-file");
  const auto variable = call.value("passphrase-env");
  const bool input = call.has("passphrase-stdin");
  if (int{file.has_value()} + int{variable.has_value()} + int{input} > 1)
    return fail(usage("the passphrase comes from one place", "give one of these flags alone"));
  if (input) {
    BEDSTONE_ASSIGN(Secret secret, read_secret_input());
    return secret;
  }
  if (variable) {
    const auto text = session.environment().get(*variable);
    if (text) return Secret(std::string(*text));
    return fail(Error(ErrorCode::kConfigPassphrase, "the variable with the passphrase is not set")
                    .advise("set it, or name another with --passphrase-env"));
  }
  if (!file) return std::nullopt;
  BEDSTONE_ASSIGN(const std::string text, files::read(std::string(*file)));
  return Secret(std::string(text::trim(text.substr(0, text.find('\n')))));
}

int finish(Session& session, const ConfigChangeResult& result, std::string_view command) {
  if (session.json()) {
    session.print_json(to_json(result, command));
  } else {
    Page page = session.page();
    add_report(page, result);
    session.print(std::move(page));
    session.print_problems(result.errors, result.warnings);
  }
  return static_cast<int>(result.exit_code);
}

constexpr CommandSpec kConfigSetCommand{
    .name = "config set",
    .summary = "Change settings",
    .description =
        "KEY VALUE, or any number of KEY=VALUE, which are then changed together or not at all. "
        "Everything is checked before: types, allowed values, and what depends on one another. "
        "Saved means that it was read back. A secret is no argument, since others can read those: "
        "--stdin takes it from standard input, or asks for it on a terminal.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kConfigWriteExits,
    .run = run};

}  // namespace bedstone::cli
