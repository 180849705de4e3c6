// SQL of the marks. One statement each: the database sees to it that one swap wins.
#include "store/marks.hpp"

#include <fmt/format.h>

namespace bedstone::store {

Result<std::map<std::string, std::string>> Marks::read(std::string_view prefix) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(fmt::format("SELECT key, value FROM {} WHERE project = $1 AND substr(key, "
                                    "1, {}) = $2",
                                    table(), prefix.size()),
                        {project_, std::string(prefix)}));
  std::map<std::string, std::string> marks;
  for (std::size_t i = 0; i < rows.size(); ++i)
    marks.emplace(rows.text(i, 0), rows.text(i, 1));
  return marks;
}

Result<bool> Marks::swap(const std::string& key, const std::optional<std::string>& before,
                         const std::string& after) {
  const auto changed =
      before ? connection_.execute(fmt::format("UPDATE {} SET value = $4 WHERE project = $1 AND "
                                               "key = $2 AND value = $3",
                                               table()),
                                   {project_, key, *before, after})
             : connection_.execute(fmt::format("INSERT INTO {} (project, key, value) VALUES ($1, "
                                               "$2, $3) ON CONFLICT DO NOTHING",
                                               table()),
                                   {project_, key, after});
  if (!changed) return fail(changed.error());
  return *changed == 1;
}

}  // namespace bedstone::store
