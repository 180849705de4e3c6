// Hashing what seeding depends on.
#include "seed/glance.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "base/tree_hash.hpp"
#include "seed/set_reader.hpp"

namespace bedstone::seed {
namespace {

/// Without any of these a set's bytes say all there is to know.
bool may_depend(std::string_view text) {
  constexpr std::array<std::string_view, 5> kWords{"from", "file", "env", "${", "only_if"};
  return std::any_of(kWords.begin(), kWords.end(), [text](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

void collect(const Expression& expression, bool hidden, std::set<std::string>& files,
             std::set<std::string>& secrets) {
  hidden = hidden || expression.only_for_new_rows();
  if (expression.kind == Expression::Kind::kFile) files.insert(expression.text);
  if (hidden && expression.kind == Expression::Kind::kEnvironment) secrets.insert(expression.text);
  for (const auto& [name, part] : expression.parts)
    collect(part, hidden, files, secrets);
  for (const Expression& other : expression.otherwise)
    collect(other, hidden, files, secrets);
}

/// Rows may hold expressions, too.
void collect(const data::Node& node, const SeedSet& set, std::set<std::string>& files,
             std::set<std::string>& secrets) {
  for (const data::Node& item : node.items())
    collect(item, set, files, secrets);
  if (!node.is_mapping()) return;
  if (auto read = read_expression(node, set.document); read && *read) {
    collect(**read, false, files, secrets);
    return;
  }
  for (const data::Entry& entry : node.entries())
    collect(entry.value, set, files, secrets);
}

struct Mentions {
  std::set<std::string> files;
  std::set<std::string> secrets;
};

Mentions mentions(const SeedSet& set) {
  Mentions result;
  for (const Expressions* list : {&set.columns, &set.defaults}) {
    for (const auto& [name, expression] : *list)
      collect(expression, false, result.files, result.secrets);
  }
  if (set.rows != nullptr) collect(*set.rows, set, result.files, result.secrets);
  return result;
}

bool sounds_secret(std::string_view variable) {
  constexpr std::array<std::string_view, 5> kWords{"password", "secret", "token", "key", "pass"};
  const std::string name = text::to_lower(variable);
  return std::any_of(kWords.begin(), kWords.end(), [&name](std::string_view word) {
    return name.find(word) != std::string::npos;
  });
}

void hash_files(Blake2b& hash, const SeedSet& set, const SetContext& context,
                FileDigests& digests) {
  for (const std::string& file : mentions(set).files)
    hash.update_field(digests.of(files::resolve(context.project_folder, file)));
}

void hash_mentioned(Blake2b& hash, const SeedSet& set, const SetContext& context,
                    FileDigests& digests) {
  if (!set.from.path.empty() && set.from.path != set.path)
    hash.update_field(digests.of(set.from.path));
  hash_files(hash, set, context, digests);
}

}  // namespace

const std::string& FileDigests::of(const std::string& path) {
  const auto known = known_.find(path);
  if (known != known_.end()) return known->second;
  Blake2b hash;
  const Status read = hash_file(hash, path);
  return known_[path] = read ? to_hex(hash.finish()) : "unreadable";
}

void hash_shape(Blake2b& hash, const SeedSet& set, const SetContext& context,
                FileDigests& digests) {
  if (set.from.path != set.path) hash.update_field(digests.of(set.path));
  hash_files(hash, set, context, digests);
}

std::vector<std::string> counting_variables(const SeedSet& set) {
  const Mentions found = mentions(set);
  std::vector<std::string> result;
  for (const std::string& name : set.variables) {
    if (!found.secrets.contains(name) && !sounds_secret(name)) result.push_back(name);
  }
  return result;
}

bool lacks_its_file(const SeedSet& set) {
  return set.from.optional && !files::exists(set.from.path);
}

void hash_set(Blake2b& hash, const SeedSet& set, const SetContext& context, FileDigests& digests) {
  hash.update_field(digests.of(set.path));
  hash_mentioned(hash, set, context, digests);
}

Glance glance(Blake2b& hash, const std::string& folder, const SetContext& context,
              FileDigests& digests) {
  Glance result;
  if (!files::exists(folder)) return result;
  const auto names = files::list(folder);
  if (!names) {
    hash.update_field("\x01unreadable");
    return result;
  }
  std::set<std::string> variables;
  for (const std::string& file : *names) {
    const std::string path = files::resolve(folder, file);
    const auto name = parse_set_name(file);
    if (!name || !*name || files::is_folder(path)) continue;
    result.any = true;
    hash.update_field(file);
    if ((*name)->kind != RowsFrom::Kind::kYaml) {
      hash.update_field(digests.of(path));
      continue;
    }
    const auto text = files::read(path);
    hash.update_field(text ? *text : "\x01unreadable");
    if (!text || !may_depend(*text)) continue;
    const SetDraft draft = draft_set(path, file, **name, context, true);
    if (draft.elsewhere || !draft.errors.empty()) continue;
    hash_mentioned(hash, draft.set, context, digests);
    for (std::string& variable : counting_variables(draft.set))
      variables.insert(std::move(variable));
    // Without its file a set fills nothing; the file's coming changes the hash.
    if (draft.set.only_if_empty && !lacks_its_file(draft.set))
      result.filled_when_empty.push_back(draft.set.table);
  }
  result.variables.assign(variables.begin(), variables.end());
  return result;
}

}  // namespace bedstone::seed
