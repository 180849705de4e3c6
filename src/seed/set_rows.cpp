// Each source understands its own keys; a key of another one is a mistake, not a wish passed over.
#include "seed/set_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/files.hpp"
#include "seed/set_keys.hpp"
#include "seed/set_name.hpp"

namespace bedstone::seed {
namespace {

using Kind = RowsFrom::Kind;

constexpr std::array<std::string_view, 9> kKeys{"from", "at",     "format", "delimiter", "encoding",
                                                "null", "header", "fields", "optional"};
constexpr std::array<std::string_view, 5> kFormats{"yaml", "json", "ndjson", "csv", "sql"};
constexpr std::array<Kind, 5> kKinds{Kind::kYaml, Kind::kJson, Kind::kNdjson, Kind::kCsv,
                                     Kind::kSql};
constexpr std::array<std::string_view, 5> kOnlyCsv{"delimiter", "encoding", "null", "header",
                                                   "fields"};

class RowsReader {
 public:
  RowsReader(const data::Node& node, SeedSet& set, Errors& errors)
      : node_(node), keys_(set.document, node, "rows.", errors), set_(set), from_(set.from) {}

  void read(std::string_view project_folder);

 private:
  void list();
  void source(std::string_view project_folder);
  void format();
  void only_for(std::string_view key, bool fits, std::string_view formats);
  void at();
  void csv();
  void delimiter();
  void null_text();
  void header();

  const data::Node& node_;
  SetKeys keys_;
  SeedSet& set_;
  RowsFrom& from_;
};

void RowsReader::read(std::string_view project_folder) {
  if (node_.is_sequence()) return list();
  if (node_.is_mapping()) return source(project_folder);
  keys_.complain(node_.mark(), fmt::format("rows cannot be {}", data::describe(node_)),
                 "write a list of rows, or where they are: rows: {from: seeds/countries.csv}");
}

void RowsReader::list() {
  set_.rows = &node_;
  for (std::size_t i = 0; i < node_.items().size(); ++i) {
    const data::Node& row = node_.items()[i];
    if (row.is_mapping() || row.broken()) continue;
    keys_.complain(row.mark(),
                   fmt::format("row {} is {}, and not a mapping", i + 1,
                               row.is_sequence() ? "a list" : "a single value"),
                   "write columns and values: - {name: admin}");
  }
}

void RowsReader::source(std::string_view project_folder) {
  keys_.only(kKeys);
  if (const auto path = keys_.text("from", "write a path from the project's folder")) {
    from_.path = files::resolve(project_folder, *path);
    from_.shown = *path;
  } else if (keys_.get("from") == nullptr && !keys_.broken("from")) {
    keys_.complain(node_.mark(), "rows.from is missing",
                   "write where the rows are: rows: {from: seeds/countries.csv}; or the rows "
                   "themselves as a list");
  }
  from_.place = keys_.place("from");
  from_.optional = keys_.flag("optional").value_or(false);
  format();
  if (from_.kind == Kind::kInline) return;
  at();
  csv();
}

void RowsReader::format() {
  if (keys_.get("format") != nullptr || keys_.broken("format")) {
    if (const auto choice = keys_.choice("format", kFormats)) from_.kind = kKinds[*choice];
  } else if (!from_.path.empty()) {
    const auto kind = kind_of_ending(from_.path);
    if (kind) {
      from_.kind = *kind;
    } else {
      keys_.complain(keys_.get("from")->mark(),
                     fmt::format("what {} holds cannot be told from its name", from_.shown),
                     fmt::format("add format: one of {}", fmt::join(kFormats, ", ")));
    }
  }
  if (from_.kind == Kind::kCsv && ending_of(from_.path) == "tsv") from_.delimiter = '\t';
}

void RowsReader::only_for(std::string_view key, bool fits, std::string_view formats) {
  const data::Node* node = node_.find(key);
  if (fits || node == nullptr || node->broken()) return;
  keys_.complain(node->mark(), fmt::format("rows.{} is for {} only", key, formats),
                 "remove it, or say format: when the file's name misleads");
}

void RowsReader::at() {
  only_for("at", from_.kind == Kind::kYaml || from_.kind == Kind::kJson, "YAML and JSON");
  const std::string hint = "write the way from the top: /users/*, or /providers/{provider}/*";
  const auto path = keys_.text("at", hint);
  if (!path) return;
  if (!path->starts_with('/')) return keys_.does_not_fit("at", *keys_.get("at"), hint);
  from_.at = *path;
}

void RowsReader::csv() {
  for (const std::string_view key : kOnlyCsv)
    only_for(key, from_.kind == Kind::kCsv, "CSV");
  if (from_.kind != Kind::kCsv) return;
  delimiter();
  if (auto name = keys_.text("encoding", "write an encoding's name: utf-8, utf-16, latin1")) {
    from_.encoding = *std::move(name);
  }
  null_text();
  header();
}

void RowsReader::delimiter() {
  const data::Node* node = keys_.get("delimiter");
  if (node == nullptr) return;
  const std::string& text = node->text();
  if (text == "tab" || text == "\\t") {
    from_.delimiter = '\t';
  } else if (text.size() == 1 && std::string_view("\"\r\n").find(text) == std::string::npos) {
    from_.delimiter = text.front();
  } else {
    keys_.does_not_fit("delimiter", *node, "write one character in quotes, such as \";\", or tab");
  }
}

/// `null: NULL` is YAML's null; what is meant is the text.
void RowsReader::null_text() {
  const data::Node* node = node_.find("null");
  if (node == nullptr || node->broken()) return;
  const bool nothing = node->is_null() && node->text().empty();
  if (node->is_scalar() && !nothing) {
    from_.null = node->text();
  } else {
    keys_.does_not_fit(
        "null", *node,
        "write the text that stands for NULL in the file: null: NULL, or null: \"\"");
  }
}

void RowsReader::header() {
  from_.header = keys_.flag("header").value_or(true);
  from_.fields = keys_.names("fields", "fields: [code, name]");
  const data::Node* fields = keys_.get("fields");
  if (from_.header && fields != nullptr) {
    keys_.complain(fields->mark(), "rows.fields is for files whose first line is no header",
                   "write header: false beside it; to rename fields use columns: {name: {from: "
                   "title}}");
  } else if (!from_.header && fields == nullptr) {
    keys_.complain(keys_.get("header")->mark(), "a file without a header needs rows.fields",
                   "name its columns in order: fields: [code, name]");
  }
}

}  // namespace

void read_rows(const data::Node& node, std::string_view project_folder, SeedSet& set,
               Errors& errors) {
  RowsReader(node, set, errors).read(project_folder);
}

}  // namespace bedstone::seed
