// Records of a CSV file; nothing is copied on the way to the stage.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>

#include "base/files.hpp"
#include "data/csv.hpp"
#include "seed/rows_stream.hpp"

namespace bedstone::seed {
namespace {

class CsvSource final : public RowSource, public Row {
 public:
  explicit CsvSource(const SeedSet& set) : set_(set) {}

  Errors start() {
    if (Status opened = open(); !opened) return {std::move(opened).error()};
    if (!set_.from.header) {
      fields_ = set_.from.fields;
      reader_->expect(fields_);
      return {};
    }
    auto names = reader_->header();
    if (!names) return std::move(names).error();
    fields_ = *std::move(names);
    return {};
  }

  const std::vector<std::string>& fields() const override { return fields_; }
  Place field_place(std::size_t) const override {
    return set_.from.header ? Place{set_.from.shown, 1, 0} : set_.from.place;
  }
  bool can_go_on() const override { return !broken_; }

  Result<const Row*> next() override {
    auto record = reader_->next();
    if (!record) return nullptr;
    if (!*record) {
      // An error without a line is one of reading, not of a record.
      broken_ = record->error().place.line == 0;
      return fail(std::move(*record).error());
    }
    record_ = **record;
    if (seen_++ % kEvery == 0) sample();
    return this;
  }

  Status rewind() override {
    BEDSTONE_TRY(open());
    if (!set_.from.header) {
      reader_->expect(fields_);
      return {};
    }
    if (auto names = reader_->header(); !names) return fail(std::move(names.error().front()));
    return {};
  }

  bool streams() const override { return true; }
  void mark() override { reader_->mark(); }
  void back() override { reader_->back(); }
  /// An estimate, from the size of some records.
  std::size_t size_hint() const override {
    const std::uintmax_t of_one = record_bytes_;
    if (of_one == 0) return 0;
    std::error_code none;
    const std::uintmax_t bytes = std::filesystem::file_size(set_.from.path, none);
    return none ? 0 : static_cast<std::size_t>(bytes / of_one);
  }

  Field at(std::size_t index) const override {
    const auto& field = record_.fields[index];
    if (field.stands_for(set_.from.null.value_or(""))) return {Field::Kind::kNull};
    return {Field::Kind::kText, field.text};
  }

  Field find(std::string_view name) const override {
    const auto found = std::find(fields_.begin(), fields_.end(), name);
    if (found == fields_.end()) return {};
    return at(static_cast<std::size_t>(found - fields_.begin()));
  }

  Place place(std::string_view name) const override {
    Place place{set_.from.shown, record_.line, 0};
    const auto found = std::find(fields_.begin(), fields_.end(), name);
    if (found == fields_.end()) return place;
    const auto& field = record_.fields[static_cast<std::size_t>(found - fields_.begin())];
    place.line = field.line;
    place.column = field.column;
    return place;
  }

 private:
  static constexpr std::size_t kEvery = 64;

  void sample() {
    ++sampled_;
    // A delimiter or a line's end behind each field.
    for (const auto& field : record_.fields)
      sampled_bytes_ += field.text.size() + 1;
    record_bytes_ = sampled_bytes_ / sampled_;
  }

  Status open() {
    broken_ = false;
    BEDSTONE_ASSIGN(auto reader, files::Reader::open(set_.from.path));
    reader_.emplace(std::move(reader), set_.from.shown,
                    data::CsvFormat{set_.from.delimiter, set_.from.encoding});
    return {};
  }

  const SeedSet& set_;
  std::optional<data::CsvReader> reader_;
  data::CsvRecord record_;
  std::vector<std::string> fields_;
  bool broken_ = false;
  std::size_t seen_ = 0;
  std::size_t sampled_ = 0;
  std::uintmax_t sampled_bytes_ = 0;
  std::atomic<std::uintmax_t> record_bytes_ = 0;  ///< On average, of those sampled.
};

}  // namespace

Checked<std::unique_ptr<RowSource>> open_csv(const SeedSet& set) {
  auto source = std::make_unique<CsvSource>(set);
  if (Errors errors = source->start(); !errors.empty()) return fail(std::move(errors));
  return std::unique_ptr<RowSource>(std::move(source));
}

}  // namespace bedstone::seed
