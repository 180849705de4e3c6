// What a row's values become in the stage, kind by kind.
#include "seed/program.hpp"

#include "base/text.hpp"
#include "seed/rows.hpp"
#include "seed/test_support.hpp"

namespace bedstone::seed {
namespace {

class Programs : public SeedFolder {
 protected:
  /// The cells of column `v`, one for each value as the set's text writes it; or what is wrong.
  std::string cells(db::Engine engine, const std::string& type, std::string_view values) {
    schema::Schema schema;
    schema.engine = engine;
    schema::Table& table = schema.tables.emplace_back();
    table.name = "things";
    table.columns = {{.name = "k", .type = "integer", .nullable = false},
                     {.name = "v", .type = type}};
    table.primary_key = schema::Key{.columns = {"k"}};
    std::string text = "table: things\nrows:\n";
    for (const std::string_view value : text::split(values, '\n'))
      text += fmt::format("  - {{k: 1, v: {}}}\n", value);
    const SeedSet set = read(text);
    Tables tables(schema);
    const Surroundings around{environment_, engine, path("."), "zoo", "2026-11-21T10:00:00Z"};
    auto source = open_rows(set);
    EXPECT_TRUE(source.has_value());
    auto program = Program::make(set, tables, around, **source, {});
    if (!program) return test::render(program.error());
    std::string shown;
    for (std::int64_t number = 1;; ++number) {
      const auto row = (*source)->next();
      if (!row || *row == nullptr) return shown;
      Errors errors;
      const auto cells = program->run(**row, number, errors);
      if (!shown.empty()) shown += '\n';
      shown += errors.empty() ? text_of(cells[3]) : errors.front().message;
    }
  }

 private:
  static std::string text_of(const db::LoadCell& cell) {
    using Kind = db::LoadCell::Kind;
    const std::string bytes(cell.bytes);
    if (cell.kind == Kind::kNull) return "NULL";
    if (cell.kind == Kind::kNumber) return "number " + bytes;
    if (cell.kind == Kind::kBlob) return "bytes " + bytes;
    return "text " + bytes;
  }
};

constexpr auto kSqlite = db::Engine::kSqlite;
constexpr auto kPostgres = db::Engine::kPostgres;

// shows: A4, S7
TEST_F(Programs, BooleansAreTheTwoWordsAndTheTwoDigits) {
  const std::string_view values = "true\nFalse\n1\n0\n\"t\"\n\"yes\"\n2\nnull";
  EXPECT_EQ(
      cells(kSqlite, "BOOLEAN", values),
      "number 1\nnumber 0\nnumber 1\nnumber 0\nnumber 1\n`yes` does not fit v\n`2` does not fit "
      "v\nNULL");
  EXPECT_EQ(cells(kPostgres, "boolean", "true\n0"), "text true\ntext false");
}

// shows: A4
TEST_F(Programs, IntegersStayInTheirColumnsBounds) {
  EXPECT_EQ(cells(kPostgres, "smallint", "32767\n32768\n-32768\n-32769"),
            "text 32767\n`32768` does not fit v\ntext -32768\n`-32769` does not fit v");
  EXPECT_EQ(cells(kPostgres, "integer", "2147483647\n2147483648"),
            "text 2147483647\n`2147483648` does not fit v");
  EXPECT_EQ(cells(kPostgres, "bigint", "9223372036854775807\n9223372036854775808\n1.0\n1e3\n\"\""),
            "text 9223372036854775807\n`9223372036854775808` does not fit v\n`1.0` does not fit v\n"
            "`1e3` does not fit v\n`` does not fit v");
  EXPECT_EQ(cells(kSqlite, "INTEGER", "2147483648\n\"007\"\nx"),
            "number 2147483648\ntext 007\n`x` does not fit v");
}

// shows: A4, S7
TEST_F(Programs, NumbersKeepTheirDigits) {
  EXPECT_EQ(cells(kPostgres, "numeric", "0.10\n123456789012345678901234567890\n1e400\nten"),
            "text 0.10\ntext 123456789012345678901234567890\ntext 1e400\n`ten` does not fit v");
  EXPECT_EQ(cells(kPostgres, "text", "00420\n1.10\ntrue\nno"),
            "text 00420\ntext 1.10\ntext true\ntext no");
}

// shows: A4
TEST_F(Programs, ListsAndMappingsGoWhereTheyFit) {
  EXPECT_EQ(cells(kPostgres, "jsonb", "[1, 2.50]\n{a: null}\ntext\n1"),
            "text [1,2.50]\ntext {\"a\":null}\ntext \"text\"\ntext 1");
  EXPECT_EQ(cells(kPostgres, "text[]", "[a, null, 'q\"']\n[[1], [2]]\n'{a,b}'"),
            "text {\"a\",NULL,\"q\\\"\"}\ntext {{\"1\"},{\"2\"}}\ntext {a,b}");
  EXPECT_EQ(cells(kPostgres, "vector(2)", "[1, 0.5]"), "text [1,0.5]");
  EXPECT_EQ(cells(kPostgres, "integer", "[1]\n{a: 1}"),
            "a list does not fit v\na mapping does not fit v");
}

// shows: A4
TEST_F(Programs, BytesAreWrittenInHexadecimalOrStandForThemselves) {
  for (const auto& [engine, type] : {std::pair(kSqlite, "BLOB"), std::pair(kPostgres, "bytea")}) {
    EXPECT_EQ(cells(engine, type, "'\\x6869'\nplain\n'\\x6'\n'\\xgg'\n'\\x'"),
              "bytes hi\nbytes plain\n`\\x6` does not fit v\n`\\xgg` does not fit v\nbytes ");
  }
}

// shows: PR6, A9
TEST_F(Programs, AMisfitThatMayBeSecretIsNotShown) {
  variables({{"PIN", "canary"}});
  EXPECT_EQ(cells(kPostgres, "integer", "{env: PIN}"), "the value does not fit v");
  EXPECT_EQ(cells(kPostgres, "integer", "\"${PIN}\""), "the value does not fit v");
}

}  // namespace
}  // namespace bedstone::seed
