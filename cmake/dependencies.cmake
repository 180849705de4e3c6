# What Bedstone stands on, all from the distribution. docs/dependencies.md says why each was chosen.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)

find_path(BEDSTONE_EXPECTED_INCLUDE tl/expected.hpp REQUIRED)
find_path(BEDSTONE_LIBPQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
find_path(BEDSTONE_CURL_INCLUDE curl/curl.h REQUIRED)
find_path(BEDSTONE_YAML_INCLUDE yaml.h REQUIRED)
find_path(BEDSTONE_SODIUM_INCLUDE sodium.h REQUIRED)
find_path(BEDSTONE_RE2_INCLUDE re2/re2.h REQUIRED)
find_path(BEDSTONE_MICROHTTPD_INCLUDE microhttpd.h REQUIRED)
find_path(BEDSTONE_XXHASH_INCLUDE xxhash.h REQUIRED)

# Static archives where the distribution ships them: every shared object costs each start of each replica.
function(bedstone_archive target name)
  find_library(BEDSTONE_${target}_LIB NAMES lib${name}.a ${name} REQUIRED)
  add_library(bedstone_${target} INTERFACE)
  target_link_libraries(bedstone_${target} INTERFACE ${BEDSTONE_${target}_LIB})
endfunction()
bedstone_archive(yaml yaml)
target_include_directories(bedstone_yaml SYSTEM INTERFACE ${BEDSTONE_YAML_INCLUDE})
bedstone_archive(sodium sodium)
target_include_directories(bedstone_sodium SYSTEM INTERFACE ${BEDSTONE_SODIUM_INCLUDE})
bedstone_archive(re2 re2)
target_include_directories(bedstone_re2 SYSTEM INTERFACE ${BEDSTONE_RE2_INCLUDE})

# Headers only: libpq itself is loaded at run time (src/db/postgres/libpq.hpp).
add_library(bedstone_libpq INTERFACE)
target_include_directories(bedstone_libpq SYSTEM INTERFACE ${BEDSTONE_LIBPQ_INCLUDE})

# Headers only: it is compiled in.
add_library(bedstone_xxhash INTERFACE)
target_include_directories(bedstone_xxhash SYSTEM INTERFACE ${BEDSTONE_XXHASH_INCLUDE})

# Headers only: libmicrohttpd is loaded by `bedstone serve` alone (src/server/microhttpd.hpp).
add_library(bedstone_microhttpd INTERFACE)
target_include_directories(bedstone_microhttpd SYSTEM INTERFACE ${BEDSTONE_MICROHTTPD_INCLUDE})

# Headers only, too: alerts load libcurl when the first one is sent (src/health/http.cpp).
add_library(bedstone_curl INTERFACE)
target_include_directories(bedstone_curl SYSTEM INTERFACE ${BEDSTONE_CURL_INCLUDE})

add_library(bedstone_expected INTERFACE)
target_include_directories(bedstone_expected SYSTEM INTERFACE ${BEDSTONE_EXPECTED_INCLUDE})

if(BEDSTONE_TESTS)
  find_package(GTest REQUIRED)
endif()

# Debian ships fmt only as a shared object; its inline sources compile into an archive of our own.
add_library(bedstone_fmt STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt_archive.cpp)
target_include_directories(bedstone_fmt SYSTEM PUBLIC $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
