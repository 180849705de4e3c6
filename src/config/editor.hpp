/// Editor: the one place that writes settings' values.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "base/environment.hpp"
#include "config/mask.hpp"
#include "config/resolve.hpp"
#include "config/settings.hpp"
#include "db/connection.hpp"
#include "store/config_table.hpp"

namespace bedstone::config {

/// Makes the sealed text of a secret, in the open transaction. Errors: those of the keyring.
using Seal = std::function<Result<std::string>(std::string_view name, std::string_view value)>;

/// kConfigNotProvided.
Error not_provided();

/// What somebody wants a setting to hold. Move-only.
struct SettingEdit {
  std::string key;
  std::optional<Secret> text;  ///< As a person writes it; nullopt: it shall have no value.
  /// To be encrypted. A declaration says so by itself; of use for what nobody declared, and an
  /// error for what is declared to be no secret.
  bool secret = false;
  /// A new value, made as `generate:` says; `text` is empty then.
  bool generate = false;
};

struct EditRequest {
  std::vector<SettingEdit> edits;  ///< Each key once.
  std::string by;                  ///< Who.
  std::string reason;              ///< Why; may be empty.
  /// kConfigConflict if one of the keys changed after this revision.
  std::optional<std::int64_t> expected = {};
  /// What a variable pins is left alone instead of refused.
  bool skip_pinned = false;
  /// Required settings may stay without a value: for an application that is being set up.
  bool may_lack = false;
  std::vector<std::string> lacking = {};  ///< Without `may_lack`, these may.
  /// Also makes values (`generate:`) for settings that nobody touched.
  bool generate_all = false;
  bool generate_none = false;  ///< Makes no values.
  /// Makes values for these where they have none, whether they count or not.
  std::vector<std::string> make = {};
  bool dry_run = false;  ///< Checks all, writes nothing, and needs no right to.
};

enum class EditEffect : std::uint8_t { kAdded, kChanged, kRemoved, kUnchanged, kMade, kPinned };
/// "added", "changed", "removed", "unchanged", "made", "pinned"
std::string_view effect_name(EditEffect effect);

/// What became of one setting. Of a secret no more than kMask is in it.
struct EditedSetting {
  std::string key;
  EditEffect effect = EditEffect::kUnchanged;
  bool secret = false;
  bool restart = false;  ///< Counts from the application's next start on.
  std::optional<std::string> before;
  std::optional<std::string> after;
};

struct EditResult {
  std::int64_t revision = 0;            ///< The newest one; unchanged when nothing changed.
  std::vector<EditedSetting> settings;  ///< Those named, in that order; then those made.
  bool changed() const;                 ///< Whether anything did.
};

/// Validates everything before anything is written, and finds all that is wrong: kUnknownSetting,
/// kSettingValue, kSettingMissing, kSettingPinned, kMaskedValue, kUsage (a key twice); those of
/// `unseal` and `seal`. A change is refused for problems of the settings that it names and of those
/// that depend on them, not for others. A value is stored in its canonical form, a secret sealed;
/// one that is what it was keeps its text. Settings with `generate:` that are named, or begin to
/// count, get a value. Not thread-safe, as its connection.
class Editor {
 public:
  /// All must outlive the editor. `unseal` may be empty: then no stored secret can be compared.
  struct Tools {
    db::Connection& connection;
    const Settings& settings;
    store::ConfigTable& table;
    const Environment& environment;
    const Unseal& unseal;
    const Seal& seal;
  };
  explicit Editor(Tools tools) : tools_(tools) {}

  /// Of use for what belongs to a change; its error undoes the change.
  using Along = std::function<Status()>;

  /// All or nothing, as one revision, in a transaction of its own, and read back after it. `along`
  /// is called in that transaction once something was changed; more than once, when others were in
  /// the way. Errors: also kConfigNotProvided, kConfigConflict, kConfigNotSaved, those of the
  /// database.
  Checked<EditResult> edit(const EditRequest& request, const Along& along = {});
  /// The same in the open transaction; whoever commits it can call read_back().
  Checked<EditResult> edit_within(const EditRequest& request);
  /// kConfigNotSaved unless the last edit stood in the database at its revision.
  Status read_back();
  /// After a commit whose outcome is unknown: what became of it, seen through another session.
  /// nullopt: nothing of it was saved.
  Result<std::optional<EditResult>> settle(store::ConfigTable& table);

 private:
  Checked<EditResult> attempt(const EditRequest& request, const Along& along);
  Status require_table();

  Result<std::optional<std::string>> differing(store::ConfigTable& table) const;

  Tools tools_;
  std::optional<std::int64_t> revision_;  ///< Of the last edit; nullopt: it wrote nothing yet.
  EditResult result_;
  std::vector<store::ConfigChange> written_;
};

}  // namespace bedstone::config
