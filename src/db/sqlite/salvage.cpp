/// First whose pages are which, then the rows, then the rest of the schema.
#include "db/sqlite/salvage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "db/sqlite/handle.hpp"
#include "db/sqlite/pages.hpp"
#include "db/sqlite/salvage_target.hpp"

namespace bedstone::db::sqlite {
namespace {

/// A line of sqlite_schema.
struct Entry {
  std::string type, name, table, sql;
  std::uint32_t root = 0;
};

std::string utf8_of(const Field& field, int encoding) {
  const auto* text = std::get_if<TextBytes>(&field);
  if (text == nullptr) return {};
  return encoding == 1 ? text->bytes : utf8_from_16(text->bytes, encoding == 3);
}

bool is_virtual(const Entry& entry) {
  return entry.type == "table" &&
         text::to_lower(entry.sql.substr(0, 24)).find("create virtual table") == 0;
}

class Salvage {
 public:
  Salvage(const PageFile& file, SalvageTarget& target, Salvaged& result,
          const std::function<void(std::size_t, std::size_t)>& progress)
      : file_(file), target_(target), result_(result), progress_(progress) {}

  Status run(const std::vector<std::string>& definitions) {
    look_at_pages();
    read_schema();
    BEDSTONE_TRY(make_tables(definitions));
    settle_claims();
    claim_pages();
    match_orphans();
    BEDSTONE_TRY(copy_tables());
    BEDSTONE_TRY(copy_from_indexes());
    BEDSTONE_TRY(copy_rest());
    return make_the_rest();
  }

 private:
  struct Look {
    PageKind kind = PageKind::kNone;
    std::uint32_t parent = 0;
    std::vector<std::uint32_t> others;  ///< Further pages that claim to lead here.
  };

  void look_at_pages() {
    pages_.resize(file_.count() + 1);
    free_ = file_.free_pages();
    for (std::uint32_t number = 1; number <= file_.count(); ++number) {
      if (progress_ && number % 256 == 0) progress_(number, file_.count());
      const std::string page = file_.page(number);
      pages_[number].kind = PageFile::kind(page, number);
      for (const std::uint32_t child : file_.children(page, number)) {
        if (pages_[child].parent == 0) {
          pages_[child].parent = number;
        } else if (pages_[child].parent != number) {
          pages_[child].others.push_back(number);
        }
      }
    }
    result_.pages = file_.count();
  }

  bool is_leafy(std::uint32_t page, bool table) const {
    const PageKind kind = pages_[page].kind;
    return table ? kind == PageKind::kTableLeaf
                 : kind == PageKind::kIndexLeaf || kind == PageKind::kIndexInterior;
  }

  /// The known root above a page, or the highest page that leads to it.
  std::uint32_t top_of(std::uint32_t page) const {
    for (int depth = 0; depth < 64; ++depth) {
      if (roots_.contains(page) || page == 1) return page;
      const std::uint32_t parent = pages_[page].parent;
      if (parent == 0) return page;
      page = parent;
    }
    return page;
  }

  void read_schema() {
    for (std::uint32_t number = 1; number <= file_.count(); ++number) {
      if (pages_[number].kind != PageKind::kTableLeaf || top_of(number) != 1) continue;
      schema_pages_.insert(number);
      result_.unreadable_cells += file_.rows(
          file_.page(number), number, [this](FoundRow& row) { add_entry(row); }, &overflow_);
    }
    // Without its first page the schema's others hang in the air; what they hold tells them.
    for (std::uint32_t number = 2; number <= file_.count(); ++number) {
      if (pages_[number].kind != PageKind::kTableLeaf || pages_[number].parent != 0) continue;
      bool any = false;
      file_.rows(
          file_.page(number), number, [&](FoundRow& row) { any = add_entry(row) || any; },
          &overflow_);
      if (any) schema_pages_.insert(number);
    }
    for (const Entry& entry : entries_) {
      if (entry.root > 1 && entry.root <= file_.count()) roots_.insert(entry.root);
    }
  }

