# bedstone-libpq.so: libpq without the twenty shared objects that it otherwise loads at every start.
# docs/dependencies.md says why; src/db/postgres/libpq.cpp looks for it beside the program and in ../lib/bedstone.
#
# It is made of the distribution's libpq.a and of two archives that come with PostgreSQL's server headers
# (libpgcommon_shlib.a, libpgport_shlib.a); `tools/fetch-pg-archives FOLDER` gets all three without the rest of
# that package. Without them Bedstone uses the system's libpq.so.5.
set(BEDSTONE_SLIM_LIBPQ AUTO CACHE STRING "Build bedstone-libpq.so: AUTO (when it can be), ON (or fail), OFF")
set(BEDSTONE_PG_ARCHIVES "" CACHE PATH "Folder with libpq.a, libpgcommon_shlib.a and libpgport_shlib.a")
set_property(CACHE BEDSTONE_SLIM_LIBPQ PROPERTY STRINGS AUTO ON OFF)

# Sets BEDSTONE_SLIM_MISSING to what stands in the way, or to nothing.
function(bedstone_find_slim_parts)
  file(GLOB server_folders /usr/lib/postgresql/*/lib)
  foreach(name pq pgcommon_shlib pgport_shlib)
    # The folder may be given anew at any time, so nothing found earlier is trusted.
    unset(BEDSTONE_ARCHIVE_${name} CACHE)
    find_library(BEDSTONE_ARCHIVE_${name} lib${name}.a HINTS ${BEDSTONE_PG_ARCHIVES} ${server_folders})
    mark_as_advanced(BEDSTONE_ARCHIVE_${name})
    if(NOT BEDSTONE_ARCHIVE_${name})
      list(APPEND missing lib${name}.a)
    endif()
  endforeach()

  # The very libraries that the distribution built its libpq against.
  find_library(BEDSTONE_SYSTEM_LIBPQ libpq.so.5)
  mark_as_advanced(BEDSTONE_SYSTEM_LIBPQ)
  if(BEDSTONE_SYSTEM_LIBPQ AND CMAKE_READELF)
    execute_process(COMMAND ${CMAKE_READELF} -d ${BEDSTONE_SYSTEM_LIBPQ} OUTPUT_VARIABLE dynamic)
  endif()
  foreach(pair "SSL=libssl" "CRYPTO=libcrypto" "GSS=libgssapi_krb5" "LDAP=libldap")
    string(REGEX REPLACE "=.*" "" library ${pair})
    string(REGEX REPLACE ".*=" "" stem ${pair})
    string(REGEX MATCH "${stem}[-.0-9r_]*\\.so\\.[0-9.]+" soname "${dynamic}")
    unset(BEDSTONE_SHARED_${library} CACHE)
    if(soname)
      find_library(BEDSTONE_SHARED_${library} ${soname})
      mark_as_advanced(BEDSTONE_SHARED_${library})
    endif()
    if(NOT BEDSTONE_SHARED_${library})
      list(APPEND missing ${stem}.so)
    endif()
    set(BEDSTONE_SONAME_${library} ${soname} PARENT_SCOPE)
  endforeach()
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|aarch64)$")
    list(APPEND missing "trampolines for ${CMAKE_SYSTEM_PROCESSOR}")
  endif()
  set(BEDSTONE_SLIM_MISSING "${missing}" PARENT_SCOPE)
endfunction()

# libfoo-2.5.so.0 is in Debian's libfoo-2.5-0, libfoo.so.3 in libfoo3; libcrypto comes with libssl.
function(bedstone_package_of soname result)
  string(REPLACE "libcrypto" "libssl" package ${soname})
  string(REPLACE "_" "-" package ${package})
  string(REGEX REPLACE "([0-9])\\.so\\." "\\1-" package ${package})
  string(REGEX REPLACE "\\.so\\." "" package ${package})
  set(${result} ${package} PARENT_SCOPE)
endfunction()

function(bedstone_slim_libpq)
  set(room ${PROJECT_SOURCE_DIR}/src/db/postgres)
  set(work ${PROJECT_BINARY_DIR}/slim)
  file(MAKE_DIRECTORY ${work})
  set(archives ${BEDSTONE_ARCHIVE_pq} ${BEDSTONE_ARCHIVE_pgcommon_shlib} ${BEDSTONE_ARCHIVE_pgport_shlib})

  add_custom_command(
    OUTPUT ${work}/bindings.inc
    COMMAND ${room}/slim/list-bindings ${work}/bindings.inc ${CMAKE_NM} ${archives} -- SSL=${BEDSTONE_SHARED_SSL}
            CRYPTO=${BEDSTONE_SHARED_CRYPTO} GSS=${BEDSTONE_SHARED_GSS} LDAP=${BEDSTONE_SHARED_LDAP}
    DEPENDS ${room}/slim/list-bindings ${archives}
    COMMENT "Listing what libpq takes from other libraries"
    VERBATIM)
  add_custom_target(bedstone_slim_bindings DEPENDS ${work}/bindings.inc)

  # The driver's table is the list of what is exported.
  file(READ ${room}/libpq.hpp table)
  string(REGEX MATCHALL "X\\(PQ[A-Za-z0-9]+\\)" functions "${table}")
  list(TRANSFORM functions REPLACE "X\\((.*)\\)" "    \\1")
  list(JOIN functions ";\n" functions)
  file(CONFIGURE OUTPUT ${work}/exports.map CONTENT
"{
  global:
${functions};
    bedstone_libpq_missing_package;
  local: *;
};
")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${room}/libpq.hpp)

  add_library(bedstone_slim_libpq MODULE ${room}/slim/bind.c ${room}/slim/trampolines.S)
  add_dependencies(bedstone_slim_libpq bedstone_slim_bindings)
  target_include_directories(bedstone_slim_libpq PRIVATE ${work})
  foreach(library SSL CRYPTO GSS LDAP)
    bedstone_package_of(${BEDSTONE_SONAME_${library}} package)
    target_compile_definitions(bedstone_slim_libpq PRIVATE
      $<$<COMPILE_LANGUAGE:C>:BEDSTONE_SONAME_${library}="${BEDSTONE_SONAME_${library}}"
      BEDSTONE_PACKAGE_${library}="${package}">)
  endforeach()
  target_link_libraries(bedstone_slim_libpq PRIVATE
    -Wl,--whole-archive ${BEDSTONE_ARCHIVE_pq} -Wl,--no-whole-archive ${BEDSTONE_ARCHIVE_pgcommon_shlib}
    ${BEDSTONE_ARCHIVE_pgport_shlib})
  # No undefined symbol may remain: what is neither bound nor in the C library would fail at run time only.
  target_link_options(bedstone_slim_libpq PRIVATE -Wl,--version-script=${work}/exports.map -Wl,-z,defs -Wl,-s)
  set_target_properties(bedstone_slim_libpq PROPERTIES
    PREFIX "" OUTPUT_NAME bedstone-libpq LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/bedstone
    LINKER_LANGUAGE C C_STANDARD 11
    COMPILE_OPTIONS "$<$<COMPILE_LANGUAGE:C>:-O2;-Wall;-Wextra;-Werror>" LINK_DEPENDS ${work}/exports.map)
  # Loaded at run time, so nothing else would have it built. (This file comes after src/.)
  add_dependencies(bedstone bedstone_slim_libpq)
  if(TARGET db_test)
    add_dependencies(db_test bedstone_slim_libpq)
    target_compile_definitions(db_test PRIVATE BEDSTONE_SLIM_MODULE="$<TARGET_FILE:bedstone_slim_libpq>")
  endif()
  # Not CMAKE_INSTALL_LIBDIR: the module is found relative to the program, and is nobody else's library.
  install(TARGETS bedstone_slim_libpq LIBRARY DESTINATION lib/bedstone)
endfunction()

if(NOT BEDSTONE_SLIM_LIBPQ STREQUAL OFF)
  enable_language(ASM)
  bedstone_find_slim_parts()
  if(NOT BEDSTONE_SLIM_MISSING)
    message(STATUS "Slim libpq: from ${BEDSTONE_ARCHIVE_pq}")
    bedstone_slim_libpq()
  elseif(BEDSTONE_SLIM_LIBPQ STREQUAL ON)
    message(FATAL_ERROR "Slim libpq: missing ${BEDSTONE_SLIM_MISSING}; run tools/fetch-pg-archives FOLDER and "
                        "configure with -DBEDSTONE_PG_ARCHIVES=FOLDER")
  else()
    message(STATUS "Slim libpq: no (missing ${BEDSTONE_SLIM_MISSING}); PostgreSQL starts cost 3 ms more. "
                   "See tools/fetch-pg-archives")
  endif()
endif()
