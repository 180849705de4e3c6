// One edit: checked and written under one lock, committed, read back.
#include "config/editor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/edit_draft.hpp"

namespace bedstone::config {
namespace {

/// Others' plain SQL locks rows in another order than we do: whoever loses tries again.
constexpr int kAttempts = 5;

Checked<std::vector<Drafted>> draft(const Settings& settings, const Environment& environment,
                                    const Unseal& unseal, const EditRequest& request,
                                    const store::ConfigState& stored) {
  return EditDraft(settings, environment, unseal, request, stored).run();
}

EditResult told(std::vector<Drafted>& drafted, std::int64_t revision) {
  EditResult result;
  result.revision = revision;
  for (Drafted& one : drafted)
    result.settings.push_back(std::move(one.told));
  return result;
}

Error not_saved(std::string_view key) {
  return Error(ErrorCode::kConfigNotSaved,
               fmt::format("{} was written, and holds something else", key))
      .because("a trigger or a rule on the table of settings may change what is written")
      .advise(fmt::format("look at the table's triggers; what was written: `bedstone config "
                          "history {}`",
                          key));
}

}  // namespace

Error not_provided() {
  return Error(ErrorCode::kConfigNotProvided, "the database has no place for settings yet")
      .because("`bedstone up` makes it, and has not run since settings were declared")
      .advise("bedstone up");
}

std::string_view effect_name(EditEffect effect) {
  constexpr std::array<std::string_view, 6> kNames{"added",     "changed", "removed",
                                                   "unchanged", "made",    "pinned"};
  return kNames[static_cast<std::size_t>(effect)];
}

bool EditResult::changed() const {
  return std::any_of(settings.begin(), settings.end(), [](const EditedSetting& one) {
    return one.effect != EditEffect::kUnchanged && one.effect != EditEffect::kPinned;
  });
}

Status Editor::require_table() {
  BEDSTONE_ASSIGN(const auto revision, tools_.table.revision());
  if (revision) return {};
  return fail(not_provided());
}

Checked<EditResult> Editor::edit_within(const EditRequest& request) {
  written_.clear();
  revision_.reset();
  auto stored = tools_.table.read_for_change();
  if (!stored) return fail_all(std::move(stored).error());
  auto drafted = draft(tools_.settings, tools_.environment, tools_.unseal, request, *stored);
  if (!drafted) return fail(std::move(drafted).error());
  for (const Drafted& one : *drafted) {
    std::optional<std::string> text;
    if (one.keeps) {
      text = one.stored;
    } else if (one.text && one.told.secret) {
      auto sealed = tools_.seal(one.told.key, one.text->expose());
      if (!sealed) return fail_all(std::move(sealed).error());
      text = *std::move(sealed);
    } else if (one.text) {
      text = std::string(one.text->expose());
    }
    // What a pin keeps out of the edit must not meet anybody's change, either.
    if (one.told.effect != EditEffect::kPinned) written_.push_back({one.told.key, std::move(text)});
  }
  auto revision = tools_.table.change(written_, request.by, request.reason, request.expected);
  if (!revision) return fail_all(std::move(revision).error());
  revision_ = *revision;
  result_ = told(*drafted, *revision);
  return result_;
}

/// A key that did not hold what was written when the edit's revision was the newest.
Result<std::optional<std::string>> Editor::differing(store::ConfigTable& table) const {
  // Nothing was written: what was known of variables needs no revision.
  if (!revision_) return std::nullopt;
  BEDSTONE_ASSIGN(const auto rows, table.at(*revision_));
  for (const store::ConfigChange& change : written_) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const store::ConfigRow& one) {
      return one.key == change.key;
    });
    const bool as_written =
        row == rows.end() ? !change.value : change.value && *change.value == row->value;
    if (!as_written) return change.key;
  }
  return std::nullopt;
}

Status Editor::read_back() {
  BEDSTONE_ASSIGN(const auto key, differing(tools_.table));
  return key ? fail(not_saved(*key)) : Status();
}

Result<std::optional<EditResult>> Editor::settle(store::ConfigTable& table) {
  BEDSTONE_ASSIGN(const auto newest, table.revision());
  if (!revision_ || newest.value_or(0) < *revision_) return std::nullopt;
  BEDSTONE_ASSIGN(const auto key, differing(table));
  if (key) return std::nullopt;
  return std::optional(result_);
}

Checked<EditResult> Editor::attempt(const EditRequest& request, const Along& along) {
  revision_.reset();
  auto transaction = db::Transaction::begin(tools_.connection);
  if (!transaction) return fail_all(std::move(transaction).error());
  auto result = edit_within(request);
  if (!result) return result;
  if (along && result->changed()) {
    if (const Status done = along(); !done) return fail_all(done.error());
  }
  if (const Status committed = transaction->commit(); !committed)
    return fail_all(committed.error());
  if (const Status there = read_back(); !there) return fail_all(there.error());
  return result;
}

Checked<EditResult> Editor::edit(const EditRequest& request, const Along& along) {
  if (const Status there = require_table(); !there) return fail_all(there.error());
  if (request.dry_run) {
    auto stored = tools_.table.read();
    if (!stored) return fail_all(std::move(stored).error());
    auto drafted = draft(tools_.settings, tools_.environment, tools_.unseal, request, *stored);
    if (!drafted) return fail(std::move(drafted).error());
    return told(*drafted, stored->revision);
  }
  for (int tries = 1;; ++tries) {
    auto result = attempt(request, along);
    if (result || tries == kAttempts) return result;
    const Error& error = result.error().front();
    if (!error.retryable || error.connection_lost || error.outcome_unknown) return result;
  }
}

}  // namespace bedstone::config
