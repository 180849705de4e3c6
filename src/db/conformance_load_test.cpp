/// What every driver must do: load many rows, each as it was given.
// shows: D9
#include "db/load_fixture.hpp"

namespace bedstone::db::testing {
namespace {

class Loads : public Loading<Conformance> {};

INSTANTIATE_TEST_SUITE_P(Engines, Loads, every_engine(), engine_in_test_name);

TEST_P(Loads, TextsNullsAndEmptyTextsComeBackEqual) {
  execute("CREATE TABLE t (id bigint, v text)");
  std::string controls;
  for (char c = 1; c < 32; ++c)
    controls += c;
  const std::vector<std::string> texts = {"",
                                          "plain",
                                          "\\N",
                                          "\\.",
                                          "\\",
                                          "a\\",
                                          "\\x41\\101\\b",
                                          "\t",
                                          "\n",
                                          "\r\n",
                                          " spaces ",
                                          "NULL",
                                          "it's \"quoted\", $1",
                                          controls,
                                          "Grüße, 日本語, \xF0\x9F\x8E\x89"};
  std::vector<Row> feed;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    feed.push_back({text(std::to_string(i)), text(texts[i])});
  }
  feed.push_back({text("99"), null()});
  EXPECT_EQ(must(load(into({"id", "v"}), feed)), static_cast<std::int64_t>(feed.size()));
  const Rows rows = query("SELECT v FROM t ORDER BY id");
  ASSERT_EQ(rows.size(), texts.size() + 1);
  for (std::size_t i = 0; i < texts.size(); ++i)
    EXPECT_EQ(rows.at(i, 0), texts[i]) << i;
  EXPECT_TRUE(rows.is_null(texts.size(), 0));
}

TEST_P(Loads, ASingleColumnTellsNullFromEmpty) {
  execute("CREATE TABLE t (v text)");
  EXPECT_EQ(must(load(into({"v"}), {{text("")}, {null()}, {text("\\.")}, {text("")}})), 4);
  EXPECT_EQ(number("SELECT count(*) FROM t WHERE v = ''"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM t WHERE v IS NULL"), 1);
}

TEST_P(Loads, BlobsKeepEveryByte) {
  execute(by_engine("CREATE TABLE t (id bigint, v blob)", "CREATE TABLE t (id bigint, v bytea)"));
  std::string every_byte, digits = "\\x";
  for (int i = 0; i < 256; ++i) {
    every_byte += static_cast<char>(i);
    digits += fmt::format("{:02x}", i);
  }
  must(load(into({"id", "v"}),
            {{text("1"), {Kind::kBlob, every_byte}}, {text("2"), {Kind::kBlob, ""}}}));
  const Rows rows = query("SELECT v FROM t ORDER BY id");
  EXPECT_EQ(rows.at(0, 0), digits);
  EXPECT_EQ(rows.at(1, 0), "\\x");
}

TEST_P(Loads, LargeCellsComeBackWhole) {
  execute(by_engine("CREATE TABLE t (v text, w blob)", "CREATE TABLE t (v text, w bytea)"));
  std::string large;
  while (large.size() < 3'000'000)
    large += "some\ttext\\ with\nü ";
  std::vector<Row> feed(3, {text(large), {Kind::kBlob, large}});
  EXPECT_EQ(must(load(into({"v", "w"}), feed)), 3);
  const Rows rows = query("SELECT v, length(w) FROM t");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(rows.text(i, 0) == large);
    EXPECT_EQ(rows.integer(i, 1), static_cast<std::int64_t>(large.size()));
  }
}

TEST_P(Loads, ColumnsConvertTextsAndNumbers) {
  execute("CREATE TABLE t (id bigint, i bigint, r double precision)");
  const std::vector<std::pair<std::string, std::string>> values = {
      {"9223372036854775807", "0.1"}, {"-9223372036854775808", "1e300"}, {"+7", "-2.5e-7"}};
  std::vector<Row> feed;
  for (const auto& [integer, real] : values) {
    feed.push_back({text("1"), text(integer), text(real)});
    feed.push_back({number_cell("2"), number_cell(integer), number_cell(real)});
  }
  must(load(into({"id", "i", "r"}), feed));
  for (const auto& [integer, real] : values) {
    const auto sql = fmt::format("SELECT count(*) FROM t WHERE i = {} AND r = {}", integer, real);
    EXPECT_EQ(number(sql), 2) << sql;
  }
}

TEST_P(Loads, ColumnsThatAreLeftOutGetTheirDefaults) {
  execute("CREATE TABLE t (id bigint, v text DEFAULT 'given', w text)");
  must(load(into({"w", "id"}), {{text("x"), text("1")}}));
  const Rows rows = query("SELECT id, v, w FROM t");
  EXPECT_EQ(rows.text(0, 0), "1");
  EXPECT_EQ(rows.text(0, 1), "given");
  EXPECT_EQ(rows.text(0, 2), "x");
}

TEST_P(Loads, AHundredThousandRowsArriveInOrder) {
  execute("CREATE TABLE t (id bigint, v text)");
  Feed feed = numbered(100'000, {});
  EXPECT_EQ(must(load(into({"id", "v"}), feed)), 100'000);
  EXPECT_EQ(feed.asked, 100'001);
  EXPECT_EQ(number("SELECT sum(id) FROM t"), 5'000'050'000);
  EXPECT_EQ(number("SELECT count(DISTINCT v) FROM t"), 100'000);
  EXPECT_EQ(query("SELECT v FROM t WHERE id = 77777").text(0, 0), "row 77777");
  EXPECT_FALSE(db().in_transaction());
}

TEST_P(Loads, AnEmptyFeedAddsNothing) {
  execute("CREATE TABLE t (v text)");
  EXPECT_EQ(must(load(into({"v"}), std::vector<Row>{})), 0);
  EXPECT_EQ(rows(), 0);
  EXPECT_FALSE(db().in_transaction());
}

TEST_P(Loads, HostileNamesAreQuoted) {
  for (const std::string name : {"a\"b", "select", "t, line 9", "x; DROP TABLE t", "line\nbreak",
                                 "Über", "a.b", "$1", "\\", "COPY x, line 3"}) {
    const std::string table = db().dialect().qualified(by_engine("", "public"), name);
    const std::string column = db().dialect().quote_identifier(name);
    execute(fmt::format("CREATE TABLE {} ({} bigint CHECK ({} < 100))", table, column, column));
    EXPECT_EQ(must(load({table, {name}}, {{text("1")}, {text("2")}})), 2) << name;
    std::int64_t failed = -1;
    error_of(load({table, {name}}, {{text("3")}, {text("500")}}, &failed));
    EXPECT_EQ(failed, 2) << name;
    EXPECT_EQ(number("SELECT count(*) FROM " + table), 2) << name;
    execute("DROP TABLE " + table);
  }
}

TEST_P(Loads, TemporaryTablesTakeRowsInsideAndOutsideOfTransactions) {
  execute("CREATE TEMPORARY TABLE stage (id bigint, v text)");
  const LoadTarget stage{"\"stage\"", {"id", "v"}};
  EXPECT_EQ(must(load(stage, {{text("1"), text("a")}})), 1);
  must(db().begin());
  EXPECT_EQ(must(load(stage, {{text("2"), text("b")}, {text("3"), null()}})), 2);
  EXPECT_TRUE(db().in_transaction());
  must(db().commit());
  EXPECT_EQ(number("SELECT count(*) FROM stage"), 3);
}

TEST_P(Loads, ALoadInsideATransactionGoesWithIt) {
  execute("CREATE TABLE t (id bigint, v text)");
  must(db().begin());
  must(load(into({"id"}), {{text("1")}}));
  must(load(into({"id"}), {{text("2")}}));
  execute("UPDATE t SET v = 'x'");
  must(db().rollback());
  EXPECT_EQ(rows(), 0);
  must(db().begin());
  must(load(into({"id"}), {{text("1")}}));
  must(db().commit());
  EXPECT_EQ(number("SELECT count(*) FROM t"), 1);
}

TEST_P(Loads, SessionsWithoutDurabilityLoadToo) {
  execute("CREATE TABLE t (id bigint)");
  must(db().set_durable(false));
  EXPECT_EQ(must(load(into({"id"}), {{text("1")}, {text("2")}})), 2);
  EXPECT_FALSE(db().in_transaction());
  must(db().flush());
  EXPECT_EQ(connect()->query("SELECT count(*) FROM t").value().integer(0, 0), 2);
}

}  // namespace
}  // namespace bedstone::db::testing
