// Each source is read when a secret is needed, and not before.
#include "config/key_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/base64.hpp"
#include "base/derive.hpp"
#include "base/files.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"

namespace bedstone::config {
namespace {

using Kind = KeySource::Kind;

constexpr std::string_view kFileVariable = "BEDSTONE_KEY_FILE";
constexpr std::string_view kKeyVariable = "BEDSTONE_KEY";
constexpr std::string_view kCredential = "bedstone.key";
constexpr std::uint64_t kFileLimit = 4096;
/// Fewer can be guessed, however slow each guess is.
constexpr std::size_t kShortestPassphrase = 16;

constexpr std::string_view kForms =
    "write 32 random bytes, as they are, as 64 hexadecimal digits or as base64: `bedstone secret "
    "new-key FILE` makes such a file, `openssl rand -base64 32` prints such a text";

std::optional<std::string> from_hex(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

bool is_repeated(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [&](char c) { return c == bytes.front(); });
}

bool is_readable(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

Error not_a_key(const KeySource& source) {
  return Error(ErrorCode::kKeyRefused, fmt::format("what {} holds is no key", describe(source)))
      .because("it is neither 32 random bytes nor their text")
      .advise(std::string(kForms))
      .at(source.place);
}

Result<MasterKey> key_of(const KeySource& source, std::optional<Secret> bytes) {
  if (!bytes) return fail(not_a_key(source));
  MasterKey key;
  key.fingerprint = key_fingerprint(*bytes);
  key.bytes = *std::move(bytes);
  key.shown = describe(source);
  return key;
}

/// Whether others than its owner get at it. Credentials are behind a folder that only the service
/// may enter, and show an access list as the group's rights.
Status check_rights(const KeySource& source, const std::string& path, const struct stat& info) {
  const mode_t refused = source.kind == Kind::kCredential ? 07 : 077;
  if ((info.st_mode & refused) != 0)
    return fail(
        Error(ErrorCode::kKeyRefused,
              fmt::format("{} can be used by others than its owner", describe(source)))
            .because(fmt::format("its permissions are {:04o}", info.st_mode & 07777))
            .advise(fmt::format("chmod 600 {}; whoever may have read it has the key: `bedstone "
                                "secret rotate --old-key {}` puts another in its place",
                                path, path))
            .at(path));
  if (info.st_uid != geteuid() && info.st_uid != 0)
    return fail(
        Error(ErrorCode::kKeyRefused, fmt::format("{} belongs to another user", describe(source)))
            .because("its owner can change it")
            .advise(fmt::format("give it to the user that runs this, or to root: chown "
                                "$(id -u) {}",
                                path))
            .at(path));
  return {};
}

Result<Secret> read_whole(const std::string& path, const KeySource& source) {
  // O_NONBLOCK: a named pipe must be refused, not waited for.
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    const int number = errno;
    Error error = files::from_errno(number, path);
    if (number == ENOENT) {
      error.code = ErrorCode::kKeyMissing;
      error.message = fmt::format("{} is not there", describe(source));
      error.hint =
          "bring the file that was in use before; only where nothing was encrypted yet make a new "
          "one: bedstone secret new-key " +
          path;
    }
    return fail(std::move(error));
  }
  struct stat info {};
  const bool known = fstat(file, &info) == 0;
  std::string text;
  text.reserve(kFileLimit + 1);
  Status checked;
  if (!known || !S_ISREG(info.st_mode)) {
    checked = fail(Error(ErrorCode::kKeyRefused, fmt::format("{} is no regular file", path))
                       .advise("name a file; for what a program prints there is "
                               "secrets.key.command")
                       .at(path));
  } else {
    checked = check_rights(source, path, info);
  }
  if (checked) {
    text.resize(kFileLimit + 1);
    const auto size = read(file, text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  }
  close(file);
  if (!checked) return fail(std::move(checked).error());
  return Secret(std::move(text));
}

Result<MasterKey> read_file(const KeySource& source, const std::string& path) {
  BEDSTONE_ASSIGN(const Secret text, read_whole(path, source));
  return key_of(source, parse_key(text.expose()));
}

std::optional<std::string> credential_path(const std::string& name, const Environment& all) {
  const auto folder = all.get("CREDENTIALS_DIRECTORY");
  if (!folder || folder->empty()) return std::nullopt;
  return files::resolve(*folder, name);
}

Result<MasterKey> read_credential(const KeySource& source, const KeySurroundings& around) {
  const auto path = credential_path(source.text, around.environment);
  if (!path)
    return fail(Error(ErrorCode::kKeyMissing, fmt::format("{} is not there", describe(source)))
                    .because("CREDENTIALS_DIRECTORY is not set: systemd sets it for services")
                    .advise(fmt::format("in the service write LoadCredential={}:PATH, or "
                                        "LoadCredentialEncrypted=",
                                        source.text))
                    .at(source.place));
  return read_file(source, *path);
}

Result<std::string_view> variable(const KeySource& source, const KeySurroundings& around) {
  const auto value = around.environment.get(source.text);
  if (value && !value->empty()) return *value;
  return fail(Error(ErrorCode::kKeyMissing, fmt::format("{} is not set", describe(source)))
                  .advise("set it to what it held before; nothing that is encrypted can be read "
                          "without it")
                  .at(source.place));
}

Result<MasterKey> read_variable(const KeySource& source, const KeySurroundings& around) {
  BEDSTONE_ASSIGN(const auto text, variable(source, around));
  return key_of(source, parse_key(text));
}

Result<MasterKey> read_passphrase(const KeySource& source, const KeySalts& salts,
                                  const KeySurroundings& around) {
  BEDSTONE_ASSIGN(const auto text, variable(source, around));
  if (text.size() < kShortestPassphrase)
    return fail(
        Error(ErrorCode::kKeyRefused,
              fmt::format("{} holds too short a passphrase", describe(source)))
            .because(fmt::format("fewer than {} characters can be guessed", kShortestPassphrase))
            .advise("take five or more random words, or better a key in a file")
            .at(source.place));
  const Secret passphrase{std::string(text)};
  BEDSTONE_ASSIGN(auto bytes, key_of_passphrase(passphrase, salts.instance));
  return key_of(source, std::move(bytes));
}

Result<MasterKey> read_machine(const KeySource& source, const KeySalts& salts,
                               const KeySurroundings& around, std::string_view wanted) {
  const auto text = files::read(around.machine_id_file, kFileLimit);
  const std::string_view id = text ? text::trim(*text) : std::string_view();
  if (id.size() != 32 || !from_hex(id) || is_repeated(id))
    return fail(Error(ErrorCode::kKeyMissing, "this machine has no identity to make a key of")
                    .because(fmt::format("{} does not hold one; containers often have none",
                                         around.machine_id_file))
                    .advise("make a key, `bedstone secret new-key /etc/bedstone.key`, and name it: "
                            "export BEDSTONE_KEY_FILE=/etc/bedstone.key")
                    .at(source.place));
  auto salted = key_of(source, key_of_machine(id, salts.setting.value_or(salts.instance)));
  if (!salted || wanted.empty() || salted->fingerprint == wanted) return salted;
  // Made before the setting had its value, or while it had another one.
  std::vector<std::string> others = salts.former;
  others.push_back(salts.instance);
  for (const std::string& salt : others) {
    auto other = key_of(source, key_of_machine(id, salt));
    if (other && other->fingerprint == wanted) return other;
  }
  return salted;
}

Error command_failed(const KeySource& source, std::string why) {
  return Error(ErrorCode::kKeyCommand, fmt::format("{} failed", describe(source)))
      .because(std::move(why))
      .advise("run it by hand; what it writes is not shown here, since the key may be in it")
      .at(source.place);
}

Result<MasterKey> read_command(const KeySource& source, const KeySurroundings& around) {
  ProgramCall call{.arguments = source.command, .timeout = source.timeout, .cancel = around.cancel};
  std::string& program = call.arguments.front();
  // A bare name is looked for in PATH.
  if (program.find('/') != std::string::npos) program = files::resolve(around.folder, program);
  auto end = run_program(call);
  if (!end) {
    Error error = std::move(end).error();
    if (error.place.empty() || !source.place.empty()) error.place = source.place;
    return fail(std::move(error));
  }
  const std::string told =
      end->complaints > 0
          ? fmt::format("; it wrote {} to standard error",
                        text::count(static_cast<std::int64_t>(end->complaints), "byte"))
          : std::string();
  if (end->timed_out)
    return fail(command_failed(
        source,
        fmt::format("it took longer than {}{}",
                    text::format_duration(static_cast<double>(source.timeout.count()) / 1000),
                    told)));
  if (end->said_too_much)
    return fail(command_failed(source, fmt::format("it printed more than {} bytes, and a key has "
                                                   "32{}",
                                                   call.limit_bytes, told)));
  if (end->signal != 0)
    return fail(command_failed(source, fmt::format("signal {} ended it{}", end->signal, told)));
  if (end->exit_code != 0)
    return fail(command_failed(source, fmt::format("it ended with {}{}", end->exit_code, told)));
  return key_of(source, parse_key(end->output.expose()));
}

}  // namespace

std::vector<KeySource> key_sources(const KeySource& chosen, const KeySurroundings& around) {
  const Environment& environment = around.environment;
  std::vector<KeySource> sources;
  const auto add = [&sources](Kind kind, std::string_view text) {
    KeySource source;
    source.kind = kind;
    source.text = text;
    const auto same = [&](const KeySource& other) {
      return other.kind == kind && other.text == text;
    };
    if (std::none_of(sources.begin(), sources.end(), same)) sources.push_back(std::move(source));
  };
  if (chosen.kind != Kind::kNone) sources.push_back(chosen);
  if (const auto file = environment.get(kFileVariable); file && !file->empty())
    add(Kind::kFile, *file);
  if (const auto key = environment.get(kKeyVariable); key && !key->empty())
    add(Kind::kVariable, kKeyVariable);
  const auto credential = credential_path(std::string(kCredential), environment);
  if (credential && files::exists(*credential)) add(Kind::kCredential, kCredential);
  if (sources.empty()) add(Kind::kMachine, {});
  return sources;
}

bool is_weak(const KeySource& source) {
  return source.kind == Kind::kMachine;
}

std::optional<Error> key_warning(const KeySource& source) {
  if (source.kind == Kind::kMachine)
    return Error(ErrorCode::kKeyWeak, "secrets are encrypted with a key made of this machine")
        .because("whoever reads this machine's disk can make it, and another machine cannot")
        .advise(
            "`bedstone secret new-key FILE`, then `bedstone secret rotate --new-key FILE`, "
            "then name the file in bedstone.yaml: secrets: {key: {file: FILE}}");
  if (source.kind == Kind::kVariable)
    return Error(ErrorCode::kKeyWeak,
                 fmt::format("the encryption key comes from {}", describe(source)))
        .because(
            "children of the process inherit it, and tools that show a process's environment "
            "show it")
        .advise("keep it in a file that only its owner can read: secrets: {key: {file: FILE}}");
  return std::nullopt;
}

std::string describe(const KeySource& source) {
  switch (source.kind) {
    case Kind::kFile:
      return fmt::format("the key file {}", source.text);
    case Kind::kCredential:
      return fmt::format("the credential {}", source.text);
    case Kind::kVariable:
      return fmt::format("the variable {}", source.text);
    case Kind::kCommand:
      return fmt::format("the command {}", source.command.front());
    case Kind::kPassphrase:
      return fmt::format("the passphrase in the variable {}", source.text);
    case Kind::kMachine:
    case Kind::kNone:
      break;
  }
  return "this machine's identity";
}

Result<KeySource> parse_key_source(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, Kind>, 4> kWords{
      {{"file:", Kind::kFile},
       {"credential:", Kind::kCredential},
       {"env:", Kind::kVariable},
       {"passphrase:", Kind::kPassphrase}}};
  KeySource source;
  if (text == "machine") {
    source.kind = Kind::kMachine;
    return source;
  }
  for (const auto& [word, kind] : kWords) {
    if (!text.starts_with(word) || text.size() == word.size()) continue;
    source.kind = kind;
    source.text = text.substr(word.size());
    return source;
  }
  if (text.starts_with('/') || text.starts_with("./") || text.starts_with("../") ||
      (!text.empty() && files::exists(std::string(text)))) {
    source.kind = Kind::kFile;
    source.text = text;
    return source;
  }
  return fail(Error(ErrorCode::kUsage, "this names no source of a key")
                  .because("a key itself is never given on a command line, which others can read")
                  .advise("write a file's path, file:PATH, credential:NAME, env:NAME, "
                          "passphrase:NAME (both: a variable), or machine"));
}

Result<MasterKey> read_key(const KeySource& source, const KeySalts& salts,
                           const KeySurroundings& around, std::string_view wanted) {
  switch (source.kind) {
    case Kind::kFile:
      return read_file(source, source.text);
    case Kind::kCredential:
      return read_credential(source, around);
    case Kind::kVariable:
      return read_variable(source, around);
    case Kind::kCommand:
      return read_command(source, around);
    case Kind::kPassphrase:
      return read_passphrase(source, salts, around);
    case Kind::kMachine:
    case Kind::kNone:
      break;
  }
  return read_machine(source, salts, around, wanted);
}

Result<MasterKey> read_keys(const std::vector<KeySource>& sources, const KeySalts& salts,
                            const KeySurroundings& around, std::string_view wanted) {
  BEDSTONE_ASSIGN(MasterKey key, read_key(sources.front(), salts, around, wanted));
  for (std::size_t i = 1; i < sources.size(); ++i) {
    BEDSTONE_ASSIGN(const MasterKey other, read_key(sources[i], salts, around, wanted));
    if (other.fingerprint == key.fingerprint) continue;
    return fail(Error(ErrorCode::kKeySources,
                      fmt::format("{} and {} give different keys", key.shown, other.shown))
                    .because("which of them is meant cannot be known")
                    .advise("take one of the two away")
                    .at(sources.front().place));
  }
  return key;
}

std::optional<Secret> parse_key(std::string_view text) {
  const auto good = [](std::string_view bytes) {
    return bytes.size() == kKeyBytes && !is_repeated(bytes);
  };
  if (text.size() == kKeyBytes && !is_readable(text)) {
    if (!good(text)) return std::nullopt;
    return Secret(std::string(text));
  }
  const std::string_view word = text::trim(text);
  std::optional<std::string> bytes;
  if (word.size() == 2 * kKeyBytes) bytes = from_hex(word);
  for (const auto dialect :
       {base64::Dialect::kPadded, base64::Dialect::kUnpadded, base64::Dialect::kUrl}) {
    if (!bytes && word.size() <= 44) bytes = base64::decode(word, dialect);
  }
  if (!bytes) return std::nullopt;
  Secret key(*std::move(bytes));
  // Readable bytes are somebody's words, not random.
  if (!good(key.expose()) || is_readable(key.expose())) return std::nullopt;
  return key;
}

Status write_new_key(const std::string& path) {
  const Secret key = random_key();
  const Secret line(base64::encode(key.expose(), base64::Dialect::kPadded) + "\n");
  return files::write_new(path, line.expose(), files::Mode::kPrivate);
}

}  // namespace bedstone::config
