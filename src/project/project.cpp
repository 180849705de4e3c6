// Loading: find the files, lay the overlay on, expand, validate, fill in, settle which URL counts.
#include "project/project.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "base/files.hpp"
#include "data/scalars.hpp"
#include "data/yaml.hpp"
#include "project/expand.hpp"
#include "project/fill.hpp"
#include "project/locate.hpp"
#include "project/validate.hpp"

namespace bedstone {
namespace {

class Loader {
 public:
  Loader(const LoadOptions& options, const Environment& environment)
      : options_(options), environment_(environment) {}

  Checked<Project> load() &&;

 private:
  Status find_folder();
  Status find_env();
  void load_files();
  void load_without_file();
  bool read_layer(const std::string& path);
  bool check_layer(const data::Document& layer);
  void expand();
  std::optional<data::Entry> take_from_database(std::string_view key);
  void expand_url(std::optional<data::Entry> entry);
  void collect_variables(const data::Node& node);
  void set_defaults();
  void set_urls();
  void set_url_from_file(const data::Node& node);
  void set_direct_url(const data::Node* url, const data::Node& direct);
  std::optional<db::Url> parse_url(std::string_view text, const std::string& origin, Place place);
  const data::Node* in_database(std::string_view key) const;
  void sort_errors();
  void complain(Error error) { errors_.push_back(std::move(error)); }
  std::string path_of(std::string_view name) const { return files::resolve(project_.folder, name); }

