/// The order of a dump's statements: a graph of items, some of which stand within others.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <queue>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "schema/dump.hpp"

namespace bedstone::schema {
namespace {

/// Of what is ready, the lowest rank comes first. A kind that is not listed comes last.
std::size_t rank(std::string_view kind) {
  static constexpr std::array<std::string_view, 36> kOrder = {"schema",
                                                              "extension",
                                                              "collation",
                                                              "enum",
                                                              "domain",
                                                              "type",
                                                              "range",
                                                              "domain constraint",
                                                              "text search dictionary",
                                                              "text search configuration",
                                                              "sequence",
                                                              "function",
                                                              "procedure",
                                                              "aggregate",
                                                              "table",
                                                              "foreign table",
                                                              "virtual table",
                                                              "owned by",
                                                              "default",
                                                              "storage",
                                                              "primary key",
                                                              "unique",
                                                              "exclusion",
                                                              "check",
                                                              "index options",
                                                              "index",
                                                              "attach",
                                                              "foreign key",
                                                              "replica identity",
                                                              "view",
                                                              "materialized view",
                                                              "statistics",
                                                              "rule",
                                                              "trigger",
                                                              "policy",
                                                              "row security"};
  const auto found = std::find(kOrder.begin(), kOrder.end(), kind);
  if (kind == "state") return kOrder.size() + 1;
  if (kind == "refresh") return kOrder.size() + 2;
  if (kind == "comment") return kOrder.size() + 3;
  return static_cast<std::size_t>(found - kOrder.begin());
}

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

class Arranger {
 public:
  Arranger(DumpSource& source, const DumpOptions& options) : source_(source), options_(options) {}

  Result<Dump> run() {
    drop_what_is_not_wanted();
    number_items();
    drop_orphans();
    drop_idle_extensions();
    for (;;) {
      build_graph();
      if (sort()) break;
      if (!break_circles()) return fail(circle());
    }
    return write();
  }

 private:
  std::vector<DumpItem>& items() { return source_.items; }

  void drop_what_is_not_wanted() {
    const auto unwanted = [&](std::string_view name) {
      return options_.inspect.exclude && !name.empty() && options_.inspect.exclude(name);
    };
    const auto bears_its_own_name = [](const DumpItem& item) {
      return !item.part && item.kind != "storage" && item.kind != "comment" &&
             item.kind != "default" && item.kind != "domain constraint";
    };
    std::erase_if(items(), [&](const DumpItem& item) {
      if (item.kind == "unsupported") dump_.unsupported.push_back(item.statement.value_or(item.id));
      if (item.kind == "unsupported") return true;
      const std::string_view name = std::string_view(item.name).substr(0, item.name.find('('));
      if (!unwanted(item.relation) && (!bears_its_own_name(item) || !unwanted(name))) return false;
      if (item.kind != "comment") left_out_.emplace(item.id, item.kind + " " + item.name);
      return true;
    });
    std::sort(dump_.unsupported.begin(), dump_.unsupported.end());
  }

  void number_items() {
    numbers_.clear();
    for (std::size_t i = 0; i < items().size(); ++i)
      numbers_.emplace(items()[i].id, i);
  }

  /// Follows aliases to an item. Their chains are short; a circle in them would be the catalog's.
  std::string_view resolve(std::string_view id) const {
    constexpr int kLongest = 8;
    for (int i = 0; i < kLongest; ++i) {
      const std::string key(id);
      if (numbers_.contains(key) || left_out_.contains(key)) break;
      const auto alias = source_.aliases.find(key);
      if (alias == source_.aliases.end()) break;
      id = alias->second;
    }
    return id;
  }

  std::size_t number_of(std::string_view id) const {
    const auto found = numbers_.find(std::string(resolve(id)));
    return found == numbers_.end() ? kNone : found->second;
  }

