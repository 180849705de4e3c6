/// classify: what a statement does, to which object, and how it stands to transactions; from its
/// tokens alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sql/lexer.hpp"

namespace bedstone::sql {

enum class Verb : std::uint8_t {
  kOther,
  kSelect,  ///< Also VALUES, TABLE, SHOW, EXPLAIN: what is meant to read.
  kInsert,  ///< Also REPLACE.
  kUpdate,
  kDelete,
  kMerge,
  kTruncate,
  kCopy,
  kCreate,
  kAlter,
  kDrop,
  kComment,
  kGrant,  ///< Also REVOKE, REASSIGN OWNED, SECURITY LABEL.
  kRefresh,
  kReindex,
  kVacuum,
  kAnalyze,
  kCluster,
  kCheckpoint,
  kLock,
  kDo,
  kCall,
  kSet,  ///< Also RESET.
  kDiscard,
  kPragma,
  kAttach,
  kDetach,
  kTransaction,  ///< See TransactionControl.
  kNotify,       ///< NOTIFY, LISTEN, UNLISTEN.
};

enum class ObjectKind : std::uint8_t {
  kNone,
  kTable,
  kIndex,
  kView,
  kMaterializedView,
  kSequence,
  kFunction,
  kProcedure,
  kAggregate,
  kTrigger,
  kEventTrigger,
  kType,
  kDomain,
  kSchema,
  kExtension,
  kDatabase,
  kTablespace,
  kRole,
  kPolicy,
  kRule,
  kPublication,
  kSubscription,
  kStatistics,
  kSystem,  ///< ALTER SYSTEM, REINDEX SYSTEM.
  kOther,
};

/// Unquoted; in PostgreSQL unquoted words are folded to lower case.
struct ObjectName {
  std::string schema;  ///< Empty when the statement does not say.
  std::string name;

  bool empty() const { return name.empty(); }
  bool operator==(const ObjectName&) const = default;
};

enum class Transactional : std::uint8_t {
  kTransactional,           ///< Runs inside a transaction and is undone with it.
  kCannotRunInTransaction,  ///< The engine refuses it there (or silently ignores it: some PRAGMAs).
  kEndsTransactionUnit,     ///< May run in one, which must be committed before the next statement.
  kTransactionControl,      ///< BEGIN, COMMIT, …
};

enum class TransactionControl : std::uint8_t {
  kNone,
  kBegin,
  kCommit,
  kRollback,
  kSavepoint,
  kRelease,
  kRollbackTo,
  kPrepare,
  kCommitPrepared,
  kRollbackPrepared,
  kSetTransaction,  ///< SET TRANSACTION: only of use at the start of one.
};

struct StatementClass {
  Verb verb = Verb::kOther;
  ObjectKind object = ObjectKind::kNone;
  ObjectName name;      ///< The (first) object created, altered, dropped, written, set.
  ObjectName on_table;  ///< Of an index, trigger, rule, policy: its table.
  Transactional transactional = Transactional::kTransactional;
  TransactionControl control = TransactionControl::kNone;

  bool destructive = false;  ///< Deletes rows or columns: DROP, TRUNCATE, DELETE without WHERE, …
  bool concurrently = false;
  bool if_exists = false;
  bool if_not_exists = false;
  bool or_replace = false;
  bool copy_from_stdin = false;
  bool changes_session = false;  ///< What later statements see differs: SET, PRAGMA, ATTACH, …
  bool set_local = false;        ///< … but only until the transaction ends.
  /// Running it twice leaves what running it once does (VACUUM, REINDEX, ALTER SYSTEM, …; with
  /// IF [NOT] EXISTS also CREATE and DROP), so an unknown outcome may be settled by repeating it.
  bool idempotent = false;
  /// "CREATE INDEX CONCURRENTLY", "VACUUM": for messages; static.
  std::string_view label;
};

/// Reads as few tokens as it can. `text` is one statement, with or without comments before it and a
/// `;` behind. What it does not know is kOther and kTransactional.
StatementClass classify(std::string_view text, Flavor flavor);

}  // namespace bedstone::sql
