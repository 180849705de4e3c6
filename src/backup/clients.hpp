/// Clients: PostgreSQL's own pg_dump, pg_restore and psql, found and fed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backup/child.hpp"
#include "base/environment.hpp"
#include "db/url.hpp"

namespace bedstone::backup {

struct Client {
  std::string path;
  int major = 0;
  int minor = 0;
  std::string version;  ///< "15.20"
};

/// Looks in PATH and in /usr/lib/postgresql/*/bin for a program whose major version is at least
/// `oldest_major`: of `wanted_major` if there is one, otherwise of the nearest newer one; of these
/// the newest minor version. kClientMissing names the Debian package.
Result<Client> find_client(std::string_view name, int wanted_major, int oldest_major,
                           const Environment& environment);

/// "150020" → 15.
inline int major_of(int server_version) {
  return server_version / 10000;
}

/// How a client reaches the database: words for its command line without any secret, and the
/// environment that holds the password.
struct Access {
  std::string connection;  ///< For --dbname: a URL.
  std::vector<std::pair<std::string, Secret>> environment;
};
/// kBackupFailed for a URL with a secret that no client takes from its environment (sslpassword).
Result<Access> access_for(const db::Url& url, const Environment& environment);

/// Reads an archive or a folder of pg_dump to its end without a database. kBackupDamaged names
/// `shown`.
Status check_archive(const Client& pg_restore, const std::string& path, const std::string& shown,
                     const Environment& environment, const CancelToken* cancel);

/// The first line of what a client said that tells an error, without its own name.
std::string reason_of(const std::string& errors);

}  // namespace bedstone::backup
