// Rows that stand in a tree: inline, or in a YAML or JSON file.
#include "seed/rows_tree.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace bedstone::seed {
namespace {

class TreeSource final : public RowSource, public Row {
 public:
  TreeSource(const data::Document& document, std::shared_ptr<const data::Document> owner,
             std::vector<data::Match> matches)
      : document_(document), owner_(std::move(owner)), matches_(std::move(matches)) {
    for (const data::Match& match : matches_) {
      for (const auto& [name, value] : match.bindings)
        add_field(name, match.node->mark());
    }
    bound_ = fields_.size();
    for (const data::Match& match : matches_) {
      if (!match.node->is_mapping()) add_field(kValueField, match.node->mark());
      for (const data::Entry& entry : match.node->entries())
        add_field(entry.key, entry.key_mark);
    }
  }

  const std::vector<std::string>& fields() const override { return fields_; }
  Place field_place(std::size_t index) const override { return document_.place(marks_[index]); }
  std::size_t size_hint() const override { return matches_.size(); }

  Result<const Row*> next() override {
    if (at_ == matches_.size()) return nullptr;
    match_ = &matches_[at_++];
    return this;
  }

  Status rewind() override {
    at_ = 0;
    return {};
  }

  Field at(std::size_t index) const override {
    const std::string& name = fields_[index];
    if (index < bound_) return binding(name);
    return own(name);
  }

  Field find(std::string_view path) const override {
    if (path.starts_with("../") || path.find('/') != std::string_view::npos) {
      return field_of(data::look_up(*match_, path));
    }
    const Field found = own(path);
    return found.kind == Field::Kind::kAbsent ? binding(path) : found;
  }

  Place place(std::string_view field) const override {
    const data::Node* node = field.empty() ? nullptr : match_->node->find(field);
    return document_.place(node != nullptr ? node->mark() : match_->node->mark());
  }

 private:
  void add_field(std::string_view name, const data::Mark& mark) {
    if (!seen_.insert(std::string(name)).second) return;
    fields_.emplace_back(name);
    marks_.push_back(mark);
  }

  Field binding(std::string_view name) const {
    for (const auto& [bound, value] : match_->bindings) {
      if (bound == name) return {Field::Kind::kText, value};
    }
    return {};
  }

  Field own(std::string_view name) const { return field_of(*match_->node, name); }

  const data::Document& document_;
  std::shared_ptr<const data::Document> owner_;  ///< Null where the set itself is the document.
  std::vector<data::Match> matches_;
  std::vector<std::string> fields_;
  std::vector<data::Mark> marks_;
  std::set<std::string, std::less<>> seen_;
  std::size_t bound_ = 0;  ///< So many fields come from the path.
  std::size_t at_ = 0;
  const data::Match* match_ = nullptr;
};

}  // namespace

std::unique_ptr<RowSource> rows_of_set(const SeedSet& set) {
  std::vector<data::Match> matches;
  for (const data::Node& row : set.rows->items()) {
    data::Match& match = matches.emplace_back();
    match.node = &row;
  }
  return std::make_unique<TreeSource>(set.document, nullptr, std::move(matches));
}

std::unique_ptr<RowSource> rows_of_document(std::shared_ptr<const data::Document> document,
                                            std::vector<data::Match> matches) {
  const data::Document& tree = *document;
  return std::make_unique<TreeSource>(tree, std::move(document), std::move(matches));
}

}  // namespace bedstone::seed
