#include "db/postgres/pipeline.hpp"

#include <gtest/gtest.h>

#include "db/postgres/statement.hpp"

namespace bedstone::db::postgres {
namespace {

std::vector<Statement> statements_of(std::initializer_list<std::string_view> texts) {
  std::vector<Statement> result;
  for (const auto text : texts)
    result.push_back({text, {}});
  return result;
}

/// The caller's statements as they are, ours by what they set.
std::vector<std::string> texts_of(const std::vector<Step>& steps) {
  std::vector<std::string> result;
  for (const Step& step : steps) {
    std::string text(step.statement.sql);
    if (step.index == Step::kOurs) {
      text = text.find("read_only") != text.npos ? "(read only)"
             : text.find("'off'") != text.npos   ? "(lazy)"
                                                 : "(durable)";
    }
    result.push_back(text);
  }
  return result;
}

TEST(PostgresPipeline, FirstWordsTellWhatATransactionIsIn) {
  const std::pair<std::string_view, Control> cases[] = {
      {"BEGIN", Control::kBegin},
      {"begin isolation level serializable", Control::kBegin},
      {"START TRANSACTION", Control::kBegin},
      {" -- hello\n/* a /* nested */ one */ ; Commit", Control::kCommit},
      {"END", Control::kCommit},
      {"ROLLBACK", Control::kRollback},
      {"ABORT", Control::kRollback},
      {"ROLLBACK AND CHAIN", Control::kRollback},
      {"ROLLBACK TO SAVEPOINT a", Control::kNone},
      {"ROLLBACK WORK TO a", Control::kNone},
      {"rollback transaction", Control::kRollback},
      {"SAVEPOINT a", Control::kNone},
      {"BEGINNING", Control::kNone},
      {"SELECT 'BEGIN'", Control::kNone},
      {"", Control::kNone},
  };
  for (const auto& [sql, control] : cases)
    EXPECT_EQ(control_of(sql), control) << sql;
}

TEST(PostgresPipeline, EachTransactionIsToldItsMode) {
  using Texts = std::vector<std::string>;
  struct Case {
    std::vector<Statement> statements;
    bool in_transaction;
    TransactionMode mode;
    Texts expected;
  };
  const Case cases[] = {
      {statements_of({"BEGIN", "a", "COMMIT"}), false, {}, {"BEGIN", "a", "COMMIT"}},
      {statements_of({"BEGIN", "a", "COMMIT", "b"}),
       false,
       {.read_only = true},
       {"BEGIN", "(read only)", "a", "COMMIT", "(read only)", "b"}},
      {statements_of({"a", "b"}), true, {.read_only = true}, {"a", "b"}},
      {statements_of({"BEGIN", "a", "COMMIT", "BEGIN", "b", "COMMIT"}),
       false,
       {.asynchronous = true},
       {"BEGIN", "(lazy)", "a", "COMMIT", "BEGIN", "(lazy)", "b", "COMMIT"}},
      // Outside a transaction nothing may stand before what cannot run in one.
      {statements_of({"CREATE INDEX CONCURRENTLY i ON t (v)"}),
       false,
       {.asynchronous = true},
       {"CREATE INDEX CONCURRENTLY i ON t (v)"}},
      {statements_of({"a", "COMMIT", "BEGIN", "b", "COMMIT"}),
       true,
       {.settle = true},
       {"a", "(durable)", "COMMIT", "BEGIN", "b", "COMMIT"}},
      {statements_of({"BEGIN", "a", "COMMIT"}), false, {.settle = true}, {"BEGIN", "a", "COMMIT"}},
  };
  for (const Case& given : cases) {
    const auto steps = with_mode(given.statements, given.in_transaction, given.mode);
    EXPECT_EQ(texts_of(steps), given.expected);
    std::size_t next = 0;
    for (const Step& step : steps) {
      if (step.index == Step::kOurs) continue;
      EXPECT_EQ(step.index, next++);
    }
    EXPECT_EQ(next, given.statements.size());
  }
}

TEST(PostgresPipeline, OnlyWhatMayHaveCommittedIsUndecided) {
  struct Case {
    std::vector<Statement> statements;
    bool in_transaction;
    bool expected;
  };
  const Case cases[] = {
      {statements_of({"INSERT"}), false, true},
      {statements_of({"INSERT"}), true, false},
      {statements_of({"BEGIN", "INSERT"}), false, false},
      {statements_of({"BEGIN", "INSERT", "COMMIT"}), false, true},
      {statements_of({"INSERT", "COMMIT"}), true, true},
      {statements_of({"SELECT 1"}), false, false},
      {statements_of({"ROLLBACK"}), true, false},
      {statements_of({"ROLLBACK", "INSERT"}), true, true},
      {statements_of({"WITH x AS (DELETE FROM t RETURNING 1) SELECT 1"}), false, true},
      {{}, false, false},
  };
  for (const Case& given : cases) {
    EXPECT_EQ(may_commit(given.statements, given.in_transaction), given.expected)
        << (given.statements.empty() ? "" : given.statements.front().sql);
  }
}

}  // namespace
}  // namespace bedstone::db::postgres
