/// Key sources: where the key-encryption key comes from, and reading it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.hpp"
#include "base/environment.hpp"
#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"
#include "project/project.hpp"

namespace bedstone::config {

using KeySource = Project::KeySource;

/// The key that data keys are wrapped with. Move-only.
struct MasterKey {
  Secret bytes;             ///< kKeyBytes of them.
  std::string fingerprint;  ///< key_fingerprint().
  std::string shown;        ///< "the file /etc/hub/key", for people.
};

/// What sources are read in. Everything must outlive its use.
struct KeySurroundings {
  const Environment& environment;
  std::string folder;                   ///< The project's: paths of commands count from here.
  const CancelToken* cancel = nullptr;  ///< May be null.
  std::string machine_id_file = "/etc/machine-id";
};

/// What keys that are derived are salted with.
struct KeySalts {
  std::string instance;                  ///< The database's id.
  std::optional<std::string> setting;    ///< Of the setting encryption_key_salt, if it has a value.
  std::vector<std::string> former = {};  ///< Values that this setting had before.
};

/// The sources that there are: what the project file says, and then BEDSTONE_KEY_FILE,
/// BEDSTONE_KEY, the credential `bedstone.key`; the machine where there is none of them. Reads
/// nothing.
std::vector<KeySource> key_sources(const KeySource& chosen, const KeySurroundings& around);

/// Whether who has the database's disk and this machine has the key: what a health check warns of.
bool is_weak(const KeySource& source);
/// What there is to say about the source that counts: kKeyWeak for the machine, and for a variable,
/// which other processes of the user can read.
std::optional<Error> key_warning(const KeySource& source);
/// "the file keys/hub.key", "the variable BEDSTONE_KEY".
std::string describe(const KeySource& source);
/// "file:PATH", "credential:NAME", "env:NAME", "passphrase:NAME", "machine", or a path with a slash
/// or a dot in it: what a command line says. Errors: kUsage; it never shows the text.
Result<KeySource> parse_key_source(std::string_view text);

/// Reads the key. A machine's may be salted in two ways; `wanted`, a fingerprint, says which is
/// meant. Errors: kKeyMissing, kKeyRefused, kKeyCommand, kExecFailed, kPasswordHashing,
/// kInterrupted, those of files::read; none holds anything of what was read.
Result<MasterKey> read_key(const KeySource& source, const KeySalts& salts,
                           const KeySurroundings& around, std::string_view wanted = {});
/// Reads all sources. Errors: also kKeySources, when they give different keys.
Result<MasterKey> read_keys(const std::vector<KeySource>& sources, const KeySalts& salts,
                            const KeySurroundings& around, std::string_view wanted = {});

/// 32 bytes as they are, or their text: 64 hexadecimal digits, or base64 in any dialect, with
/// blanks around. nullopt when it is neither; 32 readable characters are none, and neither is one
/// byte repeated.
std::optional<Secret> parse_key(std::string_view text);

/// Writes a new random key as a line of base64, owner-only. Errors: kFileExists and those of
/// files::write_new.
Status write_new_key(const std::string& path);

}  // namespace bedstone::config
