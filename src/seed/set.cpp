// One set's file: parsed, expanded, every key checked, whatever else is wrong.
#include "seed/set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include "base/files.hpp"
#include "base/text.hpp"
#include "data/scalars.hpp"
#include "data/yaml.hpp"
#include "project/expand.hpp"
#include "seed/set_keys.hpp"
#include "seed/set_reader.hpp"
#include "seed/set_rows.hpp"

namespace bedstone::seed {
namespace {

constexpr std::int64_t kSetVersion = 1;
constexpr std::array<std::string_view, 12> kKeys{"version",  "table",   "key",    "mode",
                                                 "only_if",  "ledger",  "when",   "rows",
                                                 "defaults", "columns", "ignore", "schema"};
constexpr std::array<std::string_view, 3> kModes{"insert", "update", "sync"};

class SetReader {
 public:
  SetReader(SetDraft& draft, const SetContext& context)
      : draft_(draft), set_(draft.set), context_(context) {}

  /// Reads the document that the set holds.
  void read(std::string_view environment_of_name, bool only_here);

 private:
  bool check_root();
  bool check_version(const SetKeys& keys);
  void when(std::string_view environment_of_name);
  void read_elsewhere();
  void expand_all();
  void table(const SetKeys& keys);
  void how(const SetKeys& keys);
  void ledger(const SetKeys& keys);
  void rows(const SetKeys& keys);
  void expressions(const SetKeys& keys, std::string_view key, Expressions& out);
  void schema(const SetKeys& keys);
  void gather_variables();
  data::Node& root() { return set_.document.root; }

