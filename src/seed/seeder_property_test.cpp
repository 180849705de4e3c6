// Random files, operators and runs on real databases, against a model of a few lines that says what
// must come of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "base/test_support.hpp"
#include "db/conformance.hpp"
#include "schema/inspect.hpp"
#include "seed/seeder.hpp"
#include "seed/set.hpp"
#include "store/tables.hpp"

namespace bedstone::seed {
namespace {

using db::testing::must;

using Value = std::optional<std::string>;       // Nothing: NULL.
using Cells = std::map<std::string, Value>;     // By column; in a file only those that are given.
using Content = std::map<std::int64_t, Cells>;  // By key.
const std::vector<std::string> kColumns{"a", "b"};

struct Step {
  Mode mode = Mode::kUpdate;
  Content file;
  bool force = false;
  bool prune = false;
};

/// What Bedstone remembers of a row; a column without an entry is one whose value it never wrote.
struct Remembered {
  bool created = false;
  Cells written;
};

/// One table, one set.
struct Model {
  Content live;
  std::map<std::int64_t, Remembered> ledger;
  std::set<std::string> known;  ///< Columns that any file gave so far.
  bool ran = false;

  void run(const Step& step) {
    std::set<std::string> columns = known;
    for (const auto& [key, cells] : step.file) {
      for (const auto& [column, value] : cells)
        columns.insert(column);
    }
    if (step.mode == Mode::kSync && step.prune && ran) remove_orphans(step);
    for (const auto& [key, cells] : step.file) {
      if (!live.contains(key)) {
        if (ledger.contains(key)) continue;
        add(key, cells, columns);
      } else {
        merge(step, key, cells);
      }
    }
    known = columns;
    ran = true;
  }

 private:
  void remove_orphans(const Step& step) {
    std::set<std::int64_t> gone;
    for (const auto& [key, remembered] : ledger) {
      if (!remembered.created || step.file.contains(key) || !live.contains(key)) continue;
      const bool untouched = std::all_of(known.begin(), known.end(), [&](const auto& column) {
        const auto written = remembered.written.find(column);
        return written != remembered.written.end() && written->second == live[key][column];
      });
      if (untouched) gone.insert(key);
    }
    if (gone.empty()) return;
    for (const std::int64_t key : gone)
      live.erase(key);
    std::erase_if(ledger, [&](const auto& one) {
      return !step.file.contains(one.first) && !live.contains(one.first);
    });
  }

  void add(std::int64_t key, const Cells& cells, const std::set<std::string>& columns) {
    for (const std::string& column : kColumns) {
      const auto given = cells.find(column);
      live[key][column] = given == cells.end() ? Value() : given->second;
      if (columns.contains(column)) ledger[key].written[column] = live[key][column];
    }
    ledger[key].created = true;
  }

  void merge(const Step& step, std::int64_t key, const Cells& cells) {
    const bool ours = ledger.contains(key);
    Remembered& remembered = ledger[key];
    if (step.mode == Mode::kInsert) return;
    for (const auto& [column, value] : cells) {
      Value& now = live[key][column];
      const auto written = remembered.written.find(column);
      const bool never_known = !known.contains(column);
      const bool still_ours = written != remembered.written.end()
                                  ? written->second == now
                                  : ours && never_known && remembered.created && !now.has_value();
      if (now == value || still_ours || step.force) {
        // Only what the operator alone changed is kept even then.
        const bool operator_alone = now != value && !still_ours &&
                                    written != remembered.written.end() && written->second == value;
        if (!operator_alone) now = value;
        remembered.written[column] = value;
      }
    }
  }
};

class Seeding : public db::testing::EngineTest {
 protected:
  explicit Seeding(db::Engine engine) : EngineTest(engine) {}

  void make_tables(db::Connection& connection) {
    if (!is_sqlite()) must(connection.execute("CREATE SCHEMA bedstone"));
    for (int layout = 0; layout < store::kLayout; ++layout) {
      for (const std::string& sql : store::upgrade(connection.dialect(), layout))
        must(connection.execute(sql));
    }
    must(connection.execute("CREATE TABLE things (k integer PRIMARY KEY, a integer, b text)"));
    must(connection.set_durable(false));
    if (is_sqlite()) must(connection.execute("PRAGMA synchronous = OFF"));
  }

