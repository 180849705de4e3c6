// Cells of exported files: what comes back the same, and what is refused.
#include "seed/export.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"

namespace bedstone::seed {
namespace {

TargetColumn column(std::string type, db::Engine engine = db::Engine::kSqlite) {
  TargetColumn one;
  one.name = "c";
  one.kind = kind_of(engine, type);
  one.type = std::move(type);
  return one;
}

std::string sqlite_cell(const std::string& type, std::string_view text, std::string_view storage,
                        ExportFormat format) {
  const auto cell = export_cell(db::Engine::kSqlite, column(type), {text, storage}, format);
  return cell ? *cell : "refused: " + cell.error().cause;
}

// shows: S7
TEST(Export, WritesCellsThatComeBackTheSame) {
  using F = ExportFormat;
  struct Case {
    std::string type;
    std::string_view text, storage;
    F format;
    std::string_view cell;
  };
  const Case cases[] = {
      {"text", "00420", "text", F::kYaml, "\"00420\""},
      {"text", "00420", "text", F::kCsv, "00420"},
      {"text", "", "text", F::kCsv, "\"\""},
      {"text", "a,b", "text", F::kCsv, "\"a,b\""},
      {"text", "5\" disk", "text", F::kCsv, "\"5\"\" disk\""},
      {"text", "a\rb", "text", F::kCsv, "\"a\rb\""},
      {"text", "${A} $${B} $C", "text", F::kYaml, "\"$${A} $$$${B} $C\""},
      {"text", "${A}", "text", F::kNdjson, "\"${A}\""},
      {"text", "\x7f\xc2\x85\xe2\x80\xa8", "text", F::kYaml, "\"\\u007f\\u0085\\u2028\""},
      {"integer", "9223372036854775807", "integer", F::kYaml, "9223372036854775807"},
      {"real", "1e+300", "real", F::kNdjson, "1e+300"},
      {"boolean", "1", "integer", F::kYaml, "true"},
      {"blob", "\\x00ff", "blob", F::kYaml, "\"\\\\x00ff\""},
      {"blob", "\\x00ff", "blob", F::kCsv, "\\x00ff"},
      {"json", "{\"a\": 1.50}", "text", F::kYaml, "{\"a\":1.50}"},
      {"json", "{\"a\": 1.50}", "text", F::kCsv, "\"{\"\"a\"\": 1.50}\""},
      {"json", "null", "text", F::kYaml, "refused: JSON's null is not the database's NULL"},
      {"text", "\\x00", "blob", F::kYaml,
       "refused: it is stored as blob, and the column is declared text"},
      {"blob", "\\x00", "text", F::kYaml,
       "refused: it is stored as text, and the column is declared blob"},
      {"boolean", "2", "integer", F::kYaml, "refused: it is neither true nor false"},
      {"", "5", "integer", F::kYaml, "5"},
      {"", "5", "text", F::kYaml, "\"5\""},
      {"", "5", "integer", F::kCsv,
       "refused: CSV does not tell numbers from text, and the column has no type"},
      {"text", "\xff", "text", F::kYaml, "refused: it is no text in UTF-8"},
  };
  for (const Case& one : cases)
    EXPECT_EQ(sqlite_cell(one.type, one.text, one.storage, one.format), one.cell);
  EXPECT_EQ(*export_cell(db::Engine::kSqlite, column("text"), {}, F::kYaml), "null");
  EXPECT_EQ(*export_cell(db::Engine::kSqlite, column("text"), {}, F::kCsv), "");
}

TEST(Export, LeavesTheTextsOfPostgresAsTheyAre) {
  const auto cell = [](const std::string& type, std::string_view text) {
    return *export_cell(db::Engine::kPostgres, column(type, db::Engine::kPostgres), {text},
                        ExportFormat::kYaml);
  };
  EXPECT_EQ(cell("numeric(12,3)", "1.100"), "1.100");
  EXPECT_EQ(cell("numeric", "NaN"), "\"NaN\"");
  EXPECT_EQ(cell("boolean", "false"), "false");
  EXPECT_EQ(cell("text[]", "{a,NULL}"), "\"{a,NULL}\"");
  EXPECT_EQ(cell("bytea", "\\x00"), "\"\\\\x00\"");
}

}  // namespace
}  // namespace bedstone::seed