  const LoadOptions& options_;
  const Environment& environment_;
  bool env_from_variable_ = false;
  std::optional<data::Document> document_;
  Project project_;
  Errors errors_;
};

Checked<Project> Loader::load() && {
  if (auto found = find_folder(); !found) return fail_all(std::move(found).error());
  if (auto found = find_env(); !found) return fail_all(std::move(found).error());
  if (files::exists(path_of(kProjectFile))) {
    load_files();
  } else {
    load_without_file();
  }
  if (errors_.empty()) return std::move(project_);
  sort_errors();
  return fail(std::move(errors_));
}

Status Loader::find_folder() {
  BEDSTONE_ASSIGN(project_.folder, project_folder(options_.folder));
  return {};
}

Status Loader::find_env() {
  env_from_variable_ = options_.env.empty();
  project_.env = env_from_variable_ ? environment_.get_or("BEDSTONE_ENV", "") : options_.env;
  return check_env(project_.env, env_from_variable_);
}

void Loader::set_defaults() {
  project_.name = name_from_folder(project_.folder);
  project_.seeds.dir = path_of("seeds");
  project_.settings.file = path_of("settings.yaml");
  project_.backup.dir = path_of("backups");
  // The other tools' folders are looked for only when the usual one is missing.
  const std::string usual = path_of("migrations");
  project_.migrations.dir = usual;
  if (files::is_folder(usual)) return;
  if (const auto found = find_migrations(project_.folder)) {
    project_.migrations.dir = path_of(*found);
  }
}

void Loader::load_without_file() {
  const bool below = options_.folder.empty() && project_above(project_.folder).has_value();
  const auto migrations = find_migrations(project_.folder);
  if (below || !migrations) return complain(no_project(project_.folder));
  if (!project_.env.empty() && files::exists(path_of(overlay_name(project_.env)))) {
    return complain(
        Error(ErrorCode::kNoProject, fmt::format("{} overlays nothing: there is no {} beside it",
                                                 path_of(overlay_name(project_.env)), kProjectFile))
            .advise(fmt::format("make an empty one: touch {}", path_of(kProjectFile)))
            .at(path_of(overlay_name(project_.env))));
  }
  set_defaults();
  project_.migrations.dir = path_of(*migrations);
  set_urls();
}

void Loader::load_files() {
  project_.file = path_of(kProjectFile);
  bool readable = read_layer(project_.file);
  if (!project_.env.empty()) {
    const std::string overlay = path_of(overlay_name(project_.env));
    if (files::exists(overlay)) {
      project_.overlay = overlay;
      readable = read_layer(overlay) && readable;
    } else if (auto status =
                   check_missing_overlay(project_.folder, project_.env, env_from_variable_);
               !status) {
      complain(std::move(status).error());
    }
  }
  if (!readable) return;
  expand();
  validate_keys(*document_, kProjectKeys, errors_);
  if (!errors_.empty()) return;
  set_defaults();
  fill_project(*document_, project_, errors_);
  set_urls();
}

/// Reads a file and lays it on what was read before. False after an error.
bool Loader::read_layer(const std::string& path) {
  auto layer = data::read_yaml(path);
  if (!layer) {
    std::move(layer.error().begin(), layer.error().end(), std::back_inserter(errors_));
    return false;
  }
  if (!check_layer(*layer)) return false;
  if (document_) {
    data::overlay(*document_, *std::move(layer));
  } else {
    document_ = *std::move(layer);
    if (document_->root.is_null()) document_->root = data::Node::mapping({}, {});
  }
  return true;
}

/// A newer format is said so, instead of calling its keys unknown.
bool Loader::check_layer(const data::Document& layer) {
  const data::Node& root = layer.root;
  const std::string& file = layer.files.front();
  if (!root.is_mapping() && !root.is_null()) {
    complain(
        Error(ErrorCode::kBadValue, fmt::format("{} holds {} instead of keys", file,
                                                root.is_sequence() ? "a list" : "a single value"))
            .advise("begin it with: version: 1")
            .at(layer.place(root.mark())));
    return false;
  }
  const data::Node* version = root.find("version");
  if (version == nullptr || version->is_null()) return true;
  const auto number = version->as_integer();
  if (number && *number == kProjectVersion) return true;
  if (number && *number > kProjectVersion) {
    complain(Error(ErrorCode::kUnsupportedVersion,
                   fmt::format("{} is of format {}, and this Bedstone knows formats up to {}", file,
                               *number, kProjectVersion))
                 .advise("use a newer Bedstone; `bedstone --version` shows which one this is")
                 .at(layer.place(version->mark())));
  } else {
    complain(
        Error(ErrorCode::kBadValue, fmt::format("version cannot be {}", data::describe(*version)))
            .advise(fmt::format("write version: {}", kProjectVersion))
            .at(layer.place(version->mark())));
  }
  return false;
}

/// URLs go their own way: one that does not count need not expand.
void Loader::expand() {
  std::optional<data::Entry> url = take_from_database("url");
  std::optional<data::Entry> direct_url = take_from_database("direct_url");
  expand_variables(document_->root, *document_, environment_, errors_);
  for (const data::Entry& entry : document_->root.entries()) {
    // Whom a watch tells is no part of what is released, and may be secret.
    if (entry.key != "health") collect_variables(entry.value);
  }
  auto& names = project_.variables;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (!options_.database.empty()) return;
  expand_url(std::move(url));
  expand_url(std::move(direct_url));
}

std::optional<data::Entry> Loader::take_from_database(std::string_view key) {
  data::Node* database = document_->root.find("database");
  if (database == nullptr || !database->is_mapping()) return std::nullopt;
  auto& entries = database->entries();
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const data::Entry& entry) { return entry.key == key; });
  if (found == entries.end()) return std::nullopt;
  data::Entry entry = std::move(*found);
  entries.erase(found);
  return entry;
}

void Loader::expand_url(std::optional<data::Entry> entry) {
  if (!entry) return;
  Errors errors;
  expand_variables(entry->value, *document_, environment_, errors);
  if (!options_.needs_database && !errors.empty()) return;
  std::move(errors.begin(), errors.end(), std::back_inserter(errors_));
  document_->root.find("database")->entries().push_back(*std::move(entry));
}

void Loader::collect_variables(const data::Node& node) {
  if (node.is_scalar()) {
    const auto& names = node.variables();
    project_.variables.insert(project_.variables.end(), names.begin(), names.end());
  }
  for (const data::Node& item : node.items())
    collect_variables(item);
  for (const data::Entry& entry : node.entries())
    collect_variables(entry.value);
}

const data::Node* Loader::in_database(std::string_view key) const {
  const data::Node* database = document_ ? document_->root.find("database") : nullptr;
  const data::Node* node = database != nullptr ? database->find(key) : nullptr;
  return node != nullptr && !is_absent(*node) ? node : nullptr;
}

