// One pass over the source feeds the target's bulk load and the sums.
#include "transfer/copy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "db/scan.hpp"

namespace bedstone::transfer {
namespace {

std::string select_of(const db::Dialect& dialect, bool is_source, const CopyJob& job) {
  std::string columns;
  for (const ColumnRule& rule : job.columns) {
    columns += columns.empty() ? "" : ", ";
    columns += dialect.quote_identifier(is_source ? rule.source : rule.target);
  }
  return fmt::format("SELECT {} FROM {}{}", columns, is_source ? job.source : job.target,
                     job.where);
}

/// "the row with id 17", or its number where no key names it.
std::string row_name(const CopyJob& job, std::span<const db::ScanCell> cells, std::int64_t number) {
  std::string name;
  for (const std::string& column : job.key) {
    const auto found =
        std::find_if(job.columns.begin(), job.columns.end(),
                     [&column](const ColumnRule& rule) { return rule.source == column; });
    if (found == job.columns.end()) continue;
    const auto index = static_cast<std::size_t>(found - job.columns.begin());
    name += fmt::format("{}{} {}", name.empty() ? "" : ", ", column,
                        text::printable(text::excerpt(cells[index].bytes, 60)));
  }
  return name.empty() ? fmt::format("row {}", number) : fmt::format("the row with {}", name);
}

class Feed {
 public:
  Feed(const CopyJob& job, db::Scan& scan)
      : job_(job), scan_(scan), cells_(job.columns.size()), buffers_(job.columns.size()) {}

  Result<std::span<const db::LoadCell>> next() {
    BEDSTONE_ASSIGN(const auto row, scan_.next());
    if (row.empty()) return std::span<const db::LoadCell>();
    bytes_.clear();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const ColumnRule& rule = job_.columns[i];
      std::string wrong = convert(rule, row[i], buffers_[i], cells_[i]);
      if (!wrong.empty()) return fail(refused(rule, row, std::move(wrong)));
      add_canonical(rule, rule.from, row[i], bytes_);
    }
    contents_.add(bytes_);
    read_.store(contents_.rows(), std::memory_order_relaxed);
    return std::span<const db::LoadCell>(cells_);
  }

  /// For when load() has returned.
  const Contents& contents() const { return contents_; }
  /// Rows so far; from any thread.
  std::int64_t read() const { return read_.load(std::memory_order_relaxed); }

 private:
  Error refused(const ColumnRule& rule, std::span<const db::ScanCell> row, std::string wrong) {
    return Error(ErrorCode::kTransferValue,
                 fmt::format("{}: {} of {} holds {}", job_.shown,
                             row_name(job_, row, contents_.rows() + 1), rule.source, wrong))
        .because(fmt::format("the column {} of the target cannot hold it", rule.target))
        .advise(
            "mend the row in the source, and give the same command again: it goes on with "
            "this table");
  }

  const CopyJob& job_;
  db::Scan& scan_;
  std::vector<db::LoadCell> cells_;
  std::vector<std::string> buffers_;
  std::string bytes_;
  Contents contents_;
  std::atomic<std::int64_t> read_{0};
};

/// Reads the source again as far as the row that the engine blamed.
std::string blamed_row(db::Connection& source, const CopyJob& job, std::int64_t number) {
  if (number <= 0) return "a row";
  auto scanned = db::scan(source, select_of(source.dialect(), true, job));
  if (!scanned) return fmt::format("row {}", number);
  for (std::int64_t at = 1;; ++at) {
    const auto row = (*scanned)->next();
    if (!row || row->empty()) return fmt::format("row {}", number);
    if (at == number) return row_name(job, *row, number);
  }
}

/// The engine's messages about values repeat them, and a value may be a secret.
bool is_about_a_value(const Error& error) {
  return error.sqlstate.starts_with("22") || error.code == ErrorCode::kBadValue ||
         error.sqlstate == "SQLITE_MISMATCH";
}

Error not_taken(db::Connection& source, const CopyJob& job, Error error, std::int64_t number) {
  const bool constraint =
      error.sqlstate.starts_with("23") || error.sqlstate.starts_with("SQLITE_CONSTRAINT");
  if (!constraint && !is_about_a_value(error)) return error;
  const std::string row = blamed_row(source, job, number);
  if (constraint) {
    return Error(ErrorCode::kTransferValue,
                 fmt::format("{}: {} breaks a rule of the target", job.shown, row))
        .because(error.message)
        .advise(
            "mend the row in the source, and give the same command again: it goes on with "
            "this table")
        .with_sqlstate(error.sqlstate);
  }
  return Error(ErrorCode::kTransferValue,
               fmt::format("{}: {} holds a value that the target does not take", job.shown, row))
      .because(error.cause.empty() ? std::string(code_summary(error.code)) : error.cause)
      .advise(
          "mend the row in the source, and give the same command again: it goes on with this "
          "table")
      .with_sqlstate(error.sqlstate);
}

}  // namespace

void Contents::add(std::string_view row) {
  const std::uint64_t hash = short_hash(row);
  ++rows_;
  sum_ += hash;
  // Two rows that changed into two others with the same sum have another one of squares.
  squares_ += hash * (hash | 1U);
}

std::string Contents::hash() const {
  return fmt::format("{:016x}{:016x}", sum_, squares_);
}

Result<Contents> copy_rows(db::Connection& source, db::Connection& target, const CopyJob& job) {
  std::int64_t failed = 0;
  Result<std::int64_t> loaded = 0;
  Contents contents;
  {
    BEDSTONE_ASSIGN(const auto scanned, db::scan(source, select_of(source.dialect(), true, job)));
    Feed feed(job, *scanned);
    db::LoadTarget into{job.target, {}};
    for (const ColumnRule& rule : job.columns)
      into.columns.push_back(rule.target);
    if (job.on_rows) into.tick = [&] { job.on_rows(feed.read()); };
    loaded = target.load(
        into, [&feed] { return feed.next(); }, &failed);
    contents = feed.contents();
  }
  if (loaded) return contents;
  if (loaded.error().code == ErrorCode::kTransferValue) return fail(loaded.error());
  return fail(not_taken(source, job, std::move(loaded).error(), failed));
}

Result<Contents> contents_of(db::Connection& connection, bool is_source, const CopyJob& job) {
  BEDSTONE_ASSIGN(const auto scanned,
                  db::scan(connection, select_of(connection.dialect(), is_source, job)));
  Contents contents;
  std::string bytes;
  for (;;) {
    BEDSTONE_ASSIGN(const auto row, scanned->next());
    if (row.empty()) return contents;
    bytes.clear();
    for (std::size_t i = 0; i < row.size(); ++i)
      add_canonical(job.columns[i], connection.engine(), row[i], bytes);
    contents.add(bytes);
  }
}

}  // namespace bedstone::transfer
