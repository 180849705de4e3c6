// One JSON value per line.
#include <cstddef>
#include <optional>
#include <set>
#include <vector>

#include "base/files.hpp"
#include "data/ndjson.hpp"
#include "data/path.hpp"
#include "seed/rows_stream.hpp"

namespace bedstone::seed {
namespace {

class NdjsonSource final : public RowSource, public Row {
 public:
  explicit NdjsonSource(const SeedSet& set) : set_(set) {}

  /// Later lines may have fields that the first ones lack.
  Errors find_fields() {
    Errors errors;
    if (Status opened = rewind(); !opened) return {std::move(opened).error()};
    std::set<std::string, std::less<>> seen;
    while (auto line = reader_->next()) {
      if (!*line) {
        for (Error& error : line->error())
          errors.push_back(std::move(error));
        if (errors.size() >= kMostErrors || errors.back().place.line == 0) break;
        continue;
      }
      const data::Node& node = **line;
      ++size_;
      if (!node.is_mapping() && seen.emplace(kValueField).second) add(kValueField);
      for (const data::Entry& entry : node.entries()) {
        if (seen.insert(entry.key).second) add(entry.key);
      }
    }
    if (Status opened = rewind(); !opened) return {std::move(opened).error()};
    return errors;
  }

  const std::vector<std::string>& fields() const override { return fields_; }
  Place field_place(std::size_t index) const override {
    return {set_.from.shown, lines_[index], 1};
  }
  std::size_t size_hint() const override { return size_; }

  Result<const Row*> next() override {
    if (at_ == rows_.size()) {
      auto line = reader_->next();
      if (!line) return nullptr;
      if (!*line) return fail(std::move(line->error().front()));
      if (!marked_) rows_.clear();
      rows_.push_back(std::move(**line));
      at_ = rows_.size() - 1;
    }
    ++at_;
    return this;
  }

  Status rewind() override {
    BEDSTONE_ASSIGN(auto reader, files::Reader::open(set_.from.path));
    reader_.emplace(std::move(reader), set_.from.shown);
    rows_.clear();
    at_ = 0;
    marked_ = false;
    return {};
  }

  bool streams() const override { return true; }
  void mark() override {
    rows_.erase(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    marked_ = true;
  }
  void back() override { at_ = 0; }

  Field at(std::size_t index) const override { return own(fields_[index]); }

  Field find(std::string_view path) const override {
    if (path.find('/') == std::string_view::npos) return own(path);
    data::Match match;
    match.node = &row();
    return field_of(data::look_up(match, path));
  }

  Place place(std::string_view field) const override {
    const data::Node* node = field.empty() ? nullptr : row().find(field);
    const data::Mark& mark = node != nullptr ? node->mark() : row().mark();
    return {set_.from.shown, mark.line, mark.column};
  }

 private:
  static constexpr std::size_t kMostErrors = 100;

  void add(std::string_view name) {
    fields_.emplace_back(name);
    lines_.push_back(reader_->line());
  }

  const data::Node& row() const { return rows_[at_ - 1]; }
  Field own(std::string_view name) const { return field_of(row(), name); }

  const SeedSet& set_;
  std::optional<data::NdjsonReader> reader_;
  std::vector<data::Node> rows_;  ///< The row of now, and since mark() those around it.
  std::size_t at_ = 0;            ///< How many of them were given.
  bool marked_ = false;
  std::vector<std::string> fields_;
  std::vector<std::uint32_t> lines_;
  std::size_t size_ = 0;
};

}  // namespace

Checked<std::unique_ptr<RowSource>> open_ndjson(const SeedSet& set) {
  auto source = std::make_unique<NdjsonSource>(set);
  if (Errors errors = source->find_fields(); !errors.empty()) return fail(std::move(errors));
  return std::unique_ptr<RowSource>(std::move(source));
}

}  // namespace bedstone::seed
