// A row as the tree that a schema is about.
#include "seed/row_schema.hpp"

namespace bedstone::seed {
namespace {

data::Node copy(const data::Node& node) {
  if (node.is_sequence()) {
    std::vector<data::Node> items;
    for (const data::Node& item : node.items())
      items.push_back(copy(item));
    return data::Node::sequence(std::move(items), node.mark());
  }
  if (node.is_mapping()) {
    std::vector<data::Entry> entries;
    for (const data::Entry& entry : node.entries())
      entries.push_back({entry.key, entry.key_mark, copy(entry.value)});
    return data::Node::mapping(std::move(entries), node.mark());
  }
  return data::Node::scalar(node.text(), node.plain(), node.mark());
}

data::Mark mark_of(const Place& place) {
  return {place.line, place.column, 0};
}

}  // namespace

Checked<std::optional<RowSchema>> RowSchema::of(const SeedSet& set) {
  if (set.schema == nullptr) return std::optional<RowSchema>();
  auto schema = data::JsonSchema::compile(*set.schema, set.document);
  if (!schema) return fail(std::move(schema).error());
  return std::optional<RowSchema>(RowSchema(*std::move(schema), set));
}

/// Whether `properties:` says that the field is text: then 01234 is no number.
bool RowSchema::wants_text(std::string_view field) const {
  const data::Node* properties = set_->schema->find("properties");
  const data::Node* property = properties == nullptr ? nullptr : properties->find(field);
  const data::Node* type = property == nullptr ? nullptr : property->find("type");
  return type != nullptr && type->is_scalar() && type->text() == "string";
}

void RowSchema::check(const RowSource& source, const Row& row, Errors& errors) const {
  const data::Mark start = mark_of(row.place());
  std::vector<data::Entry> entries;
  for (std::size_t i = 0; i < source.fields().size(); ++i) {
    const std::string& name = source.fields()[i];
    const Field field = row.at(i);
    const data::Mark mark = mark_of(row.place(name));
    if (field.kind == Field::Kind::kNull) {
      entries.push_back({name, mark, data::Node::scalar("", true, mark)});
    } else if (field.kind == Field::Kind::kText) {
      entries.push_back(
          {name, mark, data::Node::scalar(std::string(field.text), !wants_text(name), mark)});
    } else if (field.kind == Field::Kind::kNode) {
      entries.push_back({name, mark, copy(*field.node)});
    }
  }
  data::Document document;
  document.root = data::Node::mapping(std::move(entries), start);
  document.files = {row.place().file};
  data::Violations violations;
  schema_.validate(document.root, violations);
  for (const data::Violation& one : violations.found)
    errors.push_back(data::to_error(one, document, ErrorCode::kSeedValue));
}

}  // namespace bedstone::seed
