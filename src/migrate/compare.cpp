// Files against history: pending, late, changed, missing, ahead.
#include "migrate/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "migrate/file_name.hpp"

namespace bedstone::migrate {
namespace {

using store::JournalRow;
using store::MigrationRow;

struct ByVersion {
  bool operator()(std::string_view a, std::string_view b) const {
    return compare_versions(a, b) < 0;
  }
};
using History = std::map<std::string_view, const MigrationRow*, ByVersion>;

Error changed(const MigrationFile& file, const MigrationRow& row) {
  return Error(ErrorCode::kMigrationChanged,
               fmt::format("{} was changed after it was applied", file.shown))
      .because(fmt::format("it was applied on {} with checksum {:.12}…; the file now says "
                           "something else",
                           row.applied_at, row.checksum))
      .advise(fmt::format("bring back the applied text (git log -p {}) and put the change into a "
                          "new migration; or, when the database already is as the file says: "
                          "`bedstone migrate repair --accept {}`",
                          file.shown, file.version))
      .at(file.shown);
}

Error missing(const MigrationRow& row) {
  return Error(ErrorCode::kMigrationMissing,
               fmt::format("migration {}{}{} is applied here, but its file is missing", row.version,
                           row.name.empty() ? "" : "_", row.name))
      .because(fmt::format("applied on {} by {}; other migrations are pending, so this is no older "
                           "release of the project",
                           row.applied_at, row.applied_by))
      .advise(fmt::format("bring the file back from version control, or merge the branch that has "
                          "it; when it is gone for good: `bedstone migrate repair --forget {}`",
                          row.version));
}

Error late(const MigrationFile& file, std::string_view newest, bool strict) {
  return Error(ErrorCode::kMigrationLate,
               fmt::format("{} is older than {}, which is applied", file.shown, newest))
      .because(strict ? "late migrations are refused here (strict_order)"
                      : "it was probably merged late; it runs now, after newer ones")
      .advise(strict ? fmt::format("give it a newer version (git mv {} …), or run "
                                   "without --strict-order and migrations.strict_order",
                                   file.shown)
                     : "make sure that it does not rely on running before them; --strict-order "
                       "refuses such files")
      .at(file.shown);
}

Error partly_reverted(const MigrationRow& row, const std::string& done) {
  return Error(ErrorCode::kPartlyReverted,
               fmt::format("migration {}{}{} is reverted in part", row.version,
                           row.name.empty() ? "" : "_", row.name))
      .because(fmt::format("its way back stopped behind: {}", done))
      .advise("`bedstone migrate down` goes on with it; then `bedstone up` applies it again");
}

Error older_repeatable(const MigrationFile& file) {
  return Error(ErrorCode::kDiverged,
               fmt::format("{} differs from what a newer release brought here; left as it is",
                           file.shown))
      .because("exactly these project files were brought up here before, and others after them")
      .advise(fmt::format("nothing to do while releases overlap; to go back to this text on "
                          "purpose: `bedstone migrate redo {}`",
                          file.name))
      .at(file.shown);
}

/// Of the migrations that a squash replaces.
struct Parts {
  std::vector<const MigrationRow*> there;
  std::vector<std::string> absent;
  std::vector<std::string> changed;  ///< Run with another text.
};

std::string listed(const std::vector<std::string>& versions) {
  constexpr std::size_t kShown = 5;
  const auto end =
      versions.begin() + static_cast<std::ptrdiff_t>(std::min(versions.size(), kShown));
  std::string result = text::join({versions.begin(), end}, ", ");
  if (versions.size() > kShown) result += fmt::format(" and {} more", versions.size() - kShown);
  return result;
}

Error half_way(const MigrationFile& file, const Parts& parts) {
  return Error(ErrorCode::kDiverged,
               fmt::format("this database is in the middle of what {} replaces", file.shown))
      .because(fmt::format("{} of those migrations are applied here, up to {}; not {}",
                           parts.there.size(), parts.there.back()->version, listed(parts.absent)))
      .advise(
          "bring it up with the last release before the squash, which still has those migrations; "
          "then with this one: `bedstone up`")
      .at(file.shown);
}

Error squashed_otherwise(const MigrationFile& file, const std::vector<std::string>& versions) {
  return Error(ErrorCode::kMigrationChanged,
               fmt::format("{} was run here with another text than the one that {} replaces",
                           listed(versions), file.shown))
      .because("so the database may not be what the squashed migration makes")
      .advise(fmt::format("compare them (`bedstone schema diff`); if the database is as it should "
                          "be: `bedstone migrate repair --accept {}`",
                          file.version))
      .at(file.shown);
}

class Comparer {
 public:
  explicit Comparer(const CompareInput& input) : input_(input) {
    for (const MigrationRow& row : input.history) {
      if (row.kind == store::kVersioned) {
        applied_[row.version] = &row;
      } else {
        repeatables_[row.version] = &row;
      }
    }
  }

