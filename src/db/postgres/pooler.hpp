/// Pooler: whether something between us and the server lends one server session to many clients.
#pragma once

#include "db/connection.hpp"

namespace bedstone::db::postgres {

enum class Pooling {
  kDirect,            ///< The server itself, or a proxy that passes everything through.
  kSessionPooler,     ///< A server session belongs to one client until that disconnects.
  kTransactionPooler  ///< A server session belongs to one client for one transaction only.
};

/// Costs one query when the connection is direct. Otherwise a second connection is opened; whatever
/// then does not look like session pooling counts as transaction pooling, which is the safe
/// assumption: a false kTransactionPooler refuses some statements, a false kSessionPooler leaks
/// locks. To be called outside a transaction. Proxies that repeat the server's process id in the
/// handshake (pgpool) count as direct.
Result<Pooling> detect_pooling(Connection& connection, const Url& url, const OpenOptions& options);

}  // namespace bedstone::db::postgres
