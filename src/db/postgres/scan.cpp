// A cursor of the open transaction, so that neither side holds more than a page.
#include "db/postgres/scan.hpp"

#include <vector>

namespace bedstone::db::postgres {
namespace {

constexpr std::string_view kFetch = "FETCH FORWARD 4000 FROM bedstone_scan";

class CursorScan final : public Scan {
 public:
  explicit CursorScan(Connection& connection) : connection_(connection) {}
  ~CursorScan() override {
    // Behind a failure, or the end of the transaction, it is gone already.
    if (connection_.lost() || !connection_.in_transaction() || failed_) return;
    [[maybe_unused]] const auto closed = connection_.execute("CLOSE bedstone_scan");
  }
  CursorScan(const CursorScan&) = delete;
  CursorScan& operator=(const CursorScan&) = delete;

  Result<std::span<const ScanCell>> next() override {
    if (at_ == page_.size() && !ended_) BEDSTONE_TRY(fetch());
    if (at_ == page_.size()) return std::span<const ScanCell>();
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const auto value = page_.at(at_, i);
      cells_[i].kind = value ? ScanCell::Kind::kText : ScanCell::Kind::kNull;
      cells_[i].bytes = value.value_or(std::string_view());
    }
    ++at_;
    return std::span<const ScanCell>(cells_);
  }

 private:
  Status fetch() {
    auto page = connection_.query(kFetch);
    failed_ = !page;
    if (!page) return fail(std::move(page).error());
    page_ = *std::move(page);
    at_ = 0;
    ended_ = page_.empty();
    cells_.resize(page_.columns());
    return {};
  }

  Connection& connection_;
  Rows page_;
  std::size_t at_ = 0;
  bool ended_ = false;
  bool failed_ = false;
  std::vector<ScanCell> cells_;
};

}  // namespace

Result<std::unique_ptr<Scan>> scan(Connection& connection, std::string select) {
  const auto opened =
      connection.execute("DECLARE bedstone_scan NO SCROLL CURSOR WITHOUT HOLD FOR " + select);
  if (!opened) return fail(opened.error());
  return std::make_unique<CursorScan>(connection);
}

}  // namespace bedstone::db::postgres
