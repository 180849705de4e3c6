/// LibPq: the functions of libpq as a table, filled when the first PostgreSQL URL is opened.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/result.hpp"

namespace bedstone::db::postgres {

// Every function of libpq that Bedstone calls; slim/exports.map lists the same names (a test
// compares them).
#define BEDSTONE_LIBPQ_FUNCTIONS(X) \
  X(PQbackendPID)                   \
  X(PQcancel)                       \
  X(PQclear)                        \
  X(PQcmdStatus)                    \
  X(PQcmdTuples)                    \
  X(PQconnectPoll)                  \
  X(PQconnectStartParams)           \
  X(PQconninfoFree)                 \
  X(PQconninfoParse)                \
  X(PQconsumeInput)                 \
  X(PQenterPipelineMode)            \
  X(PQerrorMessage)                 \
  X(PQexitPipelineMode)             \
  X(PQfinish)                       \
  X(PQflush)                        \
  X(PQfname)                        \
  X(PQfreeCancel)                   \
  X(PQfreemem)                      \
  X(PQgetCancel)                    \
  X(PQgetCopyData)                  \
  X(PQgetResult)                    \
  X(PQgetisnull)                    \
  X(PQgetlength)                    \
  X(PQgetvalue)                     \
  X(PQhost)                         \
  X(PQisBusy)                       \
  X(PQlibVersion)                   \
  X(PQnfields)                      \
  X(PQnotifies)                     \
  X(PQntuples)                      \
  X(PQparameterStatus)              \
  X(PQpipelineSync)                 \
  X(PQport)                         \
  X(PQputCopyData)                  \
  X(PQputCopyEnd)                   \
  X(PQresultErrorField)             \
  X(PQresultStatus)                 \
  X(PQsendFlushRequest)             \
  X(PQsendPrepare)                  \
  X(PQsendQuery)                    \
  X(PQsendQueryParams)              \
  X(PQsendQueryPrepared)            \
  X(PQserverVersion)                \
  X(PQsetErrorVerbosity)            \
  X(PQsetNoticeReceiver)            \
  X(PQsetSingleRowMode)             \
  X(PQsetnonblocking)               \
  X(PQsocket)                       \
  X(PQstatus)                       \
  X(PQtransactionStatus)

/// Call as `pq.PQstatus(connection)`. Cheap to copy; the library stays loaded until the process
/// ends, because OpenSSL registers handlers that must still exist then. Thread-safe.
struct LibPq {
#define BEDSTONE_LIBPQ_MEMBER(name) decltype(&::name) name = nullptr;
  BEDSTONE_LIBPQ_FUNCTIONS(BEDSTONE_LIBPQ_MEMBER)
#undef BEDSTONE_LIBPQ_MEMBER

  /// The slim module alone has this one: the package of a library that it needed at a first call
  /// and did not find, or null.
  const char* (*missing_package)() = nullptr;

  /// Which file was loaded.
  std::string path;

  /// Loads the first library of library_candidates() that exists. kDriverMissing.
  static Result<LibPq> load();
  /// Loads this file and nothing else.
  static Result<LibPq> load_from(const std::string& path);

  struct FreeResult {
    decltype(&::PQclear) clear;
    void operator()(PGresult* result) const { clear(result); }
  };
  using ResultPtr = std::unique_ptr<PGresult, FreeResult>;
  ResultPtr own(PGresult* result) const {
    return {result, FreeResult{PQclear}};
  }
};

/// Where to look for libpq, best first. What `override` (BEDSTONE_LIBPQ) names stands alone.
std::vector<std::string> library_candidates(std::string_view override_path,
                                            const std::vector<std::string>& program_folders);

}  // namespace bedstone::db::postgres
