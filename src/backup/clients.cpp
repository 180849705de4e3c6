// Which program fits, and a URL taken apart so that nothing secret stands on a command line.
#include "backup/clients.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "base/files.hpp"
#include "base/text.hpp"
#include "db/url_parts.hpp"

namespace bedstone::backup {
namespace {

constexpr std::string_view kDebianFolder = "/usr/lib/postgresql";

/// What a client may see of this process's variables: how to run, and how libpq connects. None of
/// the application's own secrets is among them.
constexpr std::array<std::string_view, 34> kPassedOn = {"PATH",
                                                        "HOME",
                                                        "USER",
                                                        "LOGNAME",
                                                        "TMPDIR",
                                                        "TZ",
                                                        "LD_LIBRARY_PATH",
                                                        "KRB5CCNAME",
                                                        "KRB5_CONFIG",
                                                        "PGHOST",
                                                        "PGHOSTADDR",
                                                        "PGPORT",
                                                        "PGUSER",
                                                        "PGDATABASE",
                                                        "PGPASSWORD",
                                                        "PGPASSFILE",
                                                        "PGSERVICE",
                                                        "PGSERVICEFILE",
                                                        "PGSYSCONFDIR",
                                                        "PGSSLMODE",
                                                        "PGSSLCERT",
                                                        "PGSSLKEY",
                                                        "PGSSLROOTCERT",
                                                        "PGSSLCRL",
                                                        "PGSSLCRLDIR",
                                                        "PGSSLSNI",
                                                        "PGSSLMINPROTOCOLVERSION",
                                                        "PGSSLMAXPROTOCOLVERSION",
                                                        "PGGSSENCMODE",
                                                        "PGKRBSRVNAME",
                                                        "PGCHANNELBINDING",
                                                        "PGREQUIREPEER",
                                                        "PGCONNECT_TIMEOUT",
                                                        "PGTARGETSESSIONATTRS"};

std::vector<std::string> folders(const Environment& environment) {
  std::vector<std::string> result;
  if (const auto versions = files::list(std::string(kDebianFolder))) {
    for (const std::string& version : *versions)
      result.push_back(fmt::format("{}/{}/bin", kDebianFolder, version));
  }
  const std::string path = environment.get_or("PATH", "");
  for (const std::string_view folder : text::split(path, ':')) {
    if (folder.starts_with('/')) result.emplace_back(folder);
  }
  return result;
}

/// "pg_dump (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)".
std::optional<Client> parse_version(const std::string& path, std::string_view output) {
  constexpr std::string_view kMark = "(PostgreSQL) ";
  const std::size_t at = output.find(kMark);
  if (at == output.npos) return std::nullopt;
  std::string_view rest = output.substr(at + kMark.size());
  rest = rest.substr(0, rest.find_first_of(" \n"));
  Client client{path, 0, 0, std::string(rest)};
  const std::size_t dot = std::min(rest.find_first_not_of("0123456789"), rest.size());
  client.major = static_cast<int>(text::parse_integer(rest.substr(0, dot)).value_or(0));
  if (dot < rest.size() && rest[dot] == '.') {
    client.minor = static_cast<int>(text::parse_integer(rest.substr(dot + 1)).value_or(0));
  }
  if (client.major == 0) return std::nullopt;
  return client;
}

std::vector<std::pair<std::string, Secret>> passed_on(const Environment& environment) {
  std::vector<std::pair<std::string, Secret>> result;
  for (const std::string_view name : kPassedOn) {
    if (const auto value = environment.get(name)) {
      result.emplace_back(std::string(name), Secret(std::string(*value)));
    }
  }
  // The words by which its errors are known; what it writes has the database's own encoding.
  result.emplace_back("LC_ALL", Secret(std::string("C")));
  return result;
}

std::optional<Client> look_at(const std::string& path, const Environment& environment) {
  if (::access(path.c_str(), X_OK) != 0 || files::is_folder(path)) return std::nullopt;
  ChildOptions options;
  options.words = {path, "--version"};
  options.environment = passed_on(environment);
  options.keep_output = true;
  const auto end = run_child(options);
  if (!end || end->exit_code != 0) return std::nullopt;
  return parse_version(path, end->output);
}

Error missing(std::string_view name, int wanted, int oldest, const std::vector<Client>& found) {
  std::vector<std::string> seen;
  for (const Client& client : found)
    seen.push_back(fmt::format("{} is {}", client.path, client.version));
  return Error(ErrorCode::kClientMissing,
               found.empty() ? fmt::format("{} is not installed", name)
                             : fmt::format("{} is too old: version {} is needed", name, oldest))
      .because(seen.empty() ? fmt::format("it is neither in PATH nor in {}/*/bin", kDebianFolder)
                            : text::join(seen, ", "))
      .advise(fmt::format("install PostgreSQL's client programs: apt-get install "
                          "postgresql-client-{} (or newer)",
                          wanted));
}

void replace_variable(std::vector<std::pair<std::string, Secret>>& variables, std::string_view name,
                      Secret value) {
  std::erase_if(variables, [name](const auto& one) { return one.first == name; });
  variables.emplace_back(std::string(name), std::move(value));
}

}  // namespace

Result<Client> find_client(std::string_view name, int wanted_major, int oldest_major,
                           const Environment& environment) {
  std::vector<Client> found;
  for (const std::string& folder : folders(environment)) {
    if (auto client = look_at(fmt::format("{}/{}", folder, name), environment)) {
      found.push_back(*std::move(client));
    }
  }
  std::vector<Client> fitting;
  std::copy_if(found.begin(), found.end(), std::back_inserter(fitting),
               [oldest_major](const Client& one) { return one.major >= oldest_major; });
  if (fitting.empty()) return fail(missing(name, wanted_major, oldest_major, found));
  // A newer program may write what an older server does not know: the nearest is the best.
  const auto distance = [wanted_major](const Client& one) {
    return std::tuple(std::abs(one.major - wanted_major), -one.minor);
  };
  return *std::min_element(fitting.begin(), fitting.end(), [&](const Client& a, const Client& b) {
    return distance(a) < distance(b);
  });
}

Result<Access> access_for(const db::Url& url, const Environment& environment) {
  BEDSTONE_ASSIGN(const db::UrlParts parts, db::split_postgres_url(url.expose()));
  Access access;
  access.environment = passed_on(environment);
  std::string password = db::percent_decode(parts.password);
  std::string parameters;
  for (const auto& [name, value] : parts.parameters) {
    const std::string key = db::percent_decode(name);
    if (key == "sslpassword") {
      return fail(Error(ErrorCode::kBackupFailed,
                        "the URL's sslpassword cannot be handed to PostgreSQL's client programs")
                      .because("they take it from the command line alone, where everybody sees it")
                      .advise("use a key without a passphrase, readable by its owner alone"));
    }
    if (key == "password") {
      password = db::percent_decode(value);
      continue;
    }
    // The client names itself.
    if (key == "application_name" || key == "fallback_application_name") continue;
    parameters += fmt::format("{}{}={}", parameters.empty() ? "?" : "&", name, value);
  }
  std::string hosts;
  for (const db::UrlParts::Host& host : parts.hosts) {
    if (&host != &parts.hosts.front()) hosts += ',';
    hosts += host.name;
    if (!host.port.empty()) hosts += fmt::format(":{}", host.port);
  }
  access.connection = fmt::format("postgresql://{}{}{}/{}{}", parts.user,
                                  parts.user.empty() ? "" : "@", hosts, parts.database, parameters);
  if (!password.empty()) {
    replace_variable(access.environment, "PGPASSWORD", Secret(std::move(password)));
  }
  replace_variable(access.environment, "PGAPPNAME", Secret(std::string("bedstone backup")));
  return access;
}

Status check_archive(const Client& pg_restore, const std::string& path, const std::string& shown,
                     const Environment& environment, const CancelToken* cancel) {
  ChildOptions options;
  options.words = {pg_restore.path, "--file=/dev/null", path};
  options.environment = passed_on(environment);
  options.cancel = cancel;
  BEDSTONE_ASSIGN(const ChildEnd end, run_child(options));
  if (end.exit_code == 0) return {};
  return fail(Error(ErrorCode::kBackupDamaged, fmt::format("{} cannot be read to its end", shown))
                  .because(reason_of(end.errors))
                  .advise("copy it again from where it was kept, or take an older backup")
                  .at(shown));
}

std::string reason_of(const std::string& errors) {
  std::string first;
  for (const std::string_view line : text::split(errors, '\n')) {
    for (const std::string_view mark : {"ERROR: ", "FATAL: ", "fatal: ", "error: "}) {
      const std::size_t at = line.find(mark);
      if (at == line.npos) continue;
      return text::excerpt(text::trim(line.substr(at + mark.size())), 300);
    }
    if (first.empty()) first = text::trim(line);
  }
  return text::excerpt(first, 300);
}

}  // namespace bedstone::backup
