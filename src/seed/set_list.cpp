// A folder's files: which are sets, which are only rows of one, which are in each other's way.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "base/files.hpp"
#include "seed/set.hpp"
#include "seed/set_reader.hpp"

namespace bedstone::seed {
namespace {

/// One name for one file, however it was written.
std::string canonical(const std::string& path) {
  std::error_code failure;
  const auto found = std::filesystem::weakly_canonical(path, failure);
  return failure ? path : found.string();
}

bool is_data(const SetDraft& draft) {
  return draft.set.from.kind != RowsFrom::Kind::kInline && draft.set.from.path == draft.set.path;
}

bool meet(const SeedSet& one, const SeedSet& other) {
  if (one.name != other.name) return false;
  if (one.engine && other.engine && one.engine != other.engine) return false;
  const auto& a = one.environments;
  return a.empty() || other.environments.empty() ||
         std::any_of(a.begin(), a.end(),
                     [&](const std::string& env) { return counts_in(other, env); });
}

Error duplicate(const SeedSet& one, const SeedSet& other) {
  return Error(ErrorCode::kSeedDuplicate, fmt::format("two seed sets are called {}", one.name))
      .because(fmt::format("{} and {}", one.shown, other.shown))
      .advise("rename one of them; a set's name is its file's without number and ending")
      .at(other.shown);
}

class Listing {
 public:
  Listing(const std::string& folder, const std::string& shown, const SetContext& context)
      : folder_(folder), shown_(shown), context_(context) {}

  Result<SetList> read() &&;

 private:
  void add(const std::string& file);
  void leave_out_rows();
  void leave_out_unclear();
  void find_duplicates();
  SetList sorted() &&;

  const std::string& folder_;
  const std::string& shown_;
  const SetContext& context_;
  std::vector<SetDraft> drafts_;
};

Result<SetList> Listing::read() && {
  if (!files::exists(folder_)) return SetList();
  BEDSTONE_ASSIGN(const auto names, files::list(folder_));
  for (const std::string& name : names)
    add(name);
  leave_out_rows();
  leave_out_unclear();
  find_duplicates();
  return std::move(*this).sorted();
}

void Listing::add(const std::string& file) {
  const std::string path = files::resolve(folder_, file);
  if (files::is_folder(path)) return;
  const std::string shown = files::resolve(shown_, file);
  auto name = parse_set_name(shown);
  if (!name) {
    SetDraft draft;
    draft.set.name = draft.set.shown = shown;
    draft.set.path = path;
    draft.source_known = true;
    draft.errors.push_back(std::move(name).error());
    drafts_.push_back(std::move(draft));
  } else if (*name) {
    const bool data = (*name)->kind != RowsFrom::Kind::kYaml;
    drafts_.push_back(data ? draft_bare(path, shown, **name, context_, true)
                           : draft_set(path, shown, **name, context_, true));
  }
}

/// Files that a set names, be it broken or for another environment, are no sets.
void Listing::leave_out_rows() {
  std::set<std::string> named;
  for (const SetDraft& draft : drafts_) {
    if (!is_data(draft) && !draft.set.from.path.empty())
      named.insert(canonical(draft.set.from.path));
  }
  std::erase_if(drafts_,
                [&](const SetDraft& draft) { return named.count(canonical(draft.set.path)) > 0; });
}

/// A set that cannot be understood may be about any data file: none of them is guessed to be a set.
void Listing::leave_out_unclear() {
  const auto unknown = std::find_if(drafts_.begin(), drafts_.end(),
                                    [](const SetDraft& draft) { return !draft.source_known; });
  if (unknown == drafts_.end()) return;
  const std::string culprit = unknown->set.shown;
  for (SetDraft& draft : drafts_) {
    if (!is_data(draft) || draft.elsewhere) continue;
    draft.errors.push_back(
        Error(ErrorCode::kSeedSource, fmt::format("{} is left out for now", draft.set.shown))
            .because(fmt::format("{} may take its rows from it, and cannot be read", culprit))
            .advise(fmt::format("mend {} first", culprit))
            .at(draft.set.shown));
  }
}

void Listing::find_duplicates() {
  std::set<std::size_t> twice;
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    for (std::size_t j = i + 1; j < drafts_.size(); ++j) {
      if (!meet(drafts_[i].set, drafts_[j].set)) continue;
      drafts_[j].errors.push_back(duplicate(drafts_[i].set, drafts_[j].set));
      twice.insert({i, j});
    }
  }
  std::vector<SetDraft> kept;
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    if (twice.count(i) == 0 || !drafts_[i].errors.empty()) kept.push_back(std::move(drafts_[i]));
  }
  drafts_ = std::move(kept);
}

SetList Listing::sorted() && {
  SetList list;
  for (SetDraft& draft : drafts_) {
    SeedSet& set = draft.set;
    if (!draft.errors.empty()) {
      list.broken.emplace_back(std::move(set.shown), std::move(draft.errors));
    } else if (draft.elsewhere) {
      list.elsewhere.emplace_back(std::move(set.name), std::move(set.environments));
    } else {
      list.sets.push_back(std::move(set));
    }
  }
  return list;
}

}  // namespace

Result<SetList> list_sets(const std::string& folder, const std::string& shown,
                          const SetContext& context) {
  return Listing(folder, shown, context).read();
}

}  // namespace bedstone::seed
