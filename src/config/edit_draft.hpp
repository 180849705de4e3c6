/// EditDraft: what an edit would make of the settings, and everything that is wrong with it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/editor.hpp"

namespace bedstone::config {

/// One setting on its way. Move-only.
struct Drafted {
  const SettingDeclaration* declaration = nullptr;  ///< Null: nobody declared it.
  EditedSetting told;
  std::optional<std::string> stored;  ///< As it stands in the database.
  std::optional<Secret> text;         ///< Canonical; nullopt: no value.
  bool keeps = false;                 ///< Stays just as it is stored.
};

/// Pure but for `unseal`.
class EditDraft {
 public:
  EditDraft(const Settings& settings, const Environment& environment, const Unseal& unseal,
            const EditRequest& request, const store::ConfigState& stored);
  EditDraft(const EditDraft&) = delete;
  EditDraft& operator=(const EditDraft&) = delete;

  /// In the order of EditResult::settings; or all errors.
  Checked<std::vector<Drafted>> run();

 private:
  void take(const SettingEdit& edit);
  void take_undeclared(const SettingEdit& edit, Drafted& drafted);
  void take_declared(const SettingEdit& edit, Drafted& drafted);
  bool pinned(const SettingDeclaration& declaration) const;
  void find_dependents();
  Resolution resolve_after() const;
  bool make_values(const Resolution& after);
  bool may_lack(std::string_view name) const;
  void judge(const Resolution& after);
  void compare(Drafted& drafted) const;
  const Drafted* drafted(std::string_view key) const;

  const Settings& settings_;
  const Environment& environment_;
  const Unseal& unseal_;
  const EditRequest& request_;
  const store::ConfigState& stored_;
  std::map<std::string_view, std::string_view> rows_;  ///< Into stored_.
  std::vector<Drafted> drafted_;
  std::set<std::string, std::less<>> refused_;  ///< Keys about which enough was said.
  std::set<std::string, std::less<>> concerned_;
  Errors errors_;
};

}  // namespace bedstone::config