  Comparison run() {
    result_.problems = input_.folder.problems;
    if (!applied_.empty()) result_.current_version = applied_.rbegin()->first;
    if (!input_.folder.versioned.empty()) {
      result_.latest_version = input_.folder.versioned.back().version;
    }
    for (const MigrationFile& file : input_.folder.versioned)
      versioned(file);
    sort_entries();
    unknown_versions();
    for (const MigrationFile& file : input_.folder.repeatables)
      repeatable(file);
    gone_repeatables();
    return std::move(result_);
  }

 private:
  void versioned(const MigrationFile& file) {
    if (stands_for_others(file)) return;
    const auto found = applied_.find(file.version);
    if (found == applied_.end()) return pending(file);
    const MigrationRow& row = *found->second;
    MigrationEntry entry{row.version, file.name,  "versioned",
                         "applied",   file.shown, to_applied(row)};
    if (row.how == "baseline") entry.status = "baseline";
    const auto sums = input_.versioned.find(file.version);
    // A baseline stands for a schema made elsewhere: its text was never run here.
    if (sums != input_.versioned.end() && row.checksum != sums->second.checksum) {
      // Layout, comments and the case of keywords may change without a word.
      if (row.tokens != sums->second.tokens) {
        entry.status = "changed";
        result_.problems.push_back(changed(file, row));
      }
    }
    if (const JournalRow* done = way_back(row.version)) {
      entry.status = "partial";
      result_.problems.push_back(partly_reverted(row, done->statement));
    }
    result_.entries.push_back(std::move(entry));
    seen_.insert(found->first);
  }

  /// A squash, where what it replaces was run one by one. A database that ran it itself, and one
  /// that ran nothing of it, take it for any other migration.
  bool stands_for_others(const MigrationFile& file) {
    const auto sums = input_.versioned.find(file.version);
    if (sums == input_.versioned.end() || sums->second.directives.replaces.empty()) return false;
    const Outline& squash = sums->second;
    const auto row = applied_.find(file.version);
    const bool ran = row != applied_.end() && row->second->tokens == squash.tokens;
    const Parts parts = parts_of(squash);
    if (parts.there.empty()) return false;
    for (const MigrationRow* one : parts.there) {
      seen_.insert(one->version);
      if (compare_versions(one->version, file.version) == 0) continue;
      result_.entries.push_back(
          {one->version, one->name, "versioned", "squashed", "", to_applied(*one)});
    }
    if (ran) return false;
    const bool fine = parts.absent.empty() && parts.changed.empty();
    if (!parts.absent.empty()) result_.problems.push_back(half_way(file, parts));
    if (parts.absent.empty() && !fine)
      result_.problems.push_back(squashed_otherwise(file, parts.changed));
    MigrationEntry entry{file.version, file.name, "versioned", fine ? "applied" : "changed",
                         file.shown,   {}};
    if (row != applied_.end()) entry.applied = to_applied(*row->second);
    result_.entries.push_back(std::move(entry));
    return true;
  }

  /// What the history has of the migrations that a squash replaces.
  Parts parts_of(const Outline& squash) const {
    Parts parts;
    std::map<std::string_view, std::vector<const Replaced*>, ByVersion> wanted;
    std::string_view covered;
    for (const Replaced& one : squash.directives.replaces) {
      wanted[one.version].push_back(&one);
      const auto row = applied_.find(one.version);
      if (one.all && row != applied_.end() && row->second->tokens == one.tokens)
        covered = one.version;
    }
    for (const auto& [version, texts] : wanted) {
      const auto row = applied_.find(version);
      if (row == applied_.end()) {
        if (covered.empty() || compare_versions(version, covered) > 0)
          parts.absent.emplace_back(version);
        continue;
      }
      parts.there.push_back(row->second);
      const bool same = std::any_of(texts.begin(), texts.end(), [&](const Replaced* one) {
        return one->tokens == row->second->tokens;
      });
      if (!same) parts.changed.emplace_back(version);
    }
    return parts;
  }

