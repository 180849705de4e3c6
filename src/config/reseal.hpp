/// Reseal: where sealed values stand in a database, read, checked, and sealed anew.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/vault.hpp"
#include "store/config_table.hpp"

namespace bedstone::config {

/// One text that is sealed, or that should be.
struct SealedText {
  std::string table;  ///< As in its SealPlace.
  std::string key;
  std::string column;
  std::string text;
  std::int64_t revision = 0;             ///< Of a history row; 0 elsewhere.
  std::vector<std::string> key_columns;  ///< Of a table's row; empty elsewhere.

  SealPlace place() const { return {{}, table, key, column}; }
  /// "smtp_password", "smtp_password (revision 7)", "accounts.token of row ada@example.com".
  std::string shown() const;
};

/// The places of one project. Not thread-safe, as its connection.
class SealedPlaces {
 public:
  SealedPlaces(db::Connection& connection, std::string project, std::string schema,
               store::ConfigPlace settings)
      : connection_(connection),
        project_(std::move(project)),
        schema_(std::move(schema)),
        settings_(std::move(settings)) {}

  /// Sealed texts of settings as they are now.
  Result<std::vector<SealedText>> settings();
  /// The next texts of the history, by revision and name, behind `after`; empty at the end.
  Result<std::vector<SealedText>> history(const SealedText& after, std::int64_t limit);
  /// The next texts of a column, by text, behind `after`. Nothing where table or column are gone.
  Result<std::vector<SealedText>> rows(const store::SealedColumn& column, const std::string& after,
                                       std::int64_t limit);
  /// How many texts begin so, everywhere; in a transaction nothing comes meanwhile.
  Result<std::int64_t> count(const std::string& prefix,
                             const std::vector<store::SealedColumn>& columns);

  /// Puts `text` in the place of what stands there, unless somebody changed that meanwhile; whether
  /// it did. For rows and history; settings are changed by ConfigTable.
  Result<bool> swap(const SealedText& old, const std::string& text);
  /// Takes what one revision changed out of the history.
  Status forget_revision(std::int64_t revision);
  /// One row's column, found by its key; nullopt when there is no such row, or NULL.
  Result<std::optional<SealedText>> find(const store::SealedColumn& column, const std::string& key);

 private:
  std::string history_table() const;
  Result<bool> is_there(const store::SealedColumn& column);
  std::string key_text(const std::vector<std::string>& columns) const;
  std::string bytewise(const std::string& expression) const;
  /// The table of a column: one of the project's, or Bedstone's own sessions.
  std::string own_name(const std::string& table) const;
  std::string quoted(const std::string& table) const;
  std::string readable(const std::string& table) const;

  db::Connection& connection_;
  std::string project_;
  std::string schema_;
  store::ConfigPlace settings_;
};

struct ResealReport {
  std::int64_t settings = 0;
  std::int64_t history = 0;
  std::int64_t rows = 0;
  std::vector<Error> unreadable;  ///< Values that stay as they are, each with its reason.
  std::vector<Error> lost;        ///< The same in the history, which only remembers.
};

/// What a rotation needs beside its vault.
struct RotationSurroundings {
  db::Connection& connection;
  Vault& vault;
  SealedPlaces& places;
  store::ConfigTable& settings;
  const Clock& clock;
  const CancelToken* cancel = nullptr;
  std::string by;  ///< Who it is, for the history.
  std::chrono::milliseconds wait{300'000};
  /// Tells what is being done.
  std::function<void(const std::string&)> on_step;
};

/// Puts a new data key in the place of the one that writes: adds it, waits until every process that
/// was seen in the last three minutes knows it, lets it write, seals everything anew, deletes the
/// old ones. Killed at any point, the next call goes on. Returns the ids of deleted keys; none when
/// there are no secrets. Errors: those of Vault::keyring(); kRotationWaits, kInterrupted.
Result<std::vector<std::string>> rotate_data_key(const RotationSurroundings& around,
                                                 ResealReport& report);

/// Wraps all data keys that are wrapped with `before` with `after`, in one transaction, after
/// looking whether each opens. Returns their number; 0 when it was done before. Errors: those of
/// rewrap().
Result<std::int64_t> rotate_master_key(db::Connection& connection, store::KeyStore& keys,
                                       const MasterKey& before, const MasterKey& after);

/// For keys that are lost for good: a new data key under `master` writes from now on, so that
/// secrets can be set again. What the lost ones sealed stays locked, and is readable again if their
/// key is found. Returns its id; "" when the key that writes is not lost.
Result<std::string> replace_lost_keys(db::Connection& connection, store::KeyStore& keys,
                                      const MasterKey& master, const Clock& clock);

}  // namespace bedstone::config
