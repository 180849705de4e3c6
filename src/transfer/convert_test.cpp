#include "transfer/convert.hpp"

#include <gtest/gtest.h>

#include "transfer/array.hpp"

namespace bedstone::transfer {
namespace {

using CellKind = db::ScanCell::Kind;

ColumnRule rule(std::string_view type, db::Engine to) {
  ColumnRule result;
  result.from = to == db::Engine::kPostgres ? db::Engine::kSqlite : db::Engine::kPostgres;
  result.to = to;
  result.type = type_of(type);
  return result;
}

struct Sent {
  std::string wrong;
  std::string bytes;
  db::LoadCell::Kind kind{};
};

Sent send(const ColumnRule& rule, CellKind kind, std::string_view bytes) {
  std::string buffer;
  db::LoadCell cell;
  Sent sent;
  sent.wrong = convert(rule, {kind, bytes}, buffer, cell);
  sent.bytes = cell.bytes;
  sent.kind = cell.kind;
  return sent;
}

std::string to_postgres(std::string_view type, CellKind kind, std::string_view bytes) {
  const Sent sent = send(rule(type, db::Engine::kPostgres), kind, bytes);
  return sent.wrong.empty() ? sent.bytes : "!";
}

std::string to_sqlite(std::string_view type, std::string_view bytes,
                      Affinity affinity = Affinity::kBlob) {
  ColumnRule column = rule(type, db::Engine::kSqlite);
  column.affinity = affinity;
  const Sent sent = send(column, CellKind::kText, bytes);
  return sent.wrong.empty() ? sent.bytes : "!";
}

struct Case {
  const char* type;
  CellKind kind;
  std::string_view bytes;
  std::string_view expected;  ///< "!": refused.
};

// shows: D8
TEST(Convert, ValuesOfSqliteBecomeThoseOfPostgres) {
  using std::string_view_literals::operator""sv;
  const Case cases[] = {
      {"boolean", CellKind::kInteger, "1", "t"},
      {"boolean", CellKind::kText, "false", "f"},
      {"boolean", CellKind::kInteger, "2", "!"},
      {"smallint", CellKind::kInteger, "40000", "!"},
      {"bigint", CellKind::kReal, "3.0", "3"},
      {"bigint", CellKind::kReal, "3.5", "!"},
      {"integer", CellKind::kText, "x", "!"},
      {"double precision", CellKind::kReal, "-Inf", "-Infinity"},
      {"double precision", CellKind::kText, "abc", "!"},
      {"numeric(10,2)", CellKind::kReal, "1.5", "1.5"},
      {"numeric(10,2)", CellKind::kReal, "1.005", "!"},
      {"numeric", CellKind::kText, "1.00000000000000000005", "1.00000000000000000005"},
      {"text", CellKind::kText, "a\0b"sv, "!"},
      {"text", CellKind::kText, "\xff", "!"},
      {"text", CellKind::kInteger, "5", "5"},
      {"text", CellKind::kBlob, "5", "!"},
      {"bytea", CellKind::kBlob, "\0\xff"sv, "\0\xff"sv},
      {"bytea", CellKind::kInteger, "5", "!"},
      {"uuid", CellKind::kBlob, "0123456789abcdef", "30313233343536373839616263646566"},
      {"uuid", CellKind::kText, "not one", "!"},
      {"timestamp with time zone", CellKind::kInteger, "10", "1970-01-01T00:00:10.000Z"},
      {"timestamp with time zone", CellKind::kInteger, "1763631000000", "!"},
      {"timestamp(0) without time zone", CellKind::kText, "2026-11-20 09:30:00.5", "!"},
      {"timestamp without time zone", CellKind::kText, "2026-11-20T09:30", "2026-11-20 09:30:00"},
      {"date", CellKind::kText, "20.11.2026", "!"},
      {"jsonb", CellKind::kText, "{\"a\": 1}", "{\"a\": 1}"},
      {"jsonb", CellKind::kText, "{a: 1}", "!"},
      {"jsonb", CellKind::kText, "{\"a\": 1, \"a\": 2}", "!"},
      {"integer[]", CellKind::kText, "[1, null, [2]]", "{\"1\",NULL,{\"2\"}}"},
      {"text[]", CellKind::kText, "[\"a\\\"b\"]", "{\"a\\\"b\"}"},
      {"text[]", CellKind::kText, "a, b", "!"},
      {"mood", CellKind::kText, "happy", "happy"},
  };
  for (const Case& one : cases)
    EXPECT_EQ(to_postgres(one.type, one.kind, one.bytes), one.expected) << one.type << one.bytes;
}

// shows: D8
TEST(Convert, ValuesOfPostgresBecomeThoseOfSqlite) {
  EXPECT_EQ(to_sqlite("boolean", "t"), "1");
  EXPECT_EQ(to_sqlite("boolean", "f"), "0");
  EXPECT_EQ(to_sqlite("double precision", "NaN"), "!");
  EXPECT_EQ(to_sqlite("double precision", "Infinity"), "9e999");
  EXPECT_EQ(to_sqlite("numeric", "123456789012345678.5", Affinity::kNumeric), "!");
  EXPECT_EQ(to_sqlite("numeric", "123456789012345678.5", Affinity::kText), "123456789012345678.5");
  EXPECT_EQ(to_sqlite("numeric", "9223372036854775807", Affinity::kNumeric), "9223372036854775807");
  EXPECT_EQ(to_sqlite("bytea", "\\x6869"), "hi");
  EXPECT_EQ(to_sqlite("timestamp with time zone", "2026-11-20 09:30:00+00"),
            "2026-11-20T09:30:00.000Z");
  EXPECT_EQ(to_sqlite("timestamp with time zone", "infinity"), "infinity");
  EXPECT_EQ(to_sqlite("text[]", "{a,NULL,\"b \\\"c\"}"), "[\"a\",null,\"b \\\"c\"]");
  EXPECT_EQ(to_sqlite("integer[]", "[2:3]={1,2}"), "!");
}

TEST(Convert, ArraysGoThereAndBack) {
  EXPECT_EQ(array_to_json("{}", Kind::kText), "[]");
  EXPECT_EQ(array_to_json("{1,{2,NULL}}", Kind::kInteger), "[1,[2,null]]");
  EXPECT_EQ(array_to_json("{t,f}", Kind::kBoolean), "[true,false]");
  EXPECT_EQ(array_to_json("{\"NULL\",NULL}", Kind::kText), "[\"NULL\",null]");
  EXPECT_EQ(array_to_json("{NaN,1.5}", Kind::kReal), "[\"NaN\",1.5]");
  for (const char* const none : {"", "{", "{1", "{1,}", "1", "{1}x", "{\"a}"})
    EXPECT_FALSE(array_to_json(none, Kind::kText)) << none;
  EXPECT_FALSE(json_to_array("{\"a\": 1}"));
  EXPECT_EQ(json_to_array("[{\"a\":1},\"\"]"), "{\"{\\\"a\\\":1}\",\"\"}");
}

std::string counts(std::string_view type, db::Engine side, CellKind kind, std::string_view bytes) {
  std::string out;
  add_canonical(rule(type, db::Engine::kPostgres), side, {kind, bytes}, out);
  return out;
}

// shows: D8
TEST(Canonical, ValuesThatMeanTheSameCountTheSame) {
  struct Pair {
    const char* type;
    CellKind kind;
    const char* sqlite;
    const char* postgres;
    bool same;
  };
  const Pair pairs[] = {
      {"boolean", CellKind::kInteger, "1", "t", true},
      {"boolean", CellKind::kInteger, "1", "f", false},
      {"bigint", CellKind::kReal, "3.0", "3", true},
      {"double precision", CellKind::kReal, "100000000000000000000.0", "1e+20", true},
      {"double precision", CellKind::kReal, "0.1", "0.10000000000000002", false},
      {"real", CellKind::kReal, "0.1", "0.1", true},
      {"numeric", CellKind::kReal, "1.5", "1.50", true},
      {"numeric", CellKind::kReal, "1.5", "1.51", false},
      {"character(4)", CellKind::kText, "ab", "ab  ", true},
      {"bytea", CellKind::kBlob, "hi", "\\x6869", true},
      {"bytea", CellKind::kBlob, "hi", "\\x6868", false},
      {"uuid", CellKind::kText, "{01234567-89AB-CDEF-0123-456789ABCDEF}",
       "01234567-89ab-cdef-0123-456789abcdef", true},
      {"timestamp with time zone", CellKind::kText, "2026-11-20T10:30:00+01:00",
       "2026-11-20 09:30:00+00", true},
      {"timestamp with time zone", CellKind::kInteger, "10", "1970-01-01 00:00:10+00", true},
      {"jsonb", CellKind::kText, "{\"b\":[1,2.0],\"a\":null}", "{\"a\": null, \"b\": [1, 2.00]}",
       true},
      {"jsonb", CellKind::kText, "{\"a\":1}", "{\"a\": \"1\"}", false},
      {"jsonb", CellKind::kText, "[true]", "[\"true\"]", false},
      {"json", CellKind::kText, "{ }", "{}", false},
      {"integer[]", CellKind::kText, "[1, null]", "{1,NULL}", true},
      {"integer[]", CellKind::kText, "[1, 2]", "{2,1}", false},
      {"text[]", CellKind::kText, "[\"a,b\"]", "{\"a,b\"}", true},
      {"interval", CellKind::kText, "1 day", "1 day", true},
      {"text", CellKind::kText, "a", "b", false},
  };
  for (const Pair& one : pairs) {
    const bool same = counts(one.type, db::Engine::kSqlite, one.kind, one.sqlite) ==
                      counts(one.type, db::Engine::kPostgres, CellKind::kText, one.postgres);
    EXPECT_EQ(same, one.same) << one.type << ": " << one.sqlite << " and " << one.postgres;
  }
}

TEST(Canonical, NullIsNoValue) {
  EXPECT_NE(counts("text", db::Engine::kSqlite, CellKind::kNull, ""),
            counts("text", db::Engine::kSqlite, CellKind::kText, ""));
}

TEST(Convert, OfOneEngineEachValueKeepsItsClass) {
  ColumnRule column = rule("text", db::Engine::kSqlite);
  column.from = db::Engine::kSqlite;
  column.type.kind = Kind::kStored;
  EXPECT_EQ(send(column, CellKind::kBlob, "x").kind, db::LoadCell::Kind::kBlob);
  EXPECT_EQ(send(column, CellKind::kInteger, "1").kind, db::LoadCell::Kind::kNumber);
  EXPECT_EQ(send(column, CellKind::kText, "1").kind, db::LoadCell::Kind::kText);
  EXPECT_EQ(send(column, CellKind::kReal, "Inf").bytes, "9e999");
}

}  // namespace
}  // namespace bedstone::transfer