  void pending(const MigrationFile& file) {
    Pending one{&file};
    one.late = !applied_.empty() && compare_versions(file.version, applied_.rbegin()->first) < 0;
    one.partial = in_journal(store::kVersioned, file.version);
    std::string status = one.partial ? "partial" : one.late ? "late" : "pending";
    if (one.late && !one.partial) {
      Error error = late(file, applied_.rbegin()->first, input_.strict_order);
      (input_.strict_order ? result_.problems : result_.warnings).push_back(std::move(error));
    }
    result_.interrupted |= one.partial;
    result_.entries.push_back(
        {file.version, file.name, "versioned", std::move(status), file.shown, std::nullopt});
    result_.versioned.push_back(one);
  }

  void unknown_versions() {
    std::vector<const MigrationRow*> unknown;
    for (const auto& [version, row] : applied_) {
      if (!seen_.contains(version)) unknown.push_back(row);
    }
    if (unknown.empty()) return;
    result_.ahead = result_.versioned.empty();
    for (const MigrationRow* row : unknown) {
      if (!result_.ahead) result_.problems.push_back(missing(*row));
      result_.entries.push_back(
          {row->version, row->name, "versioned", "missing", "", to_applied(*row)});
    }
    sort_entries();
  }

  void sort_entries() {
    std::stable_sort(result_.entries.begin(), result_.entries.end(),
                     [](const MigrationEntry& a, const MigrationEntry& b) {
                       return compare_versions(a.version, b.version) < 0;
                     });
  }

  void repeatable(const MigrationFile& file) {
    const auto found = repeatables_.find(file.version);
    const auto sums = input_.repeatables.find(file.version);
    MigrationEntry entry{file.version, file.name, "repeatable", "applied", file.shown, {}};
    Pending one{&file};
    one.partial = in_journal(store::kRepeatable, file.version);
    bool due = found == repeatables_.end() || one.partial;
    if (found != repeatables_.end()) {
      entry.applied = to_applied(*found->second);
      due |= sums != input_.repeatables.end() && sums->second.tokens != found->second->tokens;
    }
    if (due && (result_.ahead || input_.older_release)) {
      entry.status = "superseded";
      if (!result_.ahead) result_.warnings.push_back(older_repeatable(file));
    } else if (due) {
      entry.status = one.partial ? "partial" : "pending";
      result_.interrupted |= one.partial;
      result_.repeatables.push_back(one);
    }
    result_.entries.push_back(std::move(entry));
  }

  void gone_repeatables() {
    for (const auto& [name, row] : repeatables_) {
      const bool known =
          std::any_of(input_.folder.repeatables.begin(), input_.folder.repeatables.end(),
                      [&name = name](const MigrationFile& file) { return file.version == name; });
      if (known) continue;
      result_.entries.push_back(
          {row->version, row->name, "repeatable", "missing", "", to_applied(*row)});
    }
  }

  /// What the journal knows last of a migration's way back.
  const JournalRow* way_back(std::string_view version) const {
    const JournalRow* last = nullptr;
    for (const JournalRow& row : input_.journal) {
      if (row.kind == store::kDown && row.version == version) last = &row;
    }
    return last;
  }

  bool in_journal(std::string_view kind, std::string_view version) const {
    return std::any_of(input_.journal.begin(), input_.journal.end(), [&](const JournalRow& row) {
      return row.kind == kind && row.version == version;
    });
  }

  const CompareInput& input_;
  History applied_;
  std::map<std::string_view, const MigrationRow*> repeatables_;
  std::set<std::string_view, ByVersion> seen_;
  Comparison result_;
};

}  // namespace

AppliedMigration to_applied(const MigrationRow& row) {
  AppliedMigration result;
  result.version = row.version;
  result.name = row.name;
  result.kind = row.how == "baseline" ? "baseline" : row.kind;
  result.checksum = row.checksum;
  result.applied_at = row.applied_at;
  result.duration_seconds = row.duration_seconds;
  result.run_id = row.run_id;
  result.applied_by = row.applied_by;
  result.host = row.host;
  result.bedstone_version = row.bedstone_version;
  result.has_down = row.down_sql.has_value();
  result.fingerprint = row.fingerprint.value_or("");
  return result;
}

Comparison compare(const CompareInput& input) {
  return Comparer(input).run();
}

}  // namespace bedstone::migrate
