/// Damaged files, byte by byte: what stands on whole pages is found, whatever else is broken.
// shows: D7, D8
#include "db/sqlite/salvage.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "db/sqlite/handle.hpp"
#include "db/sqlite/pages.hpp"

namespace bedstone::db::sqlite {
namespace {

using Rows = std::vector<std::vector<std::string>>;

class SalvageTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(files::make_folder(folder_)); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  DatabaseHandle open(const std::string& name) {
    sqlite3* raw = nullptr;
    EXPECT_EQ(sqlite3_open(path(name).c_str(), &raw), SQLITE_OK);
    return DatabaseHandle(raw);
  }

  void run(sqlite3* database, const std::string& sql) {
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
        << sql << ": " << (message == nullptr ? "" : message);
    sqlite3_free(message);
  }

  /// As far as it comes.
  Rows ask(sqlite3* database, const std::string& sql) {
    Rows rows;
    sqlite3_stmt* raw = nullptr;
    sqlite3_prepare_v2(database, sql.c_str(), -1, &raw, nullptr);
    const StatementHandle statement(raw);
    while (raw != nullptr && sqlite3_step(raw) == SQLITE_ROW) {
      std::vector<std::string> row;
      for (int i = 0; i < sqlite3_column_count(raw); ++i) {
        const void* text = sqlite3_column_type(raw, i) == SQLITE_BLOB ? sqlite3_column_blob(raw, i)
                                                                      : sqlite3_column_text(raw, i);
        row.emplace_back(text == nullptr ? "" : static_cast<const char*>(text),
                         static_cast<std::size_t>(sqlite3_column_bytes(raw, i)));
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

  /// Every kind of table; each row bears a token of its own.
  void make(const std::string& name, const std::string& encoding, int page_bytes, int rows) {
    const DatabaseHandle database = open(name);
    run(database.get(), "PRAGMA page_size = " + std::to_string(page_bytes));
    run(database.get(), "PRAGMA encoding = '" + encoding + "'");
    run(database.get(),
        "CREATE TABLE pets (id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE,"
        " weight REAL, picture BLOB, long TEXT);"
        "CREATE INDEX pets_weight ON pets (weight);"
        "CREATE TABLE keyed (key TEXT, part INTEGER, token TEXT, PRIMARY KEY (part, key)) WITHOUT "
        "ROWID;"
        "CREATE TABLE plain (token TEXT, a, b INTEGER CHECK (b > 0), c AS (b + 1), d AS (b * 2) "
        "STORED);"
        "CREATE VIEW heavy AS SELECT token FROM pets WHERE weight > 5;"
        "CREATE TRIGGER added AFTER INSERT ON plain BEGIN SELECT 1; END;"
        "PRAGMA user_version = 42; PRAGMA application_id = 77; BEGIN");
    for (int i = 1; i <= rows; ++i) {
      const std::string n = std::to_string(i);
      const std::string more = i % 7 == 0 ? std::to_string(page_bytes * 3) : "20";
      run(database.get(), "INSERT INTO pets VALUES (" + n + ", 'pet-" + n + "-', " + n +
                              ".5, x'00ff" + (i % 2 == 0 ? "aa" : "bb") +
                              "', substr(hex(zeroblob(" + more + ")), 1, " + more + "))");
      run(database.get(), "INSERT INTO keyed VALUES ('k" + n + "', " + std::to_string(i % 10) +
                              ", 'key-" + n + "-')");
      run(database.get(),
          "INSERT INTO plain (token, a, b) VALUES ('plain-" + n + "-', NULL, " + n + ")");
    }
    run(database.get(), "ALTER TABLE plain ADD COLUMN late TEXT DEFAULT 'later'");
    run(database.get(), "COMMIT");
  }

  std::set<std::string> tokens_in(const std::string& name) {
    std::set<std::string> found;
    const DatabaseHandle database = open(name);
    for (const auto& table :
         ask(database.get(), "SELECT name FROM sqlite_schema WHERE type = 'table'")) {
      for (const auto& row : ask(database.get(), "SELECT * FROM \"" + table[0] + "\"")) {
        for (const std::string& value : row) {
          if (value.ends_with('-') && value.find("-") != value.size() - 1) found.insert(value);
        }
      }
    }
    return found;
  }

  std::string bytes_of(const std::string& name) {
    return files::read(path(name), 1U << 30).value_or("");
  }
  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(path(name), std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  /// By token: all pages that its row needs.
  std::map<std::string, std::set<std::uint32_t>> places_in(const std::string& name) {
    std::map<std::string, std::set<std::uint32_t>> places;
    const auto file = PageFile::open(path(name));
    for (std::uint32_t number = 1; number <= file->count(); ++number) {
      const std::string page = file->page(number);
      const PageKind kind = PageFile::kind(page, number);
      std::set<std::uint32_t> overflow;
      std::vector<std::string> here;
      file->rows(
          page, number,
          [&](FoundRow& row) {
            for (const Field& field : row.fields) {
              const auto* text = std::get_if<TextBytes>(&field);
              if (text == nullptr) continue;
              std::string token = text->bytes;
              std::erase(token, '\0');
              const bool own = kind == PageKind::kTableLeaf || token.starts_with("key-");
              if (own && token.ends_with('-')) here.push_back(token);
            }
          },
          &overflow);
      for (const std::string& token : here) {
        places[token].insert(number);
        places[token].insert(overflow.begin(), overflow.end());
      }
    }
    return places;
  }

  std::string folder_ = ::testing::TempDir() + "bedstone_" + random_id();
};

TEST_F(SalvageTest, AWholeFileComesBackWhole) {
  for (const std::string encoding : {"UTF-8", "UTF-16le", "UTF-16be"}) {
    for (const int page_bytes : {512, 4096, 65536}) {
      SCOPED_TRACE(encoding + " " + std::to_string(page_bytes));
      make("old.db", encoding, page_bytes, 200);
      const auto done = salvage(path("old.db"), path("new.db"), {}, {});
      ASSERT_TRUE(done) << done.error().message << done.error().cause;
      EXPECT_EQ(done->lost_and_found, 0);
      EXPECT_EQ(done->unreadable_cells, 0);
      EXPECT_TRUE(done->not_made.empty());
      const DatabaseHandle before = open("old.db"), after = open("new.db");
      for (const std::string sql :
           {"SELECT * FROM pets ORDER BY id", "SELECT * FROM keyed ORDER BY part, key",
            "SELECT rowid, * FROM plain ORDER BY rowid", "SELECT * FROM sqlite_sequence",
            "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2",
            "SELECT * FROM heavy", "PRAGMA user_version", "PRAGMA application_id",
            "PRAGMA encoding", "PRAGMA page_size"}) {
        EXPECT_EQ(ask(before.get(), sql), ask(after.get(), sql)) << sql;
      }
      EXPECT_EQ(ask(after.get(), "PRAGMA integrity_check"), (Rows{{"ok"}}));
      for (const auto& table : done->tables) {
        EXPECT_EQ(table.rows, 200) << table.name;
        if (table.name == "pets") {
          EXPECT_EQ(table.expected, 200);
        }
      }
      for (const char* name : {"old.db", "new.db"})
        std::filesystem::remove(path(name));
    }
  }
}

TEST_F(SalvageTest, WhatStandsInTheJournalAloneIsRead) {
  {
    const DatabaseHandle database = open("live.db");
    run(database.get(),
        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;"
        "CREATE TABLE t (token TEXT); INSERT INTO t VALUES ('one-1-'), ('two-2-')");
    std::filesystem::copy_file(path("live.db"), path("old.db"));
    std::filesystem::copy_file(path("live.db-wal"), path("old.db-wal"));
  }
  const auto done = salvage(path("old.db"), path("new.db"), {}, {});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(tokens_in("new.db"), (std::set<std::string>{"one-1-", "two-2-"}));
}

/// What the sqlite3 shell finds, where it can.
std::optional<std::string> recovered(const std::string& file) {
  FILE* pipe = popen(("sqlite3 '" + file + "' .recover 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 65536> buffer{};
  for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    text.append(buffer.data(), got);
  return pclose(pipe) == 0 && text.find("COMMIT") != std::string::npos ? std::optional(text)
                                                                       : std::nullopt;
}

TEST_F(SalvageTest, RowsOnWholePagesAreFoundWhateverElseIsBroken) {
  constexpr int kDamages = 300;
  constexpr int kPageBytes = 1024;
  make("old.db", "UTF-8", kPageBytes, 300);
  const std::string good = bytes_of("old.db");
  const auto places = places_in("old.db");
  ASSERT_EQ(places.size(), 900U);
  std::mt19937 random(20261121);
  const auto pick = [&random](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  };
  for (int damage = 0; damage < kDamages; ++damage) {
    std::string bytes = good;
    std::set<std::uint32_t> touched;
    const std::size_t pages = bytes.size() / kPageBytes;
    const std::size_t count = 1 + pick(8);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t page = damage % 6 == 0 && i == 0 ? 0 : pick(pages);
      touched.insert(static_cast<std::uint32_t>(page) + 1);
      const std::size_t start = page * kPageBytes;
      switch (pick(4)) {
        case 0:  // Zeros.
          std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(start), kPageBytes, '\0');
          break;
        case 1:  // Rubbish.
          for (std::size_t at = 0; at < kPageBytes; ++at)
            bytes[start + at] = static_cast<char>(pick(256));
          break;
        case 2:  // A few bytes.
          for (int n = 0; n < 12; ++n)
            bytes[start + pick(kPageBytes)] = static_cast<char>(pick(256));
          break;
        default:  // Its head.
          for (std::size_t at = 0; at < 16; ++at)
            bytes[start + at] = static_cast<char>(pick(256));
      }
    }
    write("bad.db", bytes);
    const auto done = salvage(path("bad.db"), path("new.db"), {}, {});
    ASSERT_TRUE(done) << damage << ": " << done.error().message << " " << done.error().cause;
    EXPECT_EQ(bytes_of("bad.db"), bytes);
    const std::set<std::string> found = tokens_in("new.db");
    for (const auto& [token, needed] : places) {
      const bool whole = std::none_of(needed.begin(), needed.end(),
                                      [&](std::uint32_t page) { return touched.contains(page); });
      if (!whole) continue;
      EXPECT_TRUE(found.contains(token)) << "damage " << damage << ": " << token;
    }
    // What SQLite itself still reads is in its table, as it was.
    {
      const DatabaseHandle bad = open("bad.db"), fresh = open("new.db"), old = open("old.db");
      for (int id = 1; id <= 300; id += 3) {
        const std::string sql = "SELECT * FROM pets WHERE id = " + std::to_string(id);
        const Rows there = ask(bad.get(), sql);
        if (there.empty() || there != ask(old.get(), sql)) continue;
        EXPECT_EQ(ask(fresh.get(), sql), there) << "damage " << damage << ": " << id;
      }
    }
    if (const auto text = recovered(path("bad.db"))) {
      for (const auto& [token, needed] : places) {
        if (text->find(token) == std::string::npos) continue;
        EXPECT_TRUE(found.contains(token)) << "damage " << damage << ", .recover: " << token;
      }
    }
    for (const char* name : {"bad.db", "new.db"})
      std::filesystem::remove(path(name));
  }
}

TEST_F(SalvageTest, ATableWithoutItsRootIsKnownByTheShapeOfItsRows) {
  make("old.db", "UTF-8", 1024, 200);
  std::uint32_t root = 0;
  {
    const DatabaseHandle database = open("old.db");
    root = static_cast<std::uint32_t>(std::stoul(
        ask(database.get(), "SELECT rootpage FROM sqlite_schema WHERE name = 'plain'")[0][0]));
  }
  std::string bytes = bytes_of("old.db");
  std::fill_n(bytes.begin() + (root - 1) * 1024, 1024, '\0');
  write("bad.db", bytes);
  const auto done = salvage(path("bad.db"), path("new.db"), {}, {});
  ASSERT_TRUE(done);
  const DatabaseHandle after = open("new.db");
  EXPECT_EQ(ask(after.get(), "SELECT count(*) FROM plain"), (Rows{{"200"}}));
}

TEST_F(SalvageTest, RowsOfALostPageAreFoundInAnIndexThatHoldsAllOfThem) {
  {
    const DatabaseHandle database = open("old.db");
    run(database.get(),
        "PRAGMA page_size = 512; CREATE TABLE t (id INTEGER PRIMARY KEY, token TEXT);"
        "CREATE INDEX i ON t (token); CREATE TABLE u (token TEXT, more TEXT);"
        "CREATE INDEX j ON u (token)");
    for (int i = 0; i < 200; ++i) {
      const std::string n = std::to_string(i);
      run(database.get(), "INSERT INTO t VALUES (" + n + ", 'tok-" + n + "-')");
      run(database.get(), "INSERT INTO u VALUES ('utok-" + n + "-', 'x')");
    }
  }
  std::string bytes = bytes_of("old.db");
  std::int64_t hidden_t = 0, hidden_u = 0;
  const auto file = PageFile::open(path("old.db"));
  for (std::uint32_t number = 2; number <= file->count(); ++number) {
    const std::string page = file->page(number);
    if (PageFile::kind(page, number) != PageKind::kTableLeaf) continue;
    std::int64_t t = 0, u = 0;
    file->rows(
        page, number,
        [&](FoundRow& row) {
          const auto* text = std::get_if<TextBytes>(&row.fields.back());
          (text != nullptr && text->bytes == "x" ? u : t) += 1;
        },
        nullptr);
    if ((t > 0 && hidden_t > 0) || (u > 0 && hidden_u > 0)) continue;
    hidden_t += t;
    hidden_u += u;
    std::fill_n(bytes.begin() + (number - 1) * 512, 512, '\x07');
  }
  ASSERT_GT(hidden_t, 0);
  ASSERT_GT(hidden_u, 0);
  write("bad.db", bytes);
  const auto done = salvage(path("bad.db"), path("new.db"), {}, {});
  ASSERT_TRUE(done);
  ASSERT_EQ(done->tables.size(), 2U);
  EXPECT_EQ(done->tables[0].rows, 200);
  EXPECT_EQ(done->tables[1].rows, 200 - hidden_u);
  EXPECT_EQ(done->tables[1].expected, 200);
  EXPECT_EQ(done->lost_and_found, hidden_u);
  EXPECT_EQ(tokens_in("new.db").size(), 400U);
}

TEST_F(SalvageTest, AFileWithoutPagesIsRefusedAndALostSchemaComesFromElsewhere) {
  write("rubbish.db", std::string(20000, 'x'));
  const auto nothing = salvage(path("rubbish.db"), path("new.db"), {}, {});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, ErrorCode::kSalvageFailed);
  std::filesystem::remove(path("new.db"));
  make("old.db", "UTF-8", 4096, 100);
  std::string bytes = bytes_of("old.db");
  std::fill_n(bytes.begin(), 4096, '\0');
  write("bad.db", bytes);
  const auto done = salvage(path("bad.db"), path("new.db"),
                            {"CREATE TABLE pets (id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT "
                             "NOT NULL UNIQUE, weight REAL, picture BLOB, long TEXT)"},
                            {});
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_EQ(done->tables.size(), 1U);
  EXPECT_TRUE(done->tables[0].remade);
  EXPECT_EQ(done->tables[0].rows, 100);
  EXPECT_EQ(done->tables[0].guessed, 100);
}

}  // namespace
}  // namespace bedstone::db::sqlite
