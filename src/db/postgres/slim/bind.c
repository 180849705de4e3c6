/// Binds a function of another library when it is called for the first time.
///
/// Linking libpq loads some twenty shared objects at every start (OpenSSL, Kerberos, LDAP and what
/// these need), although most connections use none of them. In this module each of their functions
/// is a trampoline (trampolines.S) whose slot leads here once and to the real function ever after.
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct library {
  const char* soname;
  const char* package;
  /// Stands in for every function when the library is not installed: fails by its conventions.
  void* (*stand_in)(void);
  _Atomic(void*) handle;
};

static void* null_stand_in(void) { return NULL; }

/// GSS_S_FAILURE of RFC 2744; zero would mean success.
static void* gss_stand_in(void) { return (void*)(uintptr_t)(13U << 16); }

enum library_index { SSL, CRYPTO, GSS, LDAP, LIBRARY_COUNT };

static struct library libraries[LIBRARY_COUNT] = {
    [SSL] = {BEDSTONE_SONAME_SSL, BEDSTONE_PACKAGE_SSL, null_stand_in, NULL},
    [CRYPTO] = {BEDSTONE_SONAME_CRYPTO, BEDSTONE_PACKAGE_CRYPTO, null_stand_in, NULL},
    [GSS] = {BEDSTONE_SONAME_GSS, BEDSTONE_PACKAGE_GSS, gss_stand_in, NULL},
    [LDAP] = {BEDSTONE_SONAME_LDAP, BEDSTONE_PACKAGE_LDAP, null_stand_in, NULL},
};

static const struct {
  const char* name;
  enum library_index library;
} bindings[] = {
#define BIND(index, symbol, library) {#symbol, library},
#include "bindings.inc"
#undef BIND
};

/// One per binding, in trampolines.S.
extern _Atomic(void*) bedstone_slots[];

static _Atomic(const char*) missing_package;

/// For the driver: the package of a library that was needed and is not installed, or null.
const char* bedstone_libpq_missing_package(void) { return atomic_load(&missing_package); }

/// Called by the trampolines. Thread-safe: two threads that come at once find the same address.
void* bedstone_bind(uint32_t index) {
  struct library* library = &libraries[bindings[index].library];
  void* handle = atomic_load(&library->handle);
  if (handle == NULL) {
    handle = dlopen(library->soname, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    atomic_store(&library->handle, handle);
  }
  void* function = handle == NULL ? NULL : dlsym(handle, bindings[index].name);
  if (function == NULL) {
    atomic_store(&missing_package, library->package);
    function = (void*)(uintptr_t)library->stand_in;
  }
  atomic_store(&bedstone_slots[index], function);
  return function;
}

/// The one datum that libpq takes from Kerberos' library: the object identifier
/// 1.2.840.113554.1.2.1.4, "host-based service name" (RFC 2744, section 4.1). Same layout as
/// gss_OID_desc in gssapi.h.
static struct {
  uint32_t length;
  const void* elements;
} hostbased_service = {10, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04"};
const void* GSS_C_NT_HOSTBASED_SERVICE = &hostbased_service;
