// From what a set says to where its rows are.
#include "seed/rows.hpp"

#include "data/json.hpp"
#include "data/yaml.hpp"
#include "seed/rows_stream.hpp"
#include "seed/rows_tree.hpp"

namespace bedstone::seed {
namespace {

Checked<std::unique_ptr<RowSource>> open_tree(const SeedSet& set) {
  const bool json = set.from.kind == RowsFrom::Kind::kJson;
  auto read = json ? data::read_json(set.from.path) : data::read_yaml(set.from.path);
  if (!read) return fail(std::move(read).error());
  auto document = std::make_shared<data::Document>(*std::move(read));
  document->files = {set.from.shown};
  auto path = data::parse_path(set.from.at.empty() ? "/*" : set.from.at);
  if (!path) {
    Error error = std::move(path).error();
    error.place = set.from.place;
    return fail_all(std::move(error));
  }
  auto matches = data::select(*document, *path);
  if (!matches) {
    Error error = std::move(matches).error();
    if (error.place.file.empty()) error.place = set.from.place;
    return fail_all(std::move(error));
  }
  return rows_of_document(std::move(document), *std::move(matches));
}

}  // namespace

Field field_of(const data::Node* node) {
  if (node == nullptr) return {};
  if (node->is_null()) return {Field::Kind::kNull, {}, node};
  return {Field::Kind::kNode, {}, node};
}

Field field_of(const data::Node& record, std::string_view name) {
  if (record.is_mapping()) return field_of(record.find(name));
  return name == kValueField ? field_of(&record) : Field{};
}

std::string to_text(const Field& field) {
  if (field.kind != Field::Kind::kNode) return std::string(field.text);
  return field.node->is_scalar() ? field.node->text() : data::to_json(*field.node);
}

Checked<std::unique_ptr<RowSource>> open_rows(const SeedSet& set) {
  switch (set.from.kind) {
    case RowsFrom::Kind::kInline:
      return rows_of_set(set);
    case RowsFrom::Kind::kYaml:
    case RowsFrom::Kind::kJson:
      return open_tree(set);
    case RowsFrom::Kind::kNdjson:
      return open_ndjson(set);
    case RowsFrom::Kind::kCsv:
      return open_csv(set);
    case RowsFrom::Kind::kSql:
      break;  // Has statements, not rows.
  }
  return fail_all(Error(ErrorCode::kSeedSource, "a set of SQL has no rows").at(set.shown));
}

}  // namespace bedstone::seed
