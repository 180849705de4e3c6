// What settings cost a running program: bench_config MEASURE PROJECT URL [N], on a database that
// `bedstone up` made ready. `read`: nanoseconds a cached read takes, by N threads at once, with a
// key and as a snapshot. `visible`: milliseconds from another process's commit until a reader sees
// it, median and worst of N. `load`: milliseconds to read and check all settings, medians of N, of
// the query and of all. `provide`: makes the table of values.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "config/load.hpp"
#include "library/managed.hpp"
#include "store/config_table.hpp"

namespace bedstone {
namespace {

using std::chrono::steady_clock;

template <typename T>
T must(Checked<T> result) {
  if (result) return *std::move(result);
  fmt::print(stderr, "{}: {}\n", result.error().front().message, result.error().front().cause);
  std::exit(1);
}
template <typename T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  fmt::print(stderr, "{}: {}\n", result.error().message, result.error().cause);
  std::exit(1);
}
void must(Status status) {
  if (status) return;
  fmt::print(stderr, "{}: {}\n", status.error().message, status.error().cause);
  std::exit(1);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Keeps the compiler from leaving a read out.
void use(std::int64_t value) {
  asm volatile("" : : "r"(value) : "memory");
}

/// The median over batches, of all threads.
template <typename Read>
double nanoseconds_a_read(int threads, Read read) {
  constexpr int kBatches = 2001;
  constexpr int kBatch = 1000;
  std::vector<std::vector<double>> times(static_cast<std::size_t>(threads));
  std::atomic<int> ready{0};
  std::vector<std::thread> pool;
  for (int i = 0; i < threads; ++i) {
    pool.emplace_back([&, i] {
      read();
      for (++ready; ready < threads;) {
      }
      for (int batch = 0; batch < kBatches; ++batch) {
        const auto start = steady_clock::now();
        for (int n = 0; n < kBatch; ++n)
          read();
        const std::chrono::duration<double, std::nano> took = steady_clock::now() - start;
        times[static_cast<std::size_t>(i)].push_back(took.count() / kBatch);
      }
    });
  }
  for (auto& thread : pool)
    thread.join();
  std::vector<double> all;
  for (const auto& some : times)
    all.insert(all.end(), some.begin(), some.end());
  return median(std::move(all));
}

void measure_read(const ProjectOptions& project, int threads) {
  const auto manager = must(ConfigManager::open(project));
  const auto key = must(manager->key<std::int64_t>("n0"));
  const double value = nanoseconds_a_read(threads, [&] { use(manager->get(key).value_or(-1)); });
  const double snapshot = nanoseconds_a_read(threads, [&] { use(manager->snapshot().revision()); });
  fmt::print("{:.1f} {:.1f}\n", value, snapshot);
}

std::int64_t now_ns() {
  return steady_clock::now().time_since_epoch().count();
}

/// Another process: writes when it is told to, and says when the commit was there.
void write_when_told(const ProjectOptions& project, int told, int answer) {
  const auto managed = must(load_managed(project, {}));
  const auto connection = must(connect_managed(*managed, nullptr, Milliseconds(0)));
  std::int64_t value = 0;
  while (::read(told, &value, sizeof(value)) == sizeof(value)) {
    must(connection->execute(
        "INSERT INTO system_config (config_key, config_value) VALUES ('n0', $1) ON CONFLICT "
        "(config_key) DO UPDATE SET config_value = excluded.config_value",
        {std::to_string(value)}));
    const std::int64_t committed = now_ns();
    if (::write(answer, &committed, sizeof(committed)) < 0) ::_exit(1);
  }
  ::_exit(0);
}

void measure_visible(const ProjectOptions& project, int rounds) {
  int told[2], answer[2];
  if (::pipe(told) != 0 || ::pipe(answer) != 0) std::exit(1);
  if (::fork() == 0) {
    ::close(told[1]);
    write_when_told(project, told[0], answer[1]);
  }
  ::close(told[0]);
  const auto manager = must(ConfigManager::open(project));
  while (manager->watch() == ConfigWatch::kNone)
    ::usleep(1000);
  const auto key = must(manager->key<std::int64_t>("n0"));
  std::vector<double> times;
  for (int round = 1; round <= rounds; ++round) {
    ::usleep(static_cast<useconds_t>(std::rand() % 70'000));
    const std::int64_t value = 1000 + round;
    if (::write(told[1], &value, sizeof(value)) < 0) std::exit(1);
    while (manager->get(key).value_or(-1) != value)
      ::usleep(50);
    const std::int64_t seen = now_ns();
    std::int64_t committed = 0;
    if (::read(answer[0], &committed, sizeof(committed)) < 0) std::exit(1);
    times.push_back(static_cast<double>(std::max<std::int64_t>(0, seen - committed)) / 1e6);
  }
  ::close(told[1]);
  ::wait(nullptr);
  fmt::print("{:.2f} {:.2f}\n", median(times), *std::max_element(times.begin(), times.end()));
}

void measure_load(const ProjectOptions& project, int rounds) {
  const auto managed = must(load_managed(project, {}));
  const auto connection = must(connect_managed(*managed, nullptr, Milliseconds(0)));
  store::ConfigTable table(*connection, managed->project.name,
                           {managed->project.database.schema, managed->project.settings.table});
  std::vector<double> queries, all;
  for (int round = 0; round < rounds; ++round) {
    const auto start = steady_clock::now();
    const auto state = must(table.read());
    const std::chrono::duration<double, std::milli> query = steady_clock::now() - start;
    const auto values = config::make_values(
        managed->loader->declared(),
        config::resolve(*managed->loader->declared(), state, managed->environment, {}), nullptr);
    const std::chrono::duration<double, std::milli> took = steady_clock::now() - start;
    if (!values->problems.empty()) std::exit(1);
    queries.push_back(query.count());
    all.push_back(took.count());
  }
  fmt::print("{:.2f} {:.2f}\n", median(queries), median(all));
}

/// A ready database has the table of values.
void provide(const ProjectOptions& project) {
  const auto managed = must(load_managed(project, {}));
  const auto connection = must(connect_managed(*managed, nullptr, Milliseconds(0)));
  store::ConfigTable table(*connection, managed->project.name,
                           {managed->project.database.schema, managed->project.settings.table});
  if (must(table.is_provided())) return;
  must(connection->begin());
  must(table.provide());
  must(connection->commit());
}

}  // namespace
}  // namespace bedstone

int main(int argc, char** argv) {
  if (argc < 4) return 64;
  bedstone::ProjectOptions project;
  project.folder = argv[2];
  project.database = argv[3];
  const int number = argc > 4 ? std::atoi(argv[4]) : 1;
  const std::string_view measure = argv[1];
  if (measure == "provide") bedstone::provide(project);
  if (measure == "read") bedstone::measure_read(project, number);
  if (measure == "visible") bedstone::measure_visible(project, number);
  if (measure == "load") bedstone::measure_load(project, number);
  return 0;
}
