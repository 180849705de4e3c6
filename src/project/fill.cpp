// Each key of keys.hpp is read here once.
#include "project/fill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/files.hpp"
#include "data/scalars.hpp"
#include "project/validate.hpp"

namespace bedstone {
namespace {

/// A mapping, or nothing, whose values are known to fit their keys.
class Section {
 public:
  Section(const data::Document& document, const data::Node* node)
      : document_(document), node_(node) {}

  const data::Node* get(std::string_view key) const {
    const data::Node* value = node_ != nullptr ? node_->find(key) : nullptr;
    return value != nullptr && !is_absent(*value) ? value : nullptr;
  }
  Section section(std::string_view key) const { return {document_, get(key)}; }

  std::optional<std::string> text(std::string_view key) const {
    const data::Node* value = get(key);
    return value != nullptr ? std::optional(value->text()) : std::nullopt;
  }
  std::optional<bool> flag(std::string_view key) const {
    const data::Node* value = get(key);
    return value != nullptr ? read_bool(*value) : std::nullopt;
  }
  std::optional<std::chrono::milliseconds> duration(std::string_view key) const {
    const data::Node* value = get(key);
    return value != nullptr ? read_duration(*value) : std::nullopt;
  }
  template <typename Enum>
  void choice(std::string_view key, std::span<const std::string_view> choices, Enum& out) const {
    const data::Node* value = get(key);
    const auto index = value != nullptr ? read_choice(*value, choices) : std::nullopt;
    if (index) out = static_cast<Enum>(*index);
  }
  std::vector<std::string> names(std::string_view key) const {
    std::vector<std::string> names;
    if (const data::Node* value = get(key)) {
      for (const data::Node& item : value->items())
        names.push_back(item.text());
    }
    return names;
  }
  Place place(std::string_view key) const {
    const data::Node* value = get(key);
    return value != nullptr ? document_.place(value->mark()) : Place{};
  }

 private:
  const data::Document& document_;
  const data::Node* node_;
};

/// Its enumerators stand in the order of their choices.
static_assert(kPooledChoices[static_cast<std::size_t>(Pooled::kNo)] == "no");
static_assert(kDriftChoices[static_cast<std::size_t>(DriftPolicy::kFail)] == "fail");
static_assert(kBackupChoices[static_cast<std::size_t>(BackupBefore::kNever)] == "never");
static_assert(kFailureChoices[static_cast<std::size_t>(FailurePolicy::kContinue)] == "continue");

class Filler {
 public:
  Filler(const data::Document& document, Project& project, Errors& errors)
      : document_(document), project_(project), errors_(errors) {}

  void fill() {
    const Section root(document_, &document_.root);
    if (auto name = root.text("name")) project_.name = *std::move(name);
    database(root.section("database"));
    migrations(root.section("migrations"));
    const Section seeds = root.section("seeds");
    path(seeds, "dir", project_.seeds.dir, project_.seeds.dir_place);
    project_.seeds.automatic = seeds.flag("auto").value_or(project_.seeds.automatic);
    const Section settings = root.section("settings");
    path(settings, "file", project_.settings.file, project_.settings.file_place);
    if (const auto file = settings.text("import_env")) {
      project_.settings.import_env = files::resolve(project_.folder, *file);
    }
    if (auto table = settings.text("table")) project_.settings.table = *std::move(table);
    secrets(root.section("secrets").section("key"));
    root.choice("drift", kDriftChoices, project_.drift);
    const Section drift = root.section("drift");
    drift.choice("policy", kDriftChoices, project_.drift);
    project_.drift_ignore = drift.names("ignore");
    root.choice("on_failure", kFailureChoices, project_.on_failure);
    roles(root.section("roles"));
    backup(root.section("backup"));
    project_.roles.place = root.place("roles");
  }

 private:
  void database(const Section& section);
  void schema(const Section& section);
  void extensions(const Section& section);
  void migrations(const Section& section);
  void secrets(const Section& section);
  void roles(const Section& section);
  void backup(const Section& section);
  void path(const Section& section, std::string_view key, std::string& out, Place& place) {
    const auto text = section.text(key);
    if (!text) return;
    out = files::resolve(project_.folder, *text);
    place = section.place(key);
  }
  void complain(const data::Node& node, std::string message, std::string hint) {
    errors_.push_back(Error(ErrorCode::kBadValue, std::move(message))
                          .advise(std::move(hint))
                          .at(document_.place(node.mark())));
  }

