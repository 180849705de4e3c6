// Any bytes as a seed set: read or refused with places inside the file, never a crash, and no value
// of the environment in an error.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "seed/set_reader.hpp"

namespace {

constexpr std::string_view kSecret = "zqjx-hunter2-xjqz";

void require(bool condition) {
  if (!condition) std::abort();
}

void check_errors(const bedstone::Errors& errors, std::size_t bytes, bool may_echo) {
  for (const bedstone::Error& error : errors) {
    require(!error.message.empty() && !error.hint.empty());
    require(error.place.file == "seeds/10-roles.yaml");
    require(error.place.line >= 1 && error.place.line <= bytes + 1);
    require(error.place.column >= 1 && error.place.column <= bytes + 2);
    for (const std::string* text : {&error.message, &error.cause, &error.hint})
      require(may_echo || text->find(kSecret) == std::string::npos);
  }
}

void check(const bedstone::seed::SetDraft& draft, std::size_t bytes, bool may_echo) {
  using Kind = bedstone::seed::RowsFrom::Kind;
  check_errors(draft.errors, bytes, may_echo);
  if (!draft.errors.empty() || draft.elsewhere) return;
  const bedstone::seed::SeedSet& set = draft.set;
  require(!set.table.empty());
  require(draft.source_known);
  require((set.from.kind == Kind::kInline) == (set.rows != nullptr));
  require((set.from.kind == Kind::kInline) == set.from.path.empty());
  if (set.rows != nullptr) {
    for (const bedstone::data::Node& row : set.rows->items())
      require(row.is_mapping());
  }
}

/// A file in memory; its path is /proc/self/fd/N.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view text) : descriptor_(memfd_create("set", MFD_CLOEXEC)) {
    require(descriptor_ >= 0);
    const ssize_t written = write(descriptor_, text.data(), text.size());
    require(written == static_cast<ssize_t>(text.size()));
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(descriptor_); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bedstone::Environment environment({{"A", std::string(kSecret)}, {"B", ""}, {"C", "true"}});
  // libFuzzer learns the secret from the comparisons and writes it into keys, which may be shown.
  const bool may_echo = text.find(kSecret) != std::string_view::npos;
  const MemoryFile file(text);
  bedstone::seed::SetName name;
  name.name = "roles";
  const std::string shown = "seeds/10-roles.yaml";
  const bedstone::seed::SetContext context{"/project", "dev", environment};
  check(draft_set(file.path(), shown, name, context, false), size, may_echo);
  // A set that is for another environment.
  name.environment = "prod";
  check(draft_set(file.path(), shown, name, context, true), size, may_echo);
  return 0;
}
