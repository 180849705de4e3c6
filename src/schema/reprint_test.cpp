/// What PostgreSQL prints before and after a text was loaded again has one form; nothing else
/// changes.
// shows: P26, P29
#include "schema/reprint.hpp"

#include <gtest/gtest.h>

#include <string>

#include "schema/tidy.hpp"

namespace bedstone::schema {
namespace {

std::string tidied(std::string_view sql, bool reprints = true) {
  return Tidy(db::Engine::kPostgres, {}, reprints)(sql);
}

TEST(ReprintTest, ACastOfAListIsACastOfItsElements) {
  struct Row {
    std::string_view printed, loaded;
  };
  for (const Row& row : std::vector<Row>{
           {"(a = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
            "(a = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text]))"},
           {"(ARRAY[1])::numeric(10,2)[]", "ARRAY[(1)::numeric(10,2)]"},
           {"(ARRAY[f(a, b), (c + 1)])::app.\"T\"[]",
            "ARRAY[(f(a, b))::app.\"T\", ((c + 1))::app.\"T\"]"},
           {"(ARRAY[(ARRAY[a])::text[], b])::other[]",
            "ARRAY[(ARRAY[(a)::text])::other, (b)::other]"},
           {"x OR (ARRAY[a])::double precision[] = b", "x OR ARRAY[(a)::double precision] = b"}}) {
    EXPECT_EQ(tidied(row.printed), tidied(row.loaded)) << row.printed;
    EXPECT_NE(tidied(row.printed, false), tidied(row.loaded, false)) << row.printed;
  }
  for (const std::string_view sql :
       {"(ARRAY[a, b])", "(ARRAY[a])::text", "ARRAY[a]", "(ARRAY[a]) || (ARRAY[b])::text",
        "(ARRAY[", "((ARRAY[a])[1])::text", "(ARRAY[a])::", "(ARRAY[a])::text[3",
        "(ARRAY[])::text[]"}) {
    EXPECT_EQ(tidied(sql), tidied(sql, false)) << sql;
  }
}

TEST(ReprintTest, OnlyTheFirstArmOfAUnionHasLabels) {
  EXPECT_EQ(tidied("SELECT a AS b, 1 AS c FROM t UNION ALL SELECT x AS y, NULL::integer AS int4 "
                   "FROM u EXCEPT SELECT (z AS q) AS w, v AS e"),
            tidied("SELECT a AS b, 1 AS c FROM t UNION ALL SELECT x, NULL::integer FROM u EXCEPT "
                   "SELECT (z AS q), v"));
  // Names of tables, types, and what stands in brackets are no labels.
  for (const std::string_view sql :
       {"SELECT a UNION SELECT b FROM t AS x", "SELECT a AS b, c AS d FROM t",
        "SELECT a UNION SELECT CAST(b AS text)", "SELECT (SELECT 1 AS one UNION SELECT 2) AS two",
        "WITH w AS (SELECT 1 UNION SELECT 2) SELECT a AS b FROM w"}) {
    EXPECT_EQ(tidied(sql), tidied(sql, false)) << sql;
  }
}

}  // namespace
}  // namespace bedstone::schema