void Loader::set_urls() {
  Project::Database& database = project_.database;
  const data::Node* url = in_database("url");
  const auto variable = environment_.get("DATABASE_URL");
  if (!options_.database.empty()) {
    database.url_source = UrlSource::kOverride;
    database.url = parse_url(options_.database, "--database", {});
    return;
  }
  if (url != nullptr) {
    set_url_from_file(*url);
  } else if (variable && !variable->empty()) {
    database.url_source = UrlSource::kEnvironment;
    database.url = parse_url(*variable, "DATABASE_URL", {});
  } else if (options_.needs_database) {
    const bool has_file = !project_.file.empty();
    complain(Error(ErrorCode::kNoDatabaseUrl, "no database is named")
                 .because(has_file
                              ? fmt::format("{} has no database.url, and DATABASE_URL is not set",
                                            project_.file)
                              : "there is no bedstone.yaml, and DATABASE_URL is not set")
                 .advise("export DATABASE_URL=…, or give it: --database sqlite:data/app.db")
                 .at(has_file ? Place{project_.file, 0, 0} : Place{}));
  }
  if (const data::Node* direct = in_database("direct_url")) set_direct_url(url, *direct);
}

void Loader::set_url_from_file(const data::Node& node) {
  project_.database.url_source = UrlSource::kFile;
  project_.database.url = parse_url(node.text(), "database.url", document_->place(node.mark()));
}

void Loader::set_direct_url(const data::Node* url, const data::Node& direct) {
  const Place place = document_->place(direct.mark());
  if (url != nullptr && url->mark().source > direct.mark().source) {
    return complain(
        Error(ErrorCode::kBadValue, "database.direct_url belongs to a URL that was replaced")
            .because(fmt::format("{} has another database.url, but no direct_url of its own",
                                 project_.overlay))
            .advise(fmt::format("write direct_url below url in {} too; null for none",
                                project_.overlay))
            .at(place));
  }
  auto parsed = parse_url(direct.text(), "database.direct_url", place);
  if (!parsed || !project_.database.url) return;
  if (parsed->engine() != db::Engine::kPostgres ||
      project_.database.url->engine() != db::Engine::kPostgres) {
    return complain(Error(ErrorCode::kBadValue, "database.direct_url is for PostgreSQL only")
                        .because("it leads around a pooler, and SQLite has none")
                        .advise("remove it, or write null where an overlay chooses SQLite")
                        .at(place));
  }
  project_.database.direct_url = std::move(parsed);
}

std::optional<db::Url> Loader::parse_url(std::string_view text, const std::string& origin,
                                         Place place) {
  auto url = db::Url::parse(text);
  if (!url) {
    Error error = std::move(url).error();
    error.context.push_back(fmt::format("reading {}", origin));
    complain(std::move(error).at(std::move(place)));
    return std::nullopt;
  }
  const bool is_file = url->engine() == db::Engine::kSqlite && !url->is_memory();
  return is_file ? url->with_path(path_of(url->path())) : *std::move(url);
}

/// By file in the order of reading, then by place; what has no place comes first.
void Loader::sort_errors() {
  const auto rank = [&](const Error& error) {
    if (error.place.empty()) return 0;
    if (error.place.file == project_.file) return 1;
    return error.place.file == project_.overlay ? 2 : 3;
  };
  std::stable_sort(errors_.begin(), errors_.end(), [&](const Error& a, const Error& b) {
    return std::tuple(rank(a), a.place.line, a.place.column) <
           std::tuple(rank(b), b.place.line, b.place.column);
  });
}

}  // namespace

bool Project::is_development() const {
  return env == "development" || env == "dev";
}

bool Project::may_create() const {
  if (database.create) return *database.create;
  const bool is_file = database.url && database.url->engine() == db::Engine::kSqlite;
  return is_file || is_development();
}

BackupBefore Project::backup_before() const {
  if (backup.before) return *backup.before;
  const bool is_file = database.url && database.url->engine() == db::Engine::kSqlite;
  return is_file ? BackupBefore::kDestructive : BackupBefore::kNever;
}

Checked<Project> load_project(const LoadOptions& options, const Environment& environment) {
  return Loader(options, environment).load();
}

std::vector<std::string> project_digest_inputs(const Project& project) {
  std::vector<std::string> paths;
  for (const std::string& path : {project.file, project.overlay}) {
    if (!path.empty()) paths.push_back(path);
  }
  return paths;
}

}  // namespace bedstone
