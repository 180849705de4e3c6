// Each step is a transaction of its own, and what the keyring says tells which one comes next.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "config/reseal.hpp"

namespace bedstone::config {
namespace {

constexpr std::int64_t kBatch = 100;
/// An instance that was not heard of for so long is gone.
constexpr std::chrono::minutes kLive{3};
constexpr std::chrono::milliseconds kPoll{500};

class Rotation {
 public:
  Rotation(const RotationSurroundings& around, ResealReport& report)
      : around_(around), report_(report) {}

  Result<std::vector<std::string>> run();

 private:
  Status read();
  Status add();
  Status wait_for_readers();
  Result<std::vector<std::string>> readers_without();
  Status promote();
  Status reseal_settings();
  Status reseal_history();
  Status reseal_rows(const store::SealedColumn& column);
  Status retire();
  Result<bool> reseal(const SealedText& one, std::vector<Error>& failed);
  Status execute(const store::Bound& bound);
  Status interruption() const;
  void tell(const std::string& what) const {
    if (around_.on_step) around_.on_step(what);
  }
  bool is_old(std::string_view text) const {
    const auto id = sealed_with(text);
    return id && old_.contains(std::string(*id));
  }

  const RotationSurroundings& around_;
  ResealReport& report_;
  std::vector<store::KeyRow> rows_;
  const store::KeyRow* writing_ = nullptr;
  std::string next_;  ///< Added, and not writing yet.
  std::set<std::string> old_;
  std::vector<std::string> retired_;
};

Status Rotation::execute(const store::Bound& bound) {
  const auto done = around_.connection.execute(bound.statement());
  return done ? Status() : fail(done.error());
}

Status Rotation::interruption() const {
  if (around_.cancel == nullptr || !around_.cancel->requested()) return {};
  return fail(Error(ErrorCode::kInterrupted, "the rotation was interrupted")
                  .advise("bedstone secret rotate goes on where it was"));
}

/// Which keys there are. Keys that are wrapped with another master key are not its affair.
Status Rotation::read() {
  around_.vault.forget();
  BEDSTONE_ASSIGN(const Keyring* const ring, around_.vault.keyring());
  BEDSTONE_ASSIGN(rows_, around_.vault.store().keys());
  next_.clear();
  old_.clear();
  writing_ = nullptr;
  for (const store::KeyRow& row : rows_)
    if (row.writes) writing_ = &row;
  if (ring == nullptr || writing_ == nullptr) return {};
  for (const store::KeyRow& row : rows_) {
    if (row.writes || !ring->holds(row.id)) continue;
    if (store::key_number(row.id) > store::key_number(writing_->id))
      next_ = row.id;
    else
      old_.insert(row.id);
  }
  return {};
}

Status Rotation::add() {
  tell("adding a data key");
  BEDSTONE_ASSIGN(auto transaction, db::Transaction::begin(around_.connection));
  BEDSTONE_ASSIGN(const std::string instance, around_.vault.store().lock());
  BEDSTONE_TRY(read());
  // Another rotation may have been faster.
  if (next_.empty() && old_.empty() && writing_ != nullptr) {
    BEDSTONE_ASSIGN(const MasterKey* const master, around_.vault.master());
    BEDSTONE_ASSIGN(const store::KeyRow row,
                    make_key(instance, rows_, *master, to_iso(around_.clock.now())));
    BEDSTONE_TRY(execute(around_.vault.store().put(row)));
  }
  return transaction.commit();
}

/// Who knows no key at all has not opened the keyring, and will find the new one in it.
Result<std::vector<std::string>> Rotation::readers_without() {
  BEDSTONE_ASSIGN(const auto readers,
                  around_.vault.store().readers_since(to_iso(around_.clock.now() - kLive)));
  std::vector<std::string> without;
  for (const store::KeyReader& reader : readers) {
    if (reader.keys.empty()) continue;
    if (std::find(reader.keys.begin(), reader.keys.end(), next_) != reader.keys.end()) continue;
    without.push_back(
        fmt::format("process {} on {} (seen {})", reader.pid, reader.host, reader.seen_at));
  }
  return without;
}

Status Rotation::wait_for_readers() {
  const Stopwatch watch(around_.clock);
  bool told = false;
  for (;;) {
    BEDSTONE_ASSIGN(const auto without, readers_without());
    if (without.empty()) return {};
    BEDSTONE_TRY(interruption());
    if (!told)
      tell(fmt::format("waiting for {} to learn the data key {}",
                       text::count(static_cast<std::int64_t>(without.size()), "instance"), next_));
    told = true;
    if (watch.elapsed() >= around_.wait)
      return fail(
          Error(ErrorCode::kRotationWaits,
                fmt::format("{} know the new data key {} not yet",
                            text::count(static_cast<std::int64_t>(without.size()), "instance"),
                            next_))
              .because(text::join(without, ", "))
              .advise("nothing is lost: the old key still writes. Look why they do not reload, or "
                      "end them; three minutes after its last sign an instance counts as gone. "
                      "Then `bedstone secret rotate` goes on")
              .may_retry());
    around_.clock.sleep(kPoll, around_.cancel);
  }
}

Status Rotation::promote() {
  tell(fmt::format("the data key {} writes from now on", next_));
  BEDSTONE_ASSIGN(auto transaction, db::Transaction::begin(around_.connection));
  BEDSTONE_ASSIGN(const std::string instance, around_.vault.store().lock());
  BEDSTONE_TRY(execute(around_.vault.store().promote(next_)));
  return transaction.commit();
}

/// Whether there is a new text for it, which was written. Behind Vault::writing().
Result<bool> Rotation::reseal(const SealedText& one, std::vector<Error>& failed) {
  auto value = around_.vault.unseal(one.place(), one.text);
  if (!value && value.error().connection_lost) return fail(std::move(value).error());
  if (!value) {
    failed.push_back(std::move(value).error());
    return false;
  }
  BEDSTONE_ASSIGN(const Keyring* const ring, around_.vault.keyring());
  BEDSTONE_ASSIGN(const std::string text, ring->seal(one.place(), value->expose()));
  return around_.places.swap(one, text);
}

/// All at once: they are few, and take one revision.
Status Rotation::reseal_settings() {
  BEDSTONE_ASSIGN(const auto revision, around_.settings.revision());
  if (!revision) return {};
  BEDSTONE_ASSIGN(auto transaction, db::Transaction::begin(around_.connection));
  // Makes writers wait; what is read now is what is changed.
  BEDSTONE_TRY(around_.settings.change({}, around_.by, ""));
  BEDSTONE_TRY(around_.vault.writing());
  BEDSTONE_ASSIGN(const auto texts, around_.places.settings());
  std::vector<store::ConfigChange> changes;
  for (const SealedText& one : texts) {
    if (!is_old(one.text)) continue;
    auto value = around_.vault.unseal(one.place(), one.text);
    if (!value) {
      report_.unreadable.push_back(std::move(value).error());
      continue;
    }
    BEDSTONE_ASSIGN(const Keyring* const ring, around_.vault.keyring());
    BEDSTONE_ASSIGN(std::string text, ring->seal(one.place(), value->expose()));
    changes.push_back({one.key, std::move(text)});
  }
  if (changes.empty()) return {};
  BEDSTONE_ASSIGN(const std::int64_t made, around_.settings.change(changes, around_.by, ""));
  // No value changed: only instances that look for a new revision shall see one.
  BEDSTONE_TRY(around_.places.forget_revision(made));
  BEDSTONE_TRY(transaction.commit());
  report_.settings += static_cast<std::int64_t>(changes.size());
  return {};
}

Status Rotation::reseal_history() {
  SealedText last;
  for (;;) {
    BEDSTONE_TRY(interruption());
    BEDSTONE_ASSIGN(auto transaction, db::Transaction::begin(around_.connection));
    BEDSTONE_ASSIGN(const auto texts, around_.places.history(last, kBatch));
    if (texts.empty()) return {};
    BEDSTONE_TRY(around_.vault.writing());
    std::int64_t done = 0;
    for (const SealedText& one : texts) {
      if (!is_old(one.text)) continue;
      BEDSTONE_ASSIGN(const bool written, reseal(one, report_.lost));
      if (written) ++done;
    }
    BEDSTONE_TRY(transaction.commit());
    report_.history += done;
    last = texts.back();
  }
}

Status Rotation::reseal_rows(const store::SealedColumn& column) {
  // Only texts of old keys: what was sealed anew may stand behind them.
  for (const std::string& id : old_) {
    std::string last = fmt::format("enc1.{}.", id);
    const std::string prefix = last;
    for (;;) {
      BEDSTONE_TRY(interruption());
      BEDSTONE_ASSIGN(auto transaction, db::Transaction::begin(around_.connection));
      BEDSTONE_TRY(around_.vault.writing());
      BEDSTONE_ASSIGN(const auto texts, around_.places.rows(column, last, kBatch));
      std::int64_t done = 0;
      for (const SealedText& one : texts) {
        if (!one.text.starts_with(prefix)) continue;
        BEDSTONE_ASSIGN(const bool written, reseal(one, report_.unreadable));
        if (written) ++done;
      }
      BEDSTONE_TRY(transaction.commit());
      report_.rows += done;
      if (texts.empty() || !texts.back().text.starts_with(prefix)) break;
      last = texts.back().text;
    }
  }
  return {};
}

/// Under the lock nobody can seal with them any more.
Status Rotation::retire() {
  BEDSTONE_ASSIGN(auto transaction, db::Transaction::begin(around_.connection));
  BEDSTONE_ASSIGN(const std::string instance, around_.vault.store().lock());
  BEDSTONE_ASSIGN(const auto columns, around_.vault.store().sealed_columns());
  for (const std::string& id : old_) {
    BEDSTONE_ASSIGN(const std::int64_t left,
                    around_.places.count(fmt::format("enc1.{}.", id), columns));
    // What the history cannot open is lost with or without its key.
    const bool only_lost = report_.unreadable.empty() && !report_.lost.empty() &&
                           left <= static_cast<std::int64_t>(report_.lost.size());
    if (left > 0 && !only_lost) continue;
    BEDSTONE_TRY(execute(around_.vault.store().remove(id)));
    retired_.push_back(id);
  }
  BEDSTONE_TRY(transaction.commit());
  around_.vault.forget();
  return {};
}

Result<std::vector<std::string>> Rotation::run() {
  BEDSTONE_TRY(read());
  if (writing_ == nullptr) return retired_;
  if (next_.empty() && old_.empty()) {
    BEDSTONE_TRY(add());
    BEDSTONE_TRY(read());
  }
  if (!next_.empty()) {
    BEDSTONE_TRY(wait_for_readers());
    BEDSTONE_TRY(interruption());
    BEDSTONE_TRY(promote());
    BEDSTONE_TRY(read());
  }
  tell("encrypting everything with the new data key");
  // What a process wrote that had begun before the key was promoted is found by the second look.
  for (int look = 0; look < 2; ++look) {
    report_.unreadable.clear();
    report_.lost.clear();
    BEDSTONE_TRY(interruption());
    BEDSTONE_TRY(reseal_settings());
    BEDSTONE_TRY(reseal_history());
    BEDSTONE_ASSIGN(const auto columns, around_.vault.store().sealed_columns());
    for (const store::SealedColumn& column : columns)
      BEDSTONE_TRY(reseal_rows(column));
  }
  BEDSTONE_TRY(retire());
  return retired_;
}

}  // namespace

Result<std::vector<std::string>> rotate_data_key(const RotationSurroundings& around,
                                                 ResealReport& report) {
  return Rotation(around, report).run();
}

Result<std::int64_t> rotate_master_key(db::Connection& connection, store::KeyStore& keys,
                                       const MasterKey& before, const MasterKey& after) {
  BEDSTONE_ASSIGN(auto transaction, db::Transaction::begin(connection));
  BEDSTONE_ASSIGN(const std::string instance, keys.lock());
  BEDSTONE_ASSIGN(const auto rows, keys.keys());
  const bool done = std::all_of(rows.begin(), rows.end(), [&](const store::KeyRow& row) {
    return row.kek == after.fingerprint;
  });
  if (done) return 0;
  BEDSTONE_ASSIGN(const auto changed, rewrap(instance, rows, before, after));
  for (const store::KeyRow& row : changed) {
    const auto written = connection.execute(keys.rewrap(row).statement());
    if (!written) return fail(written.error());
  }
  // What stands there is looked at, not what was meant.
  BEDSTONE_ASSIGN(auto now, keys.keys());
  std::erase_if(now, [&](const store::KeyRow& row) { return row.kek != after.fingerprint; });
  const bool writes =
      std::any_of(now.begin(), now.end(), [](const auto& row) { return row.writes; });
  if (writes) {
    BEDSTONE_ASSIGN(const Keyring ring, Keyring::open(instance, std::move(now), after));
  }
  BEDSTONE_TRY(transaction.commit());
  return static_cast<std::int64_t>(changed.size());
}

Result<std::string> replace_lost_keys(db::Connection& connection, store::KeyStore& keys,
                                      const MasterKey& master, const Clock& clock) {
  BEDSTONE_ASSIGN(auto transaction, db::Transaction::begin(connection));
  BEDSTONE_ASSIGN(const std::string instance, keys.lock());
  BEDSTONE_ASSIGN(const auto rows, keys.keys());
  if (Keyring::open(instance, rows, master)) return std::string();
  BEDSTONE_ASSIGN(const store::KeyRow row, make_key(instance, rows, master, to_iso(clock.now())));
  for (const store::Bound& bound : {keys.put(row), keys.promote(row.id)}) {
    const auto done = connection.execute(bound.statement());
    if (!done) return fail(done.error());
  }
  BEDSTONE_TRY(transaction.commit());
  return row.id;
}

}  // namespace bedstone::config