  bool add_entry(const FoundRow& row) {
    if (row.fields.size() != 5) return false;
    Entry entry;
    entry.type = utf8_of(row.fields[0], file_.encoding());
    if (entry.type != "table" && entry.type != "index" && entry.type != "view" &&
        entry.type != "trigger") {
      return false;
    }
    entry.name = utf8_of(row.fields[1], file_.encoding());
    entry.table = utf8_of(row.fields[2], file_.encoding());
    if (const auto* root = std::get_if<std::int64_t>(&row.fields[3]))
      entry.root = *root > 0 && *root <= file_.count() ? static_cast<std::uint32_t>(*root) : 0;
    entry.sql = utf8_of(row.fields[4], file_.encoding());
    const std::string lower = text::to_lower(entry.sql.substr(0, 16));
    if (!entry.sql.empty() && !lower.starts_with("create")) return false;
    if (entry.name.empty()) return false;
    const bool known = std::any_of(entries_.begin(), entries_.end(), [&entry](const Entry& other) {
      return other.type == entry.type && other.name == entry.name;
    });
    if (!known) entries_.push_back(std::move(entry));
    return true;
  }

  Status make_tables(const std::vector<std::string>& definitions) {
    for (const Entry& entry : entries_) {
      if (entry.type != "table" || entry.sql.empty() || is_virtual(entry) ||
          entry.name.starts_with("sqlite_")) {
        continue;
      }
      const auto made = target_.make_table(entry.sql);
      if (!made) {
        result_.not_made.push_back(fmt::format("table {}: {}", entry.name, made.error().message));
        continue;
      }
      BEDSTONE_TRY(add_table(*made, entry.root, false));
    }
    for (const std::string& sql : definitions) {
      const auto name = target_.make_table(sql);
      if (name) BEDSTONE_TRY(add_table(*name, 0, true));
    }
    return {};
  }

  struct Tree {
    TargetTable table;
    SalvagedTable report;
    std::uint32_t root = 0;
    std::vector<std::uint32_t> pages;    ///< With rows, in the file's order.
    std::vector<std::uint32_t> guessed;  ///< The same, without a way from the root.
    bool torn = false;                   ///< Some page of it is missing.
    std::unordered_set<std::int64_t> ids;
  };

  Status add_table(const std::string& name, std::uint32_t root, bool remade) {
    BEDSTONE_ASSIGN(TargetTable table, target_.describe(name));
    Tree tree;
    tree.table = std::move(table);
    tree.root = root;
    tree.torn = root == 0;
    tree.report.name = name;
    tree.report.remade = remade;
    if (root != 0) by_root_[root] = trees_.size();
    trees_.push_back(std::move(tree));
    return {};
  }

  /// Of several pages that claim a leaf, the first whose table the rows fit has it.
  void settle_claims() {
    for (std::uint32_t number = 2; number <= file_.count(); ++number) {
      Look& look = pages_[number];
      if (look.kind != PageKind::kTableLeaf || look.others.empty()) continue;
      std::vector<std::uint32_t> claims = look.others;
      claims.insert(claims.begin(), look.parent);
      for (const std::uint32_t claim : claims) {
        const auto found = by_root_.find(top_of(claim));
        if (found == by_root_.end()) continue;
        const Tree& tree = trees_[found->second];
        if (!tree.table.with_rowid || !all_fit(tree.table, {number}, false)) continue;
        look.parent = claim;
        break;
      }
    }
  }

  void claim_pages() {
    for (const Entry& entry : entries_) {
      if (entry.type == "index" && entry.root != 0) index_roots_.insert(entry.root);
      if (entry.type == "table" && entry.name.starts_with("sqlite_")) own_roots_.insert(entry.root);
    }
    for (std::uint32_t number = 1; number <= file_.count(); ++number) {
      const PageKind kind = pages_[number].kind;
      if (kind == PageKind::kNone || schema_pages_.contains(number)) continue;
      const std::uint32_t top = top_of(number);
      const auto found = by_root_.find(top);
      if (found == by_root_.end()) continue;
      Tree& tree = trees_[found->second];
      const bool table = tree.table.with_rowid;
      if (is_leafy(number, table)) {
        tree.pages.push_back(number);
        claimed_.insert(number);
      }
      // Interior pages whose children are none show a hole.
      for (const std::uint32_t child : file_.children(file_.page(number), number)) {
        const PageKind below = pages_[child].kind;
        const bool fits = table
                              ? below == PageKind::kTableLeaf || below == PageKind::kTableInterior
                              : below == PageKind::kIndexLeaf || below == PageKind::kIndexInterior;
        if (!fits) tree.torn = true;
      }
    }
    for (Tree& tree : trees_) {
      if (tree.root == 0) continue;
      const PageKind kind = pages_[tree.root].kind;
      const bool fits = tree.table.with_rowid
                            ? kind == PageKind::kTableLeaf || kind == PageKind::kTableInterior
                            : kind == PageKind::kIndexLeaf || kind == PageKind::kIndexInterior;
      if (!fits) tree.torn = true;
    }
  }

