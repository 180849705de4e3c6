// Writing and reading manifests, and what a backup's bytes add up to.
#include "backup/manifest.hpp"

#include <fmt/format.h>

#include <array>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/files.hpp"
#include "base/log.hpp"
#include "data/json.hpp"

namespace bedstone::backup {
namespace {

constexpr std::string_view kSchema = "bedstone.manifest/1";
constexpr std::size_t kPieceBytes = 128U << 10U;

constexpr std::array<std::pair<Form, std::string_view>, 4> kForms{{{Form::kFile, "file"},
                                                                   {Form::kSql, "sql"},
                                                                   {Form::kArchive, "archive"},
                                                                   {Form::kFolder, "folder"}}};

std::string render(const Manifest& manifest) {
  std::string text = fmt::format("{{\n  \"schema\": {}", json_quote(kSchema));
  const auto add = [&text](std::string_view key, std::string_view value) {
    text += fmt::format(",\n  \"{}\": {}", key, value.empty() ? "null" : json_quote(value));
  };
  add("file", manifest.file);
  add("form", form_name(manifest.form));
  add("project", manifest.project);
  add("database_type", db::engine_name(manifest.engine));
  add("database_version", manifest.engine_version);
  add("client_version", manifest.client_version);
  add("bedstone_version", manifest.bedstone_version);
  add("taken_at", manifest.taken_at);
  text += fmt::format(",\n  \"bytes\": {}", manifest.bytes);
  add("xxh128", manifest.checksum);
  add("version", manifest.version);
  add("namespace", manifest.schema);
  add("fingerprint", manifest.fingerprint);
  text += ",\n  \"rows\": {";
  std::string_view separator = "\n";
  for (const auto& [table, rows] : manifest.rows) {
    text += fmt::format("{}    {}: {}", separator, json_quote(table), rows);
    separator = ",\n";
  }
  text += manifest.rows.empty() ? "}" : "\n  }";
  add("objects", manifest.canonical);
  return text + "\n}\n";
}

Error not_a_manifest(const std::string& path, std::string cause) {
  return Error(ErrorCode::kBackupDamaged, fmt::format("{} is not a backup's manifest", path))
      .because(std::move(cause))
      .advise(
          "put back the one that was written with the backup, or move it away: the backup is then "
          "checked by its own structure alone")
      .at(path);
}

std::string text_of(const data::Node& root, std::string_view key) {
  const data::Node* node = root.find(key);
  return node == nullptr || node->is_null() ? std::string() : node->text();
}

std::uint64_t number_of(const data::Node& root, std::string_view key) {
  const data::Node* node = root.find(key);
  return node == nullptr ? 0 : static_cast<std::uint64_t>(node->as_integer().value_or(0));
}

/// XXH3-128, at the speed of memory: the time of a backup is that of its copy. It finds what was
/// damaged, not who damaged it: a sum beside the file never could.
class Checksum {
 public:
  Checksum() { XXH3_128bits_reset(&state_); }
  void update(std::string_view bytes) { XXH3_128bits_update(&state_, bytes.data(), bytes.size()); }
  std::string hex() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(&state_);
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
  }

 private:
  XXH3_state_t state_;
};

Result<Sum> sum_of_file(const std::string& path) {
  BEDSTONE_ASSIGN(auto reader, files::Reader::open(path));
  Sum sum;
  Checksum checksum;
  for (;;) {
    BEDSTONE_ASSIGN(const auto piece, reader.next(kPieceBytes));
    if (piece.empty()) break;
    sum.bytes += piece.size();
    checksum.update(piece);
  }
  sum.checksum = checksum.hex();
  return sum;
}

}  // namespace

std::string_view form_name(Form form) {
  for (const auto& [candidate, name] : kForms) {
    if (candidate == form) return name;
  }
  return {};
}

std::string manifest_path(const std::string& backup) {
  std::string_view path = backup;
  while (path.size() > 1 && path.ends_with('/'))
    path.remove_suffix(1);
  return fmt::format("{}.manifest.json", path);
}

Status write_manifest(const std::string& path, const Manifest& manifest) {
  return files::write_atomic(path, render(manifest), files::Mode::kPrivate);
}

Result<Manifest> read_manifest(const std::string& path) {
  BEDSTONE_ASSIGN(const std::string text, files::read(path));
  const auto document = data::parse_json(path, text);
  if (!document) return fail(not_a_manifest(path, document.error().front().message));
  const data::Node& root = document->root;
  if (!root.is_mapping() || text_of(root, "schema") != kSchema) {
    return fail(not_a_manifest(path, fmt::format("it does not say \"schema\": \"{}\"", kSchema)));
  }
  Manifest manifest;
  bool known = false;
  for (const auto& [form, name] : kForms) {
    if (text_of(root, "form") != name) continue;
    manifest.form = form;
    known = true;
  }
  const std::string engine = text_of(root, "database_type");
  if (!known || (engine != "sqlite" && engine != "postgres")) {
    return fail(not_a_manifest(path, "its form or its database_type is not known"));
  }
  manifest.engine = engine == "sqlite" ? db::Engine::kSqlite : db::Engine::kPostgres;
  manifest.file = text_of(root, "file");
  manifest.project = text_of(root, "project");
  manifest.engine_version = text_of(root, "database_version");
  manifest.client_version = text_of(root, "client_version");
  manifest.bedstone_version = text_of(root, "bedstone_version");
  manifest.taken_at = text_of(root, "taken_at");
  manifest.bytes = number_of(root, "bytes");
  manifest.checksum = text_of(root, "xxh128");
  manifest.version = text_of(root, "version");
  manifest.schema = text_of(root, "namespace");
  manifest.fingerprint = text_of(root, "fingerprint");
  manifest.canonical = text_of(root, "objects");
  if (const data::Node* rows = root.find("rows"); rows != nullptr && rows->is_mapping()) {
    for (const data::Entry& entry : rows->entries())
      manifest.rows[entry.key] = entry.value.as_integer().value_or(-1);
  }
  return manifest;
}

Result<Sum> sum_of(const std::string& path) {
  if (!files::is_folder(path)) return sum_of_file(path);
  Sum sum;
  std::string all;
  BEDSTONE_ASSIGN(const auto names, files::list(path));
  for (const std::string& name : names) {
    BEDSTONE_ASSIGN(const Sum one, sum_of_file(files::resolve(path, name)));
    sum.bytes += one.bytes;
    all += fmt::format("{}  {}\n", one.checksum, name);
  }
  Checksum checksum;
  checksum.update(all);
  sum.checksum = checksum.hex();
  return sum;
}

}  // namespace bedstone::backup
