/// Settle: what `up` does about settings, step by step.
#pragma once

#include <optional>

#include "bootstrap/attempts.hpp"
#include "bootstrap/settings_step.hpp"
#include "bootstrap/work.hpp"

namespace bedstone::bootstrap {

/// Such a release changes nothing, be it schema, rows or settings.
bool is_older(const Work& work);

/// Whether seeds and settings may fail and the run goes on.
bool goes_on(const Work& work);

/// Ends a start that the one query found ready, unless something about settings is due. Where
/// nobody looked at these variables and this revision yet, it reads the settings.
Result<bool> settle_at_once(Work& work, const FastAnswer& answer, Verdict& verdict);

/// Reads the settings, and with them what the application is. Nothing: there are none, or they
/// cannot be read and the run goes on without them.
Checked<std::optional<SettingsView>> look_again(Work& work);
/// Whether this run has something to do to them.
bool is_due(const Work& work, const std::optional<SettingsView>& settings);
/// Where nothing is due: warnings, and what the next start recognises them by.
void keep_settings(Work& work, const std::optional<SettingsView>& settings);

/// Makes their table, before rights are granted. What fails may be allowed to: `settings` is empty
/// then.
Errors prepare_settings(Work& work, std::optional<SettingsView>& settings);
/// Imports, makes and encrypts what is due.
Errors settle(Work& work, std::optional<SettingsView>& settings);

/// What the application is at the end of a run.
Lifecycle after_run(const Work& work, bool complete);

}  // namespace bedstone::bootstrap