  SetDraft& draft_;
  SeedSet& set_;
  const SetContext& context_;
};

void SetReader::read(std::string_view environment_of_name, bool only_here) {
  if (!check_root()) return;
  const SetKeys keys(set_.document, root(), "", draft_.errors);
  if (!check_version(keys)) return;
  when(environment_of_name);
  if (only_here && draft_.errors.empty() && !counts_in(set_, context_.env)) {
    return read_elsewhere();
  }
  expand_all();
  keys.only(kKeys);
  table(keys);
  how(keys);
  rows(keys);
  expressions(keys, "defaults", set_.defaults);
  expressions(keys, "columns", set_.columns);
  set_.ignore = keys.names("ignore", "ignore: [roles]");
  schema(keys);
  gather_variables();
}

bool SetReader::check_root() {
  if (root().is_mapping()) return true;
  const SetKeys keys(set_.document, root(), "", draft_.errors);
  if (root().is_sequence()) {
    // It may be data that another set names.
    draft_.source_known = true;
    keys.complain(root().mark(),
                  fmt::format("{} holds a list, and a seed set begins with keys", set_.shown),
                  fmt::format("begin it with table: {}, and put the list below rows:; or let "
                              "another set name it: rows: {{from: {}}}",
                              set_.name, set_.shown));
  } else {
    keys.complain(root().mark(),
                  fmt::format("{} holds {}", set_.shown,
                              root().is_null() ? "nothing" : "a single value instead of keys"),
                  fmt::format("begin it with table: {}", set_.name));
  }
  return false;
}

bool SetReader::check_version(const SetKeys& keys) {
  const data::Node* version = root().find("version");
  if (version == nullptr || version->is_null()) return true;
  const auto number = version->as_integer();
  if (number == kSetVersion) return true;
  if (number && *number > kSetVersion) {
    draft_.errors.push_back(
        Error(ErrorCode::kUnsupportedVersion,
              fmt::format("{} is of format {}, and this Bedstone knows formats up to {}",
                          set_.shown, *number, kSetVersion))
            .advise("use a newer Bedstone; `bedstone --version` shows which one this is")
            .at(keys.place_of(*version)));
  } else {
    keys.does_not_fit("version", *version, fmt::format("write version: {}", kSetVersion));
  }
  return false;
}

/// In which environments the set counts: what the name says, what `when:` says, or what both say.
void SetReader::when(std::string_view environment_of_name) {
  if (data::Node* node = root().find("when")) {
    expand_variables(*node, set_.document, context_.environment, draft_.errors);
  }
  const SetKeys keys(set_.document, root(), "", draft_.errors);
  const data::Node* node = keys.get("when");
  if (node != nullptr && node->is_mapping()) {
    const SetKeys inside(set_.document, *node, "when.", draft_.errors);
    inside.only(std::array<std::string_view, 1>{"env"});
    set_.environments = inside.names("env", "when: {env: [dev, test]}");
    if (node->entries().empty()) {
      keys.complain(node->mark(), "when names no environment", "write when: dev");
    }
  } else {
    set_.environments = keys.names("when", "when: [dev, test]");
  }
  if (environment_of_name.empty()) return;
  const auto& named = set_.environments;
  if (node != nullptr && !named.empty() &&
      std::find(named.begin(), named.end(), environment_of_name) == named.end()) {
    keys.complain(node->mark(),
                  fmt::format("the set counts nowhere: its file's name says {}, and when does not",
                              environment_of_name),
                  "rename the file, or remove when:");
  }
  set_.environments = {std::string(environment_of_name)};
}

/// Where the rows of a set are that does not count here: that file is no set either.
void SetReader::read_elsewhere() {
  draft_.elsewhere = true;
  data::Node* rows = root().find("rows");
  data::Node* from = rows != nullptr ? rows->find("from") : nullptr;
  draft_.source_known = true;
  if (from == nullptr) return;
  Errors errors;
  expand_variables(*from, set_.document, context_.environment, errors);
  draft_.source_known = errors.empty();
  if (errors.empty()) set_.from.path = files::resolve(context_.project_folder, from->text());
}

/// `when:` was expanded before: twice would expand what a variable holds.
void SetReader::expand_all() {
  for (data::Entry& entry : root().entries()) {
    if (entry.key == "when") continue;
    expand_variables(entry.value, set_.document, context_.environment, draft_.errors);
  }
}

void SetReader::table(const SetKeys& keys) {
  if (auto name = keys.text("table",
                            "write the name of a table; quote it when it looks like a "
                            "number")) {
    set_.table = *std::move(name);
  } else if (keys.get("table") == nullptr && !keys.broken("table")) {
    keys.complain(root().mark(), "table is missing",
                  fmt::format("say whose rows these are: table: {}", set_.name));
  }
  set_.table_place = keys.place("table");
  set_.key = keys.names("key", "key: [email]");
  set_.key_place = keys.place("key");
}

void SetReader::how(const SetKeys& keys) {
  if (const auto choice = keys.choice("mode", kModes)) set_.mode = static_cast<Mode>(*choice);
  set_.only_if_empty = keys.choice("only_if", std::array<std::string_view, 1>{"empty"}).has_value();
  if (set_.only_if_empty && set_.mode != Mode::kInsert) {
    keys.complain(keys.get("only_if")->mark(),
                  fmt::format("only_if: empty does not go with mode: {}",
                              kModes[static_cast<std::size_t>(set_.mode)]),
                  "remove only_if, and rows that are there already are compared; or write mode: "
                  "insert");
  }
  ledger(keys);
}

void SetReader::ledger(const SetKeys& keys) {
  const data::Node* node = keys.get("ledger");
  if (node == nullptr) return;
  if (const auto flag = read_bool(*node)) {
    set_.ledger = *flag;
  } else if (const auto choice =
                 keys.choice("ledger", std::array<std::string_view, 2>{"on", "off"})) {
    set_.ledger = *choice == 0;
  }
  if (set_.ledger || set_.mode == Mode::kInsert) return;
  keys.complain(node->mark(),
                fmt::format("mode: {} does not go without the ledger",
                            kModes[static_cast<std::size_t>(set_.mode)]),
                "remove ledger: off; only the ledger tells an operator's values from the file's");
}

void SetReader::rows(const SetKeys& keys) {
  const data::Node* node = keys.get("rows");
  if (node != nullptr) {
    read_rows(*node, context_.project_folder, set_, draft_.errors);
  } else if (!keys.broken("rows")) {
    keys.complain(root().mark(), "rows is missing",
                  "write a list of rows, or where they are: rows: {from: seeds/countries.csv}");
  }
  const data::Node* from = node != nullptr ? node->find("from") : nullptr;
  draft_.source_known = from == nullptr || !set_.from.path.empty();
}

void SetReader::expressions(const SetKeys& keys, std::string_view key, Expressions& out) {
  const data::Node* node = keys.get(key);
  if (node == nullptr) return;
  if (!node->is_mapping()) {
    return keys.does_not_fit(key, *node,
                             fmt::format("write columns and values: {}: {{active: true}}", key));
  }
  ExpressionReader reader(set_.document, draft_.errors);
  for (const data::Entry& entry : node->entries()) {
    if (entry.value.broken()) continue;
    auto value =
        reader.value(entry.value, fmt::format("{}.{}", key, data::describe_key(entry.key)));
    if (value) out.emplace_back(entry.key, *std::move(value));
  }
}

void SetReader::schema(const SetKeys& keys) {
  const data::Node* node = keys.get("schema");
  if (node == nullptr) return;
  if (node->is_mapping()) {
    set_.schema = node;
  } else {
    keys.does_not_fit("schema", *node,
                      "write a JSON Schema of one row: schema: {required: [email]}");
  }
}

void collect_expanded(const data::Node& node, std::vector<std::string>& names) {
  if (node.is_scalar()) {
    names.insert(names.end(), node.variables().begin(), node.variables().end());
  }
  for (const data::Node& item : node.items())
    collect_expanded(item, names);
  for (const data::Entry& entry : node.entries())
    collect_expanded(entry.value, names);
}

void SetReader::gather_variables() {
  std::vector<std::string>& names = set_.variables;
  collect_expanded(root(), names);
  for (const Expressions* expressions : {&set_.defaults, &set_.columns}) {
    for (const auto& [_, expression] : *expressions)
      collect_variables(expression, names);
  }
  // Which of these are expressions and which JSON, the table's columns will say: mistakes in them
  // are found then.
  static const std::vector<data::Node> kNone;
  for (const data::Node& row : set_.rows != nullptr ? set_.rows->items() : kNone) {
    for (const data::Entry& field : row.entries()) {
      if (!field.value.is_mapping()) continue;
      const auto expression = read_expression(field.value, set_.document);
      if (expression && *expression) collect_variables(**expression, names);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

void begin(SetDraft& draft, const std::string& path, const std::string& shown,
           const SetName& name) {
  draft.set.name = name.name;
  draft.set.path = path;
  draft.set.shown = shown;
  draft.set.engine = name.engine;
  if (!name.environment.empty()) draft.set.environments = {name.environment};
}

}  // namespace

bool counts_in(const SeedSet& set, std::string_view env) {
  const auto& names = set.environments;
  return names.empty() || std::find(names.begin(), names.end(), env) != names.end();
}

SetDraft draft_set(const std::string& path, const std::string& shown, const SetName& name,
                   const SetContext& context, bool only_here) {
  SetDraft draft;
  begin(draft, path, shown, name);
  const data::Limits limits;
  auto text = files::read(path, limits.file_bytes);
  if (!text) {
    draft.errors.push_back(std::move(text).error());
    return draft;
  }
  auto document = data::parse_yaml(shown, *text, limits);
  if (!document) {
    draft.errors = std::move(document).error();
    return draft;
  }
  draft.set.document = *std::move(document);
  SetReader(draft, context).read(name.environment, only_here);
  std::stable_sort(draft.errors.begin(), draft.errors.end(), [](const Error& a, const Error& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  return draft;
}

SetDraft draft_bare(const std::string& path, const std::string& shown, const SetName& name,
                    const SetContext& context, bool only_here) {
  SetDraft draft;
  begin(draft, path, shown, name);
  SeedSet& set = draft.set;
  set.document.files.push_back(shown);
  set.table = name.name;
  set.table_place = set.key_place = set.from.place = Place{shown, 0, 0};
  set.from.kind = name.kind;
  set.from.path = path;
  set.from.shown = shown;
  if (name.ending == "tsv") set.from.delimiter = '\t';
  draft.source_known = true;
  draft.elsewhere = only_here && !counts_in(set, context.env);
  return draft;
}

Checked<SeedSet> read_set(const std::string& path, const std::string& shown,
                          const SetContext& context) {
  auto name = parse_set_name(shown);
  if (!name) return fail_all(std::move(name).error());
  if (!*name) {
    return fail_all(Error(ErrorCode::kSeedSet, fmt::format("{} is no seed set", shown))
                        .because("sets end in .yaml, rows in .csv, .json, .ndjson or .sql")
                        .advise("give it one of these endings")
                        .at(shown));
  }
  const bool is_data = (*name)->kind != RowsFrom::Kind::kYaml;
  SetDraft draft = is_data ? draft_bare(path, shown, **name, context, false)
                           : draft_set(path, shown, **name, context, false);
  if (!draft.errors.empty()) return fail(std::move(draft.errors));
  return std::move(draft.set);
}

}  // namespace bedstone::seed