  /// Leaves that nothing known leads to, by the page that all of a group hang on.
  void match_orphans() {
    std::map<std::uint32_t, std::vector<std::uint32_t>> groups;
    for (std::uint32_t number = 2; number <= file_.count(); ++number) {
      if (pages_[number].kind != PageKind::kTableLeaf || claimed_.contains(number) ||
          schema_pages_.contains(number) || free_.contains(number)) {
        continue;
      }
      groups[top_of(number)].push_back(number);
    }
    for (const auto& [top, pages] : groups) {
      if (index_roots_.contains(top) || own_roots_.contains(top)) continue;
      // Rows that are older than a table's last columns have less; whole ones are surer.
      Tree* fits = only_fit(pages, true);
      if (fits == nullptr) fits = only_fit(pages, false);
      if (fits == nullptr) continue;
      fits->guessed.insert(fits->guessed.end(), pages.begin(), pages.end());
      claimed_.insert(pages.begin(), pages.end());
    }
  }

  /// The one torn table that all rows may be of; null where there is none, or several.
  Tree* only_fit(const std::vector<std::uint32_t>& pages, bool exactly) {
    Tree* fits = nullptr;
    for (Tree& tree : trees_) {
      if (!tree.torn || !tree.table.with_rowid || !all_fit(tree.table, pages, exactly)) continue;
      if (fits != nullptr) return nullptr;
      fits = &tree;
    }
    return fits;
  }

  bool all_fit(const TargetTable& table, const std::vector<std::uint32_t>& pages, bool exactly) {
    bool fits = true, any = false;
    for (const std::uint32_t number : pages) {
      file_.rows(
          file_.page(number), number,
          [&](FoundRow& row) {
            any = true;
            fits = fits && row_fits(table, row, exactly);
          },
          nullptr);
      if (!fits) return false;
    }
    return any;
  }

  static bool row_fits(const TargetTable& table, const FoundRow& row, bool exactly) {
    if (row.fields.size() > table.columns.size()) return false;
    if (row.whole && exactly && row.fields.size() != table.columns.size()) return false;
    for (std::size_t i = 0; i < row.fields.size() && i < table.columns.size(); ++i) {
      const TargetColumn& column = table.columns[i];
      const Field& field = row.fields[i];
      const bool null = std::holds_alternative<std::monostate>(field);
      if (column.alias && !null) return false;
      if (null && column.not_null && !column.alias) return false;
      if (null) continue;
      const bool text = std::holds_alternative<TextBytes>(field);
      const bool number =
          std::holds_alternative<std::int64_t>(field) || std::holds_alternative<double>(field);
      // Affinities make numbers of a text column texts, and of texts that look so numbers.
      if (column.affinity == 't' && number) return false;
      if (column.affinity == 'n' && text) return false;
    }
    return true;
  }

  Status copy_tables() {
    for (Tree& tree : trees_) {
      BEDSTONE_TRY(copy_pages(tree, tree.pages, false));
      BEDSTONE_TRY(copy_pages(tree, tree.guessed, true));
    }
    return {};
  }

  /// Rows that do not fit into their page's ascending ids, or have values that their columns never
  /// hold, come last: their id may be another row's.
  Status copy_pages(Tree& tree, const std::vector<std::uint32_t>& pages, bool guessed) {
    for (const bool doubtful : {false, true}) {
      for (const std::uint32_t number : pages) {
        std::vector<FoundRow> found;
        const std::int64_t unreadable = file_.rows(
            file_.page(number), number,
            [&found](FoundRow& row) { found.push_back(std::move(row)); }, &overflow_);
        if (!doubtful) result_.unreadable_cells += unreadable;
        const std::vector<bool> ascending = in_order(found, tree.table.with_rowid);
        for (std::size_t i = 0; i < found.size(); ++i) {
          const bool sure = ascending[i] && found[i].whole && row_fits(tree.table, found[i], false);
          if (sure != doubtful) BEDSTONE_TRY(copy_row(tree, number, found[i], guessed));
        }
      }
    }
    return {};
  }