  static std::string text_of(const Step& step, std::mt19937& random) {
    const std::vector<std::string> modes{"insert", "update", "sync"};
    std::string text =
        "table: things\nmode: " + modes[static_cast<std::size_t>(step.mode)] + "\nrows:";
    std::vector<std::string> rows;
    for (const auto& [key, cells] : step.file) {
      std::string row = fmt::format("\n  - {{k: {}", key);
      for (const auto& [column, value] : cells) {
        const std::string shown =
            column == "b" && value ? "\"" + *value + "\"" : value.value_or("null");
        row += fmt::format(", {}: {}", column, shown);
      }
      rows.push_back(row + "}");
    }
    // The order of rows must not matter.
    std::shuffle(rows.begin(), rows.end(), random);
    for (const std::string& row : rows)
      text += row;
    return rows.empty() ? text + " []\n" : text + "\n";
  }

  SeedSetResult seed(db::Connection& connection, const std::string& name, const Step& step,
                     std::mt19937& random) {
    // Not by files::write(), which waits for the disk.
    std::ofstream(folder_of_sets_.path(name + ".yaml")) << text_of(step, random);
    const Environment environment;
    auto set = read_set(folder_of_sets_.path(name + ".yaml"), name + ".yaml",
                        {folder_of_sets_.path(), "", environment});
    EXPECT_TRUE(set.has_value());
    const auto schema = must(schema::inspect(connection, {}));
    const Surroundings around{environment, connection.engine(), folder_of_sets_.path(), "zoo",
                              "2026-11-21T00:00:00Z"};
    SeedContext context{.connection = connection,
                        .schema = schema,
                        .around = around,
                        .clock = system_clock(),
                        .log = null_log(),
                        .schema_name = "public",
                        .run_id = "run"};
    store::SeedStore seeds(connection, "zoo");
    const auto known = must(seeds.sets());
    const auto last =
        std::find_if(known.begin(), known.end(), [&](const auto& row) { return row.name == name; });
    SeedOptions options;
    options.force_conflicts = step.force;
    options.prune = step.prune;
    return run_set(context, *set, {"whole", "shape"}, last == known.end() ? nullptr : &*last,
                   options);
  }

  static Content content(db::Connection& connection) {
    const auto rows = must(connection.query("SELECT k, a, b FROM things ORDER BY k"));
    Content result;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t column = 0; column < kColumns.size(); ++column) {
        result[rows.integer(i, 0)][kColumns[column]] =
            rows.is_null(i, 1 + column) ? Value() : Value(std::string(rows.text(i, 1 + column)));
      }
    }
    return result;
  }

  static std::string shown(const Content& content) {
    std::string text;
    for (const auto& [key, cells] : content) {
      text += fmt::format("{}:", key);
      for (const auto& [column, value] : cells)
        text += fmt::format(" {}={}", column, value.value_or("null"));
      text += "; ";
    }
    return text;
  }

  test::TemporaryFolder folder_of_sets_;
};

class Story {
 public:
  explicit Story(unsigned number) : random(number) {}

  bool chance(unsigned percent) { return random() % 100 < percent; }
  Value value(unsigned null_percent) {
    if (chance(null_percent)) return std::nullopt;
    return std::to_string(random() % 3);
  }

  /// Most of the last file, a little changed.
  void edit_file(Step& step, std::int64_t remainder) {
    const bool whole_column_away = chance(15);
    for (std::int64_t key = remainder; key < 8; key += 2) {
      if (chance(15)) step.file.erase(key);
      if (chance(25)) step.file[key];
      if (!step.file.contains(key)) continue;
      for (const std::string& column : kColumns) {
        Cells& cells = step.file[key];
        if (chance(25)) cells[column] = value(15);
        if (chance(10) || (column == "b" && whole_column_away)) cells.erase(column);
      }
    }
    step.mode = std::vector{Mode::kInsert, Mode::kUpdate, Mode::kUpdate, Mode::kSync}[random() % 4];
    step.force = chance(8);
    step.prune = chance(40);
  }