  const data::Document& document_;
  Project& project_;
  Errors& errors_;
};

void Filler::database(const Section& section) {
  Project::Database& database = project_.database;
  if (const auto create = section.flag("create")) database.create = create;
  schema(section);
  extensions(section);
  section.choice("pooled", kPooledChoices, database.pooled);
  database.wait = section.duration("wait").value_or(database.wait);
  database.lock_timeout = section.duration("lock_timeout").value_or(database.lock_timeout);
  if (const auto time = section.duration("ddl_lock_timeout")) database.ddl_lock_timeout = time;
}

void Filler::backup(const Section& section) {
  BackupBefore before = BackupBefore::kDestructive;
  section.choice("before", kBackupChoices, before);
  if (section.get("before") != nullptr) project_.backup.before = before;
  if (const auto dir = section.text("dir")) {
    project_.backup.dir = files::resolve(project_.folder, *dir);
  }
  if (const data::Node* keep = section.get("keep")) project_.backup.keep = read_count(*keep);
}

void Filler::schema(const Section& section) {
  const data::Node* node = section.get("schema");
  if (node == nullptr) return;
  const std::string& name = node->text();
  if (name == "bedstone" || name == "information_schema" || name.starts_with("pg_")) {
    complain(*node, "database.schema names a schema that is not for the project's objects",
             "choose another name, such as public; bedstone, information_schema and pg_… belong to "
             "Bedstone and PostgreSQL");
  }
  project_.database.schema = name;
}

void Filler::extensions(const Section& section) {
  const data::Node* list = section.get("extensions");
  if (list == nullptr) return;
  project_.database.extensions.clear();
  for (const data::Node& item : list->items()) {
    Project::Extension extension;
    extension.place = document_.place(item.mark());
    if (item.is_mapping()) {
      const Section one(document_, &item);
      extension.name = one.text("name").value_or("");
      extension.optional = one.flag("optional").value_or(false);
      extension.schema = one.text("schema");
    } else {
      extension.name = item.text();
    }
    project_.database.extensions.push_back(std::move(extension));
  }
}

void Filler::migrations(const Section& section) {
  Project::Migrations& migrations = project_.migrations;
  path(section, "dir", migrations.dir, migrations.dir_place);
  if (auto format = section.text("format")) migrations.format = std::move(format);
  migrations.strict_order = section.flag("strict_order").value_or(migrations.strict_order);
}

void Filler::secrets(const Section& section) {
  using Kind = Project::KeySource::Kind;
  static constexpr std::array<std::pair<std::string_view, Kind>, 6> kSources{
      {{"file", Kind::kFile},
       {"credential", Kind::kCredential},
       {"env", Kind::kVariable},
       {"command", Kind::kCommand},
       {"passphrase", Kind::kPassphrase},
       {"machine", Kind::kMachine}}};
  Project::KeySource& key = project_.secrets.key;
  std::string_view chosen;
  for (const auto& [name, kind] : kSources) {
    const data::Node* node = section.get(name);
    if (node == nullptr || (kind == Kind::kMachine && read_bool(*node) != true)) continue;
    if (!chosen.empty()) {
      complain(*node, fmt::format("secrets.key names two sources: {} and {}", chosen, name),
               "keep one of the two; where an overlay chooses another one, write null for the "
               "first there");
      return;
    }
    chosen = name;
    key.kind = kind;
    key.place = document_.place(node->mark());
    if (kind == Kind::kPassphrase) key.text = section.section(name).text("env").value_or("");
    if (node->is_scalar() && kind != Kind::kMachine) key.text = node->text();
    if (kind == Kind::kCommand) key.command = section.names(name);
    if (kind == Kind::kFile) key.text = files::resolve(project_.folder, key.text);
    if (kind == Kind::kCredential && key.text.find('/') != std::string::npos) {
      complain(*node, "secrets.key.credential is a path",
               "write the credential's name, as in LoadCredential=NAME:PATH; for a path there is "
               "secrets.key.file");
    }
  }
  if (const data::Node* time = section.get("timeout")) {
    if (key.kind != Kind::kCommand) {
      complain(*time, "secrets.key.timeout is for a command", "remove it");
    }
    key.timeout = section.duration("timeout").value_or(key.timeout);
  }
}

void Filler::roles(const Section& section) {
  Project::Roles& roles = project_.roles;
  roles.owner = section.text("owner").value_or("");
  roles.read_write = section.names("read_write");
  roles.read_only = section.names("read_only");
  const data::Node* readers = section.get("read_only");
  for (std::size_t i = 0; i < roles.read_only.size(); ++i) {
    const auto& writers = roles.read_write;
    if (std::find(writers.begin(), writers.end(), roles.read_only[i]) == writers.end()) continue;
    complain(readers->items()[i], fmt::format("roles.read_only[{}] stands in read_write too", i),
             "keep it in one of the two; read_write includes reading");
  }
}

}  // namespace

void fill_project(const data::Document& document, Project& project, Errors& errors) {
  Filler(document, project, errors).fill();
}

}  // namespace bedstone