  /// The longest part of the rows whose ids ascend.
  static std::vector<bool> in_order(const std::vector<FoundRow>& rows, bool with_rowid) {
    std::vector<bool> result(rows.size(), !with_rowid);
    if (!with_rowid || rows.empty()) return result;
    std::vector<std::size_t> length(rows.size(), 1), before(rows.size(), rows.size());
    std::size_t last = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (rows[j].id >= rows[i].id || length[j] + 1 <= length[i]) continue;
        length[i] = length[j] + 1;
        before[i] = j;
      }
      if (length[i] > length[last]) last = i;
    }
    for (std::size_t at = last; at < rows.size(); at = before[at])
      result[at] = true;
    return result;
  }

  Status copy_row(Tree& tree, std::uint32_t number, const FoundRow& row, bool guessed) {
    BEDSTONE_ASSIGN(const bool put, target_.insert(tree.table, row));
    if (!put) return lose({tree.root, number, &row});
    ++tree.report.rows;
    if (!row.whole) ++tree.report.damaged;
    if (guessed) ++tree.report.guessed;
    if (tree.table.with_rowid) tree.ids.insert(row.id);
    return {};
  }

  struct Lost {
    std::uint32_t root = 0;
    std::uint32_t page = 0;
    const FoundRow* row = nullptr;
  };

  Status lose(const Lost& lost) {
    ++result_.lost_and_found;
    return target_.insert_lost(lost.root, lost.page, *lost.row);
  }

  /// Rows whose own page is gone are in indexes still: in part, or whole where one covers them.
  Status copy_from_indexes() {
    for (const Entry& entry : entries_) {
      if (entry.type != "index" || entry.root == 0) continue;
      const auto tree = std::find_if(trees_.begin(), trees_.end(), [&entry](const Tree& one) {
        return text::to_lower(one.report.name) == text::to_lower(entry.table);
      });
      if (tree == trees_.end() || !tree->table.with_rowid) continue;
      const bool partial = text::to_lower(entry.sql).find("where") != std::string::npos;
      BEDSTONE_TRY(copy_from_index(entry, partial, *tree));
    }
    return {};
  }

  Status copy_from_index(const Entry& entry, bool partial, Tree& tree) {
    const std::vector<std::string> columns = target_.index_columns(entry.sql, entry.name);
    std::int64_t entries = 0;
    Status status;
    for (std::uint32_t number = 2; number <= file_.count(); ++number) {
      if (!is_leafy(number, false) || top_of(number) != entry.root) continue;
      claimed_.insert(number);
      file_.rows(
          file_.page(number), number,
          [&](FoundRow& row) {
            if (!status || row.fields.empty() || !row.whole) return;
            const auto* id = std::get_if<std::int64_t>(&row.fields.back());
            if (id == nullptr) return;
            ++entries;
            if (tree.ids.contains(*id)) return;
            status = copy_entry(entry, columns, *id, number, row, tree);
          },
          &overflow_);
      BEDSTONE_TRY(std::move(status));
      status = {};
    }
    if (!partial) tree.report.expected = std::max(tree.report.expected.value_or(0), entries);
    return {};
  }

  Status copy_entry(const Entry& entry, const std::vector<std::string>& columns, std::int64_t id,
                    std::uint32_t page, FoundRow& row, Tree& tree) {
    FoundRow whole;
    whole.id = id;
    for (const TargetColumn& column : tree.table.columns) {
      const auto found = std::find(columns.begin(), columns.end(), column.name);
      if (column.alias) {
        whole.fields.emplace_back();
      } else if (found != columns.end() &&
                 static_cast<std::size_t>(found - columns.begin()) + 1 < row.fields.size()) {
        whole.fields.push_back(row.fields[static_cast<std::size_t>(found - columns.begin())]);
      } else {
        return lose({entry.root, page, &row});
      }
    }
    BEDSTONE_ASSIGN(const bool put, target_.insert(tree.table, whole));
    if (!put) return lose({entry.root, page, &row});
    ++tree.report.rows;
    tree.ids.insert(id);
    return {};
  }

