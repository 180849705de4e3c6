/// Job: one migration being carried out. Private to the runner.
#pragma once

#include "migrate/batch.hpp"
#include "migrate/foreign_keys.hpp"
#include "migrate/runner.hpp"
#include "sql/splitter.hpp"

namespace bedstone::migrate {

struct Runner::Job {
  std::string kind;  ///< As in the journal.
  std::string version;
  std::string label;
  std::string shown;  ///< The file's name for people.
  std::uint32_t line_offset = 0;
  Outline outline;
  bool down = false;
  std::vector<store::JournalRow> journal;  ///< Of this migration only.
  store::MigrationRow row;                 ///< To record, or to forget when going back.
  std::function<Result<sql::Source>()> open;

  std::unique_ptr<sql::Splitter> splitter;    ///< Where the second pass stands.
  std::optional<sql::Statement> ahead;        ///< Read but not yet taken.
  std::size_t next_kept = 0;                  ///< The same, where the outline kept the statements.
  Loose loose_before;                         ///< SQLite: what had no parent, before.
  std::vector<store::UnbuiltIndex> unbuilt;   ///< Found by the transaction at work.
  std::vector<store::UnbuiltIndex> obsolete;  ///< Of earlier ones: it makes or drops these itself.
  bool out_of_patience = false;               ///< What may be tried again is not any more.
  bool debris = false;  ///< A bare statement that failed left something behind.
  Stopwatch watch;
  RunReport report;

  explicit Job(const Clock& clock) : watch(clock) {}

  const store::JournalRow* journaled(std::size_t unit) const {
    for (const store::JournalRow& one : journal) {
      if (one.unit == static_cast<std::int64_t>(unit) + 1) return &one;
    }
    return nullptr;
  }
  bool is_done(std::size_t unit) const {
    const store::JournalRow* row_found = journaled(unit);
    return row_found != nullptr && row_found->done;
  }
  bool is_last(std::size_t unit) const { return unit + 1 >= outline.units.size(); }

  /// Whether some statements are more than text to be sent.
  bool looks_at_each() const {
    return outline.directives.optional_indexes || (outline.drops_tables && outline.changes_session);
  }
  /// What a committed transaction went without belongs into the report.
  void tell_unbuilt() {
    std::move(unbuilt.begin(), unbuilt.end(), std::back_inserter(report.unbuilt));
    unbuilt.clear();
  }
  /// Positions the second pass at the first statement of `unit`.
  Status rewind_to(std::size_t unit, db::Engine engine);
  /// The next statement up to number `last`, passing over the file's own BEGIN and COMMIT.
  Result<std::optional<sql::Statement>> take(std::uint64_t last);

 private:
  bool is_skipped(std::uint64_t number) const;
};

}  // namespace bedstone::migrate
