// How long reading a schema takes, and how long its queries alone: two medians in milliseconds.
#include "schema/inspect.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

#include "db/catalog.hpp"
#include "db/connection.hpp"
#include "schema/canonical.hpp"
#include "schema/reading.hpp"

namespace {

using bedstone::Status;

constexpr int kRounds = 15;

/// False when it failed.
bool race(const std::vector<std::function<Status()>>& runners) {
  std::vector<std::vector<double>> times(runners.size());
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < runners.size(); ++i) {
      const auto start = std::chrono::steady_clock::now();
      const Status done = runners[i]();
      if (!done) return std::fprintf(stderr, "%s\n", done.error().message.c_str()), false;
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - start;
      times[i].push_back(took.count());
    }
  }
  for (auto& of_one : times) {
    std::nth_element(of_one.begin(), of_one.begin() + kRounds / 2, of_one.end());
    std::printf("%.3f\n", of_one[kRounds / 2]);
  }
  return true;
}

Status ask_all(bedstone::db::Connection& connection) {
  return bedstone::schema::read_catalog(
      connection, "public", [&](const bedstone::db::CatalogQueries& queries) -> Status {
        for (const std::string* sql : {&queries.relations, &queries.columns, &queries.constraints,
                                       &queries.indexes, &queries.triggers, &queries.enums,
                                       &queries.routines, &queries.sequences, &queries.others}) {
          if (sql->empty()) continue;
          BEDSTONE_ASSIGN(const auto rows,
                          connection.query(bedstone::db::Statement{*sql, queries.params}));
        }
        return {};
      });
}

}  // namespace

int main(int, char** argv) {
  const auto url = bedstone::db::Url::parse(argv[1]);
  if (!url) return 1;
  auto connection = bedstone::db::open(*url, {});
  if (!connection) return std::fprintf(stderr, "%s\n", connection.error().message.c_str()), 1;
  bedstone::db::Connection& session = **connection;
  const auto inspect = [&]() -> Status {
    BEDSTONE_ASSIGN(const auto model, bedstone::schema::inspect(session, {}));
    const std::string text = bedstone::schema::canonical_text(model);
    return bedstone::schema::fingerprint(text).empty() ? ask_all(session) : Status();
  };
  return race({[&] { return ask_all(session); }, inspect}) ? 0 : 1;
}
