// Making a database and taking it away again.
#include "bootstrap/squash_scratch.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <filesystem>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "bootstrap/connect.hpp"
#include "bootstrap/prepare.hpp"
#include "db/postgres/admin.hpp"
#include "store/unbuilt.hpp"

namespace bedstone::bootstrap {
namespace {

db::OpenOptions admin_options(const CancelToken* cancel) {
  db::OpenOptions options;
  options.application_name = "bedstone squash";
  options.cancel = cancel;
  return options;
}

Error not_made(Error why) {
  if (why.code != ErrorCode::kCannotCreateDatabase) return why;
  return std::move(why).advise(
      "squashing runs the migrations in an empty database beside this one: let the role make "
      "databases for the time (ALTER ROLE … CREATEDB), or use another server: bedstone --database "
      "postgresql://… migrate squash");
}

}  // namespace

Result<ScratchFolder> ScratchFolder::make() {
  std::error_code none;
  std::string pattern =
      (std::filesystem::temp_directory_path(none) / "bedstone-squash-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return fail(files::from_errno(errno, pattern, true));
  return ScratchFolder(std::move(pattern));
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Result<Scratch> Scratch::make(const Host& host, const Project& project, Milliseconds wait) {
  const db::Url& beside = working_url(project);
  if (beside.engine() == db::Engine::kSqlite) {
    BEDSTONE_ASSIGN(auto folder, ScratchFolder::make());
    Scratch scratch(beside.with_path(files::resolve(folder.path(), "squash.db")));
    scratch.folder_.emplace(std::move(folder));
    return scratch;
  }
  // Waits for the server, and tells what is wrong with the way to it.
  auto reached = connect(host, {beside, db::Access::kReadOnly, false, wait});
  const bool missing = !reached && reached.error().code == ErrorCode::kDatabaseMissing;
  if (!reached && !missing) return fail(std::move(reached).error());
  const std::string name =
      fmt::format("{:.40}_squash_{}", beside.database(), random_id().substr(0, 12));
  Scratch scratch(beside.with_database(name));
  const db::OpenOptions options = admin_options(host.cancel);
  Status made;
  if (missing) {
    auto created = db::postgres::create_database(*scratch.url_, options, "template0");
    if (!created) made = fail(std::move(created).error());
  } else {
    made = db::postgres::create_like(beside, name, options);
  }
  if (!made) return fail(not_made(std::move(made).error()));
  scratch.drop_ = true;
  return scratch;
}

Scratch::~Scratch() {
  if (!drop_ || !url_) return;
  // Also after an interruption.
  const Status dropped = db::postgres::drop_database(*url_, admin_options(nullptr));
  (void)dropped;
}

Errors Scratch::run(const Host& host, Project& project, const std::string& target,
                    const std::function<Errors(Work&)>& use) {
  project.database.url = url_->clone();
  project.database.direct_url.reset();
  project.database.pooled = Pooled::kNo;
  auto release = read_release(project, host.environment);
  if (!release) return {std::move(release).error()};
  UpOptions options;
  options.create = true;
  options.seed = false;
  Account account(host.clock);
  const Verdict verdict =
      run_attempts(host, project, *release, options, account, [&](Work& work, Verdict&) -> Errors {
        BEDSTONE_CHECK(work.connect());
        BEDSTONE_CHECK(work.lock());
        if (!work.seen.problems.empty()) return work.seen.problems;
        BEDSTONE_CHECK(work.begin_run());
        auto pending = prepare(work.seen, work.connection->engine(), false, target);
        if (!pending) return std::move(pending).error();
        // Views and functions that run again are no part of the history.
        std::erase_if(*pending, [](const Prepared& one) { return one.file->repeatable; });
        BEDSTONE_CHECK(work.provide());
        BEDSTONE_CHECK(work.apply(*pending));
        const auto journal = work.store->journal();
        if (!journal) return {journal.error()};
        Errors unbuilt;
        for (const store::UnbuiltIndex& one : store::unbuilt_indexes(*journal))
          unbuilt.push_back(store::unbuilt_warning(one));
        if (!unbuilt.empty()) return unbuilt;
        return use(work);
      });
  return verdict.errors;
}

}  // namespace bedstone::bootstrap