  /// What has lost its parent goes, and the defaults of columns that are not listed: a child table
  /// inherits them.
  void drop_orphans() {
    std::set<std::pair<std::string, std::int64_t>> columns;
    for (const DumpItem& item : items()) {
      if (item.kind == "column") columns.emplace(item.parent, item.number.value_or(0));
    }
    std::erase_if(items(), [&](const DumpItem& item) {
      if (item.parent.empty()) return false;
      if (number_of(item.parent) == kNone) return true;
      return item.kind == "default" && item.part &&
             !columns.contains({item.parent, item.number.value_or(0)});
    });
    number_items();
  }

  void drop_idle_extensions() {
    std::set<std::size_t> needed;
    for (const auto& [what, before] : source_.needs) {
      const std::size_t item = number_of(what);
      const std::size_t number = number_of(before);
      if (item != kNone && number != kNone && items()[item].kind != "schema") needed.insert(number);
    }
    std::set<std::string> keep;
    for (const std::size_t number : needed) {
      if (items()[number].kind == "extension") keep.insert(items()[number].id);
    }
    // An extension's schema: the catalog says so as a dependency, too.
    std::set<std::string> schemas;
    for (const DumpItem& item : items()) {
      const bool wanted = keep.contains(item.id) ||
                          std::find(options_.extensions.begin(), options_.extensions.end(),
                                    item.name) != options_.extensions.end();
      if (item.kind != "extension" || !wanted) continue;
      keep.insert(item.id);
      for (const auto& [what, before] : source_.needs) {
        if (what == item.id) schemas.insert(before);
      }
    }
    std::erase_if(items(), [&](const DumpItem& item) {
      return (item.kind == "extension" && !keep.contains(item.id)) ||
             (item.kind == "schema" && !schemas.contains(item.id));
    });
    number_items();
    separate_.assign(items().size(), false);
    for (std::size_t i = 0; i < items().size(); ++i)
      separate_[i] = items()[i].parent.empty() || !items()[i].part;
  }

  /// The item whose statement this one is, or stands in.
  std::size_t node_of(std::size_t item) const {
    return separate_[item] ? item : number_of(source_.items[item].parent);
  }

  void build_graph() {
    needs_.assign(items().size(), {});
    missing_.clear();
    const auto add = [&](std::size_t item, std::size_t before) {
      const std::size_t from = node_of(item);
      const std::size_t to = node_of(before);
      if (from != to) needs_[from].insert(to);
    };
    for (std::size_t i = 0; i < items().size(); ++i) {
      if (!items()[i].parent.empty()) add(i, number_of(items()[i].parent));
    }
    for (const auto& [what, before] : source_.needs) {
      const std::size_t item = number_of(what);
      if (item == kNone) continue;
      const std::size_t needed = number_of(before);
      if (needed != kNone) {
        add(item, needed);
      } else if (const auto found = left_out_.find(std::string(resolve(before)));
                 found != left_out_.end()) {
        missing_.insert(found->second);
      }
    }
  }

  using Key = std::tuple<std::size_t, std::string_view, std::string_view, std::size_t>;
  Key key_of(std::size_t node) const {
    const DumpItem& item = source_.items[node];
    return {rank(item.kind), item.relation.empty() ? item.name : item.relation, item.name, node};
  }

  /// Whether all found their place; else order_ holds those that did.
  bool sort() {
    std::vector<std::size_t> waiting(items().size());
    std::vector<std::vector<std::size_t>> followers(items().size());
    std::priority_queue<Key, std::vector<Key>, std::greater<>> ready;
    std::size_t nodes = 0;
    for (std::size_t i = 0; i < items().size(); ++i) {
      if (!separate_[i]) continue;
      ++nodes;
      waiting[i] = needs_[i].size();
      for (const std::size_t before : needs_[i])
        followers[before].push_back(i);
      if (waiting[i] == 0) ready.push(key_of(i));
    }
    order_.clear();
    while (!ready.empty()) {
      const std::size_t node = std::get<3>(ready.top());
      ready.pop();
      order_.push_back(node);
      for (const std::size_t follower : followers[node]) {
        if (--waiting[follower] == 0) ready.push(key_of(follower));
      }
    }
    return order_.size() == nodes;
  }

