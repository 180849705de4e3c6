#include "db/sqlite/read_ahead.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <system_error>

#include "base/threads.hpp"

namespace bedstone::db::sqlite {
namespace {

constexpr std::size_t kReadHere = 1000;  ///< Rows.
constexpr std::size_t kBatchBytes = std::size_t{256} * 1024;
constexpr std::size_t kBatchCells = std::size_t{16} * 1024;
constexpr std::chrono::milliseconds kPatience{100};

}  // namespace

void ReadAhead::Batch::clear() {
  used = 0;
  cells.clear();
  ends.clear();
}

bool ReadAhead::Batch::take(std::span<const LoadCell> row) {
  std::size_t size = 0;
  for (const LoadCell& cell : row)
    size += cell.bytes.size();
  if (used + size > room || cells.size() + row.size() > kBatchCells) {
    if (!ends.empty()) return false;
    if (size > room || !bytes) {
      room = std::max(size, kBatchBytes);
      bytes = std::make_unique_for_overwrite<char[]>(room);
    }
  }
  for (const LoadCell& cell : row) {
    char* const place = bytes.get() + used;
    if (!cell.bytes.empty()) std::memcpy(place, cell.bytes.data(), cell.bytes.size());
    used += cell.bytes.size();
    cells.push_back({cell.kind, {place, cell.bytes.size()}});
  }
  ends.push_back(cells.size());
  return true;
}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool ReadAhead::start() {
  try {
    thread_ = start_thread([this] { read(); });
  } catch (const std::system_error&) {
    // Without a thread the caller goes on reading.
  }
  return thread_.joinable();
}

Result<std::span<const LoadCell>> ReadAhead::next(const std::function<Status()>& waiting) {
  if (!thread_.joinable()) {
    ++read_here_;
    if (read_here_ % kReadHere != 0 || !start()) return feed_();
  }
  for (;;) {
    // Once a batch is there, its rows cost no lock.
    if (!holding_) BEDSTONE_TRY(wait_for_batch(waiting));
    holding_ = true;
    Batch& batch = batches_[written_ % batches_.size()];
    if (row_ < batch.ends.size()) {
      const std::size_t begin = row_ == 0 ? 0 : batch.ends[row_ - 1];
      return std::span<const LoadCell>(batch.cells).subspan(begin, batch.ends[row_++] - begin);
    }
    if (batch.thrown) std::rethrow_exception(batch.thrown);
    if (batch.failure) return fail(*batch.failure);
    if (batch.last) return std::span<const LoadCell>{};
    row_ = 0;
    holding_ = false;
    {
      const std::lock_guard lock(mutex_);
      ++written_;
    }
    changed_.notify_all();
  }
}

Status ReadAhead::wait_for_batch(const std::function<Status()>& waiting) {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kPatience, [this] { return filled_ > written_; })) {
    lock.unlock();
    BEDSTONE_TRY(waiting());
    lock.lock();
  }
  return {};
}

void ReadAhead::read() {
  for (;;) {
    std::size_t number = 0;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stop_ || filled_ - written_ < batches_.size(); });
      if (stop_) return;
      number = filled_;
    }
    Batch& batch = batches_[number % batches_.size()];
    batch.clear();
    fill(batch);
    const bool over = batch.last;
    {
      const std::lock_guard lock(mutex_);
      ++filled_;
    }
    changed_.notify_all();
    if (over) return;
  }
}

void ReadAhead::fill(Batch& batch) {
  try {
    for (;;) {
      if (!left_over_) {
        auto row = feed_();
        if (!row) batch.failure = std::move(row).error();
        batch.last = !row || row->empty();
        if (batch.last) return;
        left_over_ = *row;
      }
      if (!batch.take(*left_over_)) return;
      left_over_.reset();
    }
  } catch (...) {
    batch.thrown = std::current_exception();
    batch.last = true;
  }
}

}  // namespace bedstone::db::sqlite
