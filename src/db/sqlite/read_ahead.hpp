/// ReadAhead: rows of a feed, read on a thread of its own while SQLite writes those before them.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "db/load.hpp"

namespace bedstone::db::sqlite {

/// The first rows are read by the caller: short lists are not worth a thread. The feed is not used
/// any more when this object is gone.
class ReadAhead {
 public:
  explicit ReadAhead(const RowFeed& feed) : feed_(feed) {}
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// The next row, which stays until the call after this one; empty at the end. What the feed
  /// throws is thrown here. `waiting` is called now and then when the feed is slow; its failure
  /// ends the wait.
  Result<std::span<const LoadCell>> next(const std::function<Status()>& waiting);

 private:
  /// Rows one behind the other, with an error or the end behind them where it came to that.
  struct Batch {
    std::unique_ptr<char[]> bytes;
    std::size_t room = 0;
    std::size_t used = 0;
    std::vector<LoadCell> cells;
    std::vector<std::size_t> ends;  ///< Of each row: one past its last cell.
    std::optional<Error> failure;
    std::exception_ptr thrown;
    bool last = false;

    void clear();
    /// Whether there was room for the row.
    bool take(std::span<const LoadCell> row);
  };

  bool start();
  void read();
  void fill(Batch& batch);
  Status wait_for_batch(const std::function<Status()>& waiting);

  const RowFeed& feed_;
  std::size_t read_here_ = 0;
  std::optional<std::span<const LoadCell>> left_over_;  ///< Had no room in the batch before.

  std::array<Batch, 2> batches_;
  std::size_t row_ = 0;   ///< Of the batch that is being written.
  bool holding_ = false;  ///< That batch is there.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t filled_ = 0;   ///< Batches, since the beginning.
  std::size_t written_ = 0;  ///< The same.
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace bedstone::db::sqlite