  /// What is in a circle, or between two: neither end can be taken off.
  std::set<std::size_t> stuck() const {
    std::set<std::size_t> left;
    for (std::size_t i = 0; i < source_.items.size(); ++i) {
      if (separate_[i]) left.insert(i);
    }
    for (const std::size_t done : order_)
      left.erase(done);
    for (bool changed = true; changed;) {
      std::set<std::size_t> needed;
      for (const std::size_t node : left) {
        for (const std::size_t before : needs_[node])
          needed.insert(before);
      }
      changed = std::erase_if(left, [&](std::size_t node) { return !needed.contains(node); }) > 0;
    }
    return left;
  }

  /// Takes parts out of the tables in question. False: there were none.
  bool break_circles() {
    const std::set<std::size_t> left = stuck();
    const auto take_out = [&](bool foreign_keys) {
      bool any = false;
      for (std::size_t i = 0; i < items().size(); ++i) {
        const DumpItem& item = items()[i];
        if (separate_[i] || !item.statement || !left.contains(node_of(i))) continue;
        if (foreign_keys != (item.kind == "foreign key")) continue;
        if (item.kind == "primary key" || item.kind == "unique") continue;
        separate_[i] = any = true;
      }
      return any;
    };
    return take_out(true) || take_out(false);
  }

  Error circle() const {
    std::vector<std::string> names;
    for (const std::size_t node : stuck())
      names.push_back(source_.items[node].kind + " " + source_.items[node].name);
    return Error(ErrorCode::kSchemaNotDumped, "these objects need one another in a circle")
        .because(text::join(names, ", "))
        .advise("bedstone explain BED0951");
  }

  Dump write() {
    std::vector<std::vector<std::size_t>> parts(items().size());
    for (std::size_t i = 0; i < items().size(); ++i) {
      if (!separate_[i]) parts[node_of(i)].push_back(i);
    }
    for (const std::size_t node : order_) {
      const DumpItem& item = items()[node];
      dump_.statements.push_back(
          {item.kind, item.relation, item.name, with_parts(item, parts[node])});
    }
    dump_.missing.assign(missing_.begin(), missing_.end());
    dump_.prologue = std::move(source_.prologue);
    dump_.epilogue = std::move(source_.epilogue);
    return std::move(dump_);
  }

  /// Columns in their order, each with its default, then the constraints.
  std::string with_parts(const DumpItem& item, std::vector<std::size_t>& parts) {
    std::string sql = item.statement.value_or("");
    if (!item.tail) return sql;
    const auto key = [&](std::size_t i) {
      const DumpItem& part = items()[i];
      return std::tuple(!part.number, part.number.value_or(0), part.kind == "default",
                        rank(part.kind), std::string_view(part.name));
    };
    std::sort(parts.begin(), parts.end(),
              [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    std::string body;
    for (const std::size_t i : parts) {
      const DumpItem& part = items()[i];
      if (part.part->empty()) continue;
      if (part.kind == "default") {
        body += " " + *part.part;
      } else {
        body += (body.empty() ? "\n    " : ",\n    ") + *part.part;
      }
    }
    sql += body.empty() ? " ()" : " (" + body + "\n)";
    if (!item.tail->empty()) sql += " " + *item.tail;
    return sql;
  }

  DumpSource& source_;
  const DumpOptions& options_;
  Dump dump_;
  std::unordered_map<std::string, std::size_t> numbers_;
  std::unordered_map<std::string, std::string> left_out_;  ///< By id, what it is.
  std::vector<bool> separate_;                             ///< Items with a statement of their own.
  std::vector<std::set<std::size_t>> needs_;
  std::set<std::string> missing_;
  std::vector<std::size_t> order_;
};

}  // namespace

Result<Dump> arrange(DumpSource source, const DumpOptions& options) {
  return Arranger(source, options).run();
}

}  // namespace bedstone::schema
