// schema show, schema diff, schema validate.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/render/parts.hpp"
#include "cli/render/schema.hpp"
#include "schema/tidy.hpp"

namespace bedstone::cli {
namespace {

using schema::Column;
using schema::ForeignKey;
using schema::Index;
using schema::Table;
using schema::Trigger;
using schema::View;

std::string list(const std::vector<std::string>& names) {
  return fmt::format("({})", text::join(names, ", "));
}

class Tree {
 public:
  Tree(Page& page, const bootstrap::SchemaReport& report) : page_(page), report_(report) {}

  void add() {
    for (const Table& table : report_.model.tables)
      add(table);
    for (const View& view : report_.model.views)
      add(view);
    for (const schema::Enum& type : report_.model.enums)
      leaf("enum", type.name, list(type.values));
    for (const schema::Sequence& sequence : report_.model.sequences)
      leaf("sequence", sequence.name, sequence.definition);
    for (const schema::Routine& routine : report_.model.routines)
      leaf(routine.kind, routine.name, fmt::format("({})", routine.arguments));
    for (const schema::OtherObject& other : report_.model.others) {
      if (other.relation.empty() && !schema::is_historic(other))
        leaf(other.kind, other.name, other.definition);
    }
    for (const std::string_view what : {"extension", "event trigger", "shadow table"}) {
      for (const schema::Note& note : report_.notes) {
        if (note.what == what) leaf(what, note.name, note.text);
      }
    }
  }

 private:
  std::string note(std::string_view what, std::string_view kind, std::string_view relation,
                   std::string_view name) const {
    for (const schema::Note& one : report_.notes) {
      if (one.what == what && one.kind == kind && one.relation == relation && one.name == name)
        return one.text;
    }
    return {};
  }

  void head(std::string_view kind, const std::string& name, const std::string& options) {
    page_.add(name, Tone::kName).add("  ").add(kind, Tone::kStrong);
    if (!options.empty()) page_.add("  " + text::excerpt(options), Tone::kQuiet);
    page_.end();
    if (const std::string comment = note("comment", "relation", "", name); !comment.empty())
      page_.add("  # " + text::excerpt(comment), Tone::kQuiet).end();
    if (const std::string owner = note("owner", "relation", "", name); !owner.empty()) {
      std::string rights = "owner " + owner;
      for (const schema::Note& one : report_.notes) {
        if (one.what == "grant" && one.kind == "relation" && one.name == name)
          rights += "; " + one.text;
      }
      page_.add("  " + rights, Tone::kQuiet).end();
    }
  }

  void leaf(std::string_view kind, const std::string& name, const std::string& text) {
    page_.add(name, Tone::kName).add("  ").add(kind, Tone::kStrong);
    if (!text.empty()) page_.add("  " + text::excerpt(text), Tone::kQuiet);
    page_.end();
  }

  void add(const Table& table) {
    head(table.kind, table.name, table.options);
    rows_.clear();
    for (const Column& column : table.columns)
      add(table, column);
    page_.table(rows_, 4);
    rows_.clear();
    if (table.primary_key) key("primary key", *table.primary_key);
    for (const schema::Key& unique : table.uniques)
      key("unique", unique);
    for (const ForeignKey& one : table.foreign_keys) {
      std::string text =
          fmt::format("{} → {}{}", list(one.columns), one.table,
                      one.referenced_columns.empty() ? "" : " " + list(one.referenced_columns));
      if (one.on_delete != "no action" && !one.on_delete.empty())
        text += ", on delete " + one.on_delete;
      if (one.on_update != "no action" && !one.on_update.empty())
        text += ", on update " + one.on_update;
      row("foreign key", one.name, with(text, one.options));
    }
    for (const schema::Check& check : table.checks)
      row("check", check.name, with(check.expression, check.options));
    add_members(table.name, table.indexes, table.triggers);
    page_.table(rows_, 4);
  }