  /// Whatever else looks like rows.
  Status copy_rest() {
    Status status;
    for (std::uint32_t number = 2; number <= file_.count(); ++number) {
      const PageKind kind = pages_[number].kind;
      const bool leaf = kind == PageKind::kTableLeaf || kind == PageKind::kIndexLeaf ||
                        kind == PageKind::kIndexInterior;
      if (!leaf || claimed_.contains(number) || schema_pages_.contains(number) ||
          overflow_.contains(number)) {
        continue;
      }
      const std::uint32_t top = top_of(number);
      // Of an index that could be read nothing is missing; counters and statistics come apart.
      if (index_roots_.contains(top) || own_roots_.contains(top)) continue;
      file_.rows(
          file_.page(number), number,
          [&](FoundRow& row) {
            if (status && !row.fields.empty()) status = lose({top, number, &row});
          },
          nullptr);
      BEDSTONE_TRY(std::move(status));
      status = {};
    }
    return {};
  }

  Status make_the_rest() {
    for (Tree& tree : trees_) {
      if (tree.report.name.starts_with("sqlite_")) continue;
      result_.tables.push_back(tree.report);
    }
    std::sort(result_.tables.begin(), result_.tables.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    result_.lost_and_found_table = target_.lost_table();
    BEDSTONE_TRY(copy_counters());
    for (const std::string_view type : {"virtual", "index", "view", "trigger"}) {
      for (const Entry& entry : entries_) {
        const bool its = type == "virtual" ? is_virtual(entry) : entry.type == type;
        if (!its || entry.sql.empty()) continue;
        const Status made = type == "virtual" ? target_.make_virtual(entry.name, entry.sql)
                                              : target_.execute(entry.sql);
        if (!made) {
          result_.not_made.push_back(
              fmt::format("{} {}: {}", entry.type, entry.name, made.error().message));
        }
      }
    }
    return {};
  }

  /// sqlite_sequence is there as soon as a table counts.
  Status copy_counters() {
    for (const Entry& entry : entries_) {
      if (entry.name != "sqlite_sequence" || entry.root == 0) continue;
      Status status;
      for (std::uint32_t number = 2; number <= file_.count(); ++number) {
        if (pages_[number].kind != PageKind::kTableLeaf || top_of(number) != entry.root) continue;
        claimed_.insert(number);
        file_.rows(
            file_.page(number), number,
            [&](FoundRow& row) {
              if (!status || row.fields.size() != 2) return;
              const auto* value = std::get_if<std::int64_t>(&row.fields[1]);
              if (value != nullptr)
                status = target_.set_counter(utf8_of(row.fields[0], file_.encoding()), *value);
            },
            nullptr);
      }
      return status;
    }
    return {};
  }

  const PageFile& file_;
  SalvageTarget& target_;
  Salvaged& result_;
  const std::function<void(std::size_t, std::size_t)>& progress_;
  std::vector<Look> pages_;
  std::set<std::uint32_t> free_;
  std::set<std::uint32_t> schema_pages_;
  std::set<std::uint32_t> overflow_;
  std::set<std::uint32_t> claimed_;
  std::set<std::uint32_t> roots_;
  std::set<std::uint32_t> index_roots_;
  std::set<std::uint32_t> own_roots_;  ///< Of SQLite's own tables.
  std::vector<Entry> entries_;
  std::vector<Tree> trees_;
  std::map<std::uint32_t, std::size_t> by_root_;
};

}  // namespace

Result<Salvaged> salvage(const std::string& from, const std::string& to,
                         const std::vector<std::string>& definitions,
                         const std::function<void(std::size_t, std::size_t)>& progress) {
  BEDSTONE_ASSIGN(const PageFile file, PageFile::open(from));
  BEDSTONE_TRY(files::write_new(to, "", files::Mode::kPrivate));
  BEDSTONE_ASSIGN(SalvageTarget target, SalvageTarget::open(to, file));
  Salvaged result;
  BEDSTONE_TRY(Salvage(file, target, result, progress).run(definitions));
  std::int64_t rows = result.lost_and_found;
  for (const SalvagedTable& table : result.tables)
    rows += table.rows;
  if (rows == 0 && result.tables.empty()) {
    return fail(Error(ErrorCode::kSalvageFailed, fmt::format("nothing can be read from {}", from))
                    .because("no page of it looks like a page of a database")
                    .advise("restore a backup: bedstone restore FILE --replace")
                    .at(from));
  }
  BEDSTONE_TRY(target.finish(file));
  return result;
}

}  // namespace bedstone::db::sqlite