  /// What an operator does, as statements; the content follows.
  std::vector<std::string> operate(Content& live) {
    std::vector<std::string> statements;
    const auto literal = [](const Value& value) { return value ? "'" + *value + "'" : "NULL"; };
    for (std::int64_t key = 0; key < 8; ++key) {
      if (!chance(20)) continue;
      if (!live.contains(key)) {
        live[key] = {{"a", value(20)}, {"b", value(20)}};
        statements.push_back(fmt::format("INSERT INTO things (k, a, b) VALUES ({}, {}, {})", key,
                                         literal(live[key]["a"]), literal(live[key]["b"])));
      } else if (chance(30)) {
        live.erase(key);
        statements.push_back(fmt::format("DELETE FROM things WHERE k = {}", key));
      } else {
        const std::string& column = kColumns[random() % 2];
        live[key][column] = value(20);
        statements.push_back(fmt::format("UPDATE things SET {} = {} WHERE k = {}", column,
                                         literal(live[key][column]), key));
      }
    }
    return statements;
  }

  std::mt19937 random;
};

/// Two sets of one table, of even and of odd keys: on the left the even one goes first, on the
/// right the odd one.
class SeedingProperty : public Seeding {
 protected:
  using Seeding::Seeding;

  void tell(unsigned number, int steps) {
    SCOPED_TRACE(fmt::format("story {}", number));
    Story story(number);
    db::Connection& one = db();
    must(one.execute("DELETE FROM things"));
    must(one.execute("DELETE FROM " + one.dialect().store_table("seed_rows")));
    must(one.execute("DELETE FROM " + one.dialect().store_table("seed_sets")));
    Model models[2];
    Step sets[2];
    Content live;
    for (int step = 0; step < steps; ++step) {
      SCOPED_TRACE(fmt::format("step {}", step));
      for (const std::string& sql : story.operate(live))
        must(one.execute(sql));
      const std::size_t first = story.random() % 2;
      for (const std::size_t which : {first, 1 - first}) {
        story.edit_file(sets[which], static_cast<std::int64_t>(which));
        models[which].live = live;
        models[which].run(sets[which]);
        const SeedSetResult result =
            seed(one, which == 0 ? "even" : "odd", sets[which], story.random);
        ASSERT_EQ(result.outcome, "done") << test::render(result.errors);
        ASSERT_EQ(shown(content(one)), shown(models[which].live))
            << "before: " << shown(live) << "\nfile: " << text_of(sets[which], story.random);
        live = models[which].live;
        // Twice is once.
        const SeedSetResult again =
            seed(one, which == 0 ? "even" : "odd", sets[which], story.random);
        models[which].run(sets[which]);
        ASSERT_EQ(again.created + again.updated + again.deleted, 0);
        ASSERT_EQ(shown(content(one)), shown(live));
      }
    }
  }
};

class SqliteSeedingProperty : public SeedingProperty {
 protected:
  SqliteSeedingProperty() : SeedingProperty(db::Engine::kSqlite) {}
};
class PostgresSeedingProperty : public SeedingProperty {
 protected:
  PostgresSeedingProperty() : SeedingProperty(db::Engine::kPostgres) {}
};

// shows: A2, S1, S2, S4, PR3, PR7
TEST_F(SqliteSeedingProperty, RunsDoWhatTheModelSaysWhateverOperatorsDo) {
  make_tables(db());
  for (unsigned number = 0; number < 100 && !HasFatalFailure(); ++number)
    tell(number, 6);
}

// shows: A2, S1, S2, S4, PR3, PR7
TEST_F(PostgresSeedingProperty, RunsDoWhatTheModelSaysWhateverOperatorsDo) {
  if (IsSkipped()) return;
  make_tables(db());
  for (unsigned number = 1000; number < 1012 && !HasFatalFailure(); ++number)
    tell(number, 6);
}

}  // namespace
}  // namespace bedstone::seed