  void add(const Table&, const Column& column) {
    std::string rest;
    const auto say = [&](const std::string& text) {
      if (!text.empty()) rest += (rest.empty() ? "" : " ") + text;
    };
    if (!column.nullable) say("not null");
    if (column.default_expression) say("default " + *column.default_expression);
    if (!column.identity.empty()) say("identity " + column.identity);
    if (column.generated) {
      say(fmt::format("generated ({}) {}", column.generated->expression, column.generated->kind));
    }
    if (!column.collation.empty()) say("collate " + column.collation);
    say(column.options);
    say(column.storage);
    rows_.push_back({{column.name, Tone::kName}, {column.type}, {text::excerpt(rest, 100)}});
    // The table's name is the last head's.
  }

  void add(const View& view) {
    head(view.materialized ? "materialized view" : "view", view.name, view.options);
    rows_.clear();
    add_members(view.name, view.indexes, view.triggers);
    page_.table(rows_, 4);
  }

  void add_members(const std::string& relation, const std::vector<Index>& indexes,
                   const std::vector<Trigger>& triggers) {
    for (const Index& index : indexes) {
      std::vector<std::string> columns;
      for (const schema::IndexColumn& column : index.columns)
        columns.push_back(with(column.text, column.order, " "));
      std::string text = with(index.method, list(columns), " ");
      if (!index.included.empty()) text += " include " + list(index.included);
      if (index.predicate) text += " where " + *index.predicate;
      if (!index.valid) text += ", invalid";
      row(index.unique ? "unique index" : "index", index.name, with(text, index.options));
    }
    for (const Trigger& trigger : triggers)
      row("trigger", trigger.name, with(trigger.definition, trigger.state));
    for (const schema::OtherObject& other : report_.model.others) {
      if (other.relation == relation) row(other.kind, other.name, other.definition);
    }
  }

  static std::string with(const std::string& text, const std::string& more,
                          std::string_view between = ", ") {
    if (text.empty() || more.empty()) return text + more;
    return fmt::format("{}{}{}", text, between, more);
  }

  void key(std::string_view kind, const schema::Key& one) {
    row(kind, one.name, with(list(one.columns), one.options));
  }

  void row(std::string_view kind, const std::string& name, const std::string& text) {
    rows_.push_back(
        {{std::string(kind), Tone::kQuiet}, {name, Tone::kName}, {text::excerpt(text, 120)}});
  }

  Page& page_;
  const bootstrap::SchemaReport& report_;
  std::vector<Page::Row> rows_;
};

Tone tone_of(Severity severity) {
  if (severity == Severity::kInfo) return Tone::kQuiet;
  return severity == Severity::kWarning ? Tone::kWarning : Tone::kBad;
}

}  // namespace

void add_report(Page& page, const bootstrap::SchemaReport& report) {
  Tree(page, report).add();
  if (page.empty() && report.errors.empty()) page.line("The schema is empty.");
}

void add_report(Page& page, const bootstrap::SchemaDiffReport& report) {
  if (!report.errors.empty()) return;
  const std::string what = report.other.empty() ? "what was recorded" : report.other;
  if (report.differences.empty()) {
    if (report.warnings.empty()) page.line("The schema is the same as " + what + ".", Tone::kGood);
    return;
  }
  page.line("The schema is not the same as " + what + ":");
  add_drift(page, report.differences);
}

void add_report(Page& page, const bootstrap::SchemaValidation& report) {
  if (!report.errors.empty()) return;
  if (report.valid) {
    page.add("The schema is as recorded.", Tone::kGood)
        .add("  " + report.fingerprint, Tone::kQuiet)
        .end();
  }
  if (report.findings.empty()) return;
  page.line(
      fmt::format("The schema is not as recorded: {}",
                  text::count(static_cast<std::int64_t>(report.findings.size()), "difference")));
  for (const bootstrap::SchemaFinding& finding : report.findings) {
    page.add("  ")
        .add(bootstrap::severity_name(finding.severity), tone_of(finding.severity))
        .add("  " + finding.issue)
        .end();
    page.add("    → " + finding.suggestion, Tone::kQuiet).end();
  }
}

}  // namespace bedstone::cli
