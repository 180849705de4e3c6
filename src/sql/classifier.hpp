/// Classifier: the parts that classify() is made of; for the files of this room only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sql/classify.hpp"
#include "sql/cursor.hpp"

namespace bedstone::sql {

/// Each function begins behind the verb and fills in `result`.
class Classifier {
 public:
  Classifier(std::string_view text, Flavor flavor) : cursor_(text, flavor), flavor_(flavor) {}

  StatementClass run() &&;

 private:
  using Part = void (Classifier::*)();
  struct Row;

  void statement();
  bool postgres() const { return flavor_ == Flavor::kPostgres; }
  /// Adds an upper-case word to the label.
  void label(std::string_view words);
  void cannot_run_in_transaction() {
    result_.transactional = Transactional::kCannotRunInTransaction;
  }
  std::string take_name();
  /// [[catalog.]schema.]name
  ObjectName take_qualified_name();
  /// IF EXISTS, IF NOT EXISTS.
  void take_if_exists();
  /// Of a list that begins here, `(a, b on, c = false)`: whether the option is on; nothing when it
  /// is not given.
  std::optional<bool> option(std::string_view wanted) const;

  // classify.cpp: reading, writing, maintaining.
  void with();
  void select();
  void insert();
  void update();
  void remove();
  void merge();
  void truncate();
  void copy();
  void lock();
  void do_block();
  void call();
  void refresh();
  void reindex();
  void vacuum();
  void analyze();
  void cluster();
  void checkpoint();
  void comment();
  void grant();
  void security();
  void reassign();

  // classify_objects.cpp: CREATE, ALTER, DROP.
  void create();
  void alter();
  void drop();
  void take_modifiers();
  ObjectKind take_object_kind();
  void create_index();
  void create_subscription();
  void alter_table();
  void alter_table_action();
  void alter_type();
  void alter_database();
  void alter_subscription();
  void alter_system();

  // classify_session.cpp: transactions and settings.
  void begin();
  void start();
  void commit();
  void rollback();
  void savepoint();
  void release();
  void prepare();
  void control(TransactionControl control);
  void set();
  void set_variable();
  void reset();
  void set_config();
  void discard();
  void session();
  void pragma();
  void attach();
  void detach();

  Cursor cursor_;
  Flavor flavor_;
  StatementClass result_;
};

}  // namespace bedstone::sql
