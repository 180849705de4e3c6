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
  kSelect,  ///< Also VALUES, TABLE, SHOW, EXPLAIN, FETCH: what is meant to read.
  kInsert,  ///< Also REPLACE.
  kUpdate,
  kDelete,
  kMerge,
  kTruncate,
  kCopy,
  kCreate,
  kAlter,
  kDrop,  ///< Also DROP OWNED.
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
  kSet,  ///< Also RESET and SELECT set_config(…).
  kDiscard,
  kPragma,
  kAttach,
  kDetach,
  kTransaction,  ///< See TransactionControl.
};

enum class ObjectKind : std::uint8_t {
  kNone,
  kTable,  ///< Also virtual and foreign ones.
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
  kSystem,   ///< ALTER SYSTEM, REINDEX SYSTEM.
  kSetting,  ///< Of SET, RESET, PRAGMA, set_config().
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
  kCannotRunInTransaction,  ///< The engine refuses it there, or ignores it (PRAGMA foreign_keys).
  kEndsTransactionUnit,  ///< May run in one, which must be committed before what follows uses it.
  kTransactionControl,   ///< BEGIN, COMMIT, …: see `control`.
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
  kSetTransaction,  ///< SET TRANSACTION …, of use only at the start of one.
};

struct StatementClass {
  Verb verb = Verb::kOther;
  ObjectKind object = ObjectKind::kNone;
  /// What is created, altered, dropped, written, locked, set: the first one named. A setting's
  /// dotted name stands in `name` whole. Empty for an index that the server is to name.
  ObjectName name;
  ObjectName on_table;   ///< Of an index, trigger, rule, policy, where the statement names it.
  ObjectName partition;  ///< Of ALTER TABLE … ATTACH / DETACH PARTITION.
  std::string value;     ///< Of SET and PRAGMA: the first word of what is set, unquoted.
  /// "CREATE INDEX CONCURRENTLY", "VACUUM", "ALTER TYPE … ADD VALUE": for messages.
  std::string label;

  Transactional transactional = Transactional::kTransactional;
  TransactionControl control = TransactionControl::kNone;

  /// May lose rows or columns: DROP of what holds them or with CASCADE, DROP COLUMN, TRUNCATE,
  /// DELETE without WHERE, DROP OWNED.
  bool destructive = false;
  bool every_row = false;  ///< UPDATE or DELETE without WHERE.
  bool concurrently = false;
  bool unique = false;  ///< CREATE UNIQUE INDEX.
  bool if_exists = false;
  bool if_not_exists = false;
  bool or_replace = false;
  bool temporary = false;
  bool copy_from_stdin = false;
  /// Later statements of the session see it: SET, PRAGMA …=…, ATTACH, PREPARE, LISTEN, TEMP tables.
  bool changes_session = false;
  bool set_local = false;  ///< … but only to the transaction's end: SET LOCAL, SET CONSTRAINTS.
  /// Doing it twice leaves what doing it once does (VACUUM, REINDEX, ALTER SYSTEM, DROP … IF
  /// EXISTS …), so an unknown outcome is settled by repeating it. Never for CREATE INDEX
  /// CONCURRENTLY, whose IF NOT EXISTS takes an invalid index for a good one.
  bool idempotent = false;
};

/// Looks at the first tokens only, as far as the answer needs. `text` is one statement; comments
/// before it and a `;` behind it do no harm. What it does not know is kOther and kTransactional.
///
/// Not to be told from the text, and so taken for transactional: CLUSTER and REINDEX of one
/// partitioned table, CALL of a procedure that commits.
StatementClass classify(std::string_view text, Flavor flavor);

}  // namespace bedstone::sql
