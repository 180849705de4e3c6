// Between a set's run and the vault.
#include "bootstrap/seed_sealer.hpp"

#include "base/files.hpp"

namespace bedstone::bootstrap {

Result<std::string> SeedSealer::seal(const seed::SealedValue& value) {
  if (!vault_) BEDSTONE_TRY(open());
  BEDSTONE_ASSIGN(std::string text,
                  vault_->seal({{}, value.table, value.key, value.column}, value.value.expose()));
  // Behind it: where a column is noted and there is no keyring, that was lost.
  const store::Bound note = vault_->store().note({value.table, value.column, value.key_columns});
  const auto noted = work_.connection->execute(note.statement());
  if (!noted) return fail(noted.error());
  return text;
}

Status SeedSealer::open() {
  const Project& project = work_.project;
  if (files::exists(project.settings.file)) {
    auto read = config::read_settings(project.settings.file, project.settings.file);
    if (!read) return fail(std::move(read.error().front()));
    settings_ = *std::move(read);
  }
  vault_.emplace(make_vault(work_.host, project, settings_, *work_.connection));
  return {};
}

}  // namespace bedstone::bootstrap
