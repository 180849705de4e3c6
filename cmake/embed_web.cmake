# Writes the files that browsers get as one C++ source, each also compressed:
#   cmake -DROOT=<folder> -DOUTPUT=<file.cpp> [-DPACKAGES=<node_modules>] -P embed_web.cmake
#
# Without PACKAGES there is no console, and robots.txt alone is left.
find_program(GZIP gzip)
set(staged ${OUTPUT}.files)
file(REMOVE_RECURSE ${staged})

# Takes a module of a package, with what it imports under the name that it has here.
function(take_module from to)
  file(READ ${PACKAGES}/${from} text)
  string(REPLACE "from\"preact\"" "from\"./preact.js\"" text "${text}")
  string(REGEX REPLACE "\n?//# sourceMappingURL=[^\n]*" "" text "${text}")
  if(text MATCHES "from\"[^.]")
    message(FATAL_ERROR "${from} imports a package that browsers do not find")
  endif()
  file(WRITE ${staged}/${to} "${text}")
endfunction()

if(PACKAGES)
  file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/*.html ${ROOT}/*.css ${ROOT}/*.js ${ROOT}/*.svg ${ROOT}/*.txt)
  list(FILTER files EXCLUDE REGEX "node_modules/")
else()
  set(files robots.txt)
endif()
foreach(name IN LISTS files)
  configure_file(${ROOT}/${name} ${staged}/${name} COPYONLY)
endforeach()
if(PACKAGES)
  take_module(preact/dist/preact.module.js vendor/preact.js)
  take_module(preact/hooks/dist/hooks.module.js vendor/hooks.js)
  take_module(htm/dist/htm.module.js vendor/htm.js)
  foreach(package preact htm)
    configure_file(${PACKAGES}/${package}/LICENSE ${staged}/vendor/${package}-license.txt COPYONLY)
  endforeach()
endif()
file(GLOB_RECURSE files RELATIVE ${staged} ${staged}/*)
list(SORT files)

# The bytes of a file as the inside of an array.
function(bytes_of file result)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  set(${result} "${bytes}" PARENT_SCOPE)
endfunction()

set(arrays "")
set(entries "")
set(number 0)
foreach(name IN LISTS files)
  math(EXPR number "${number} + 1")
  file(SHA256 ${staged}/${name} hash)
  file(SIZE ${staged}/${name} size)
  bytes_of(${staged}/${name} text)
  string(APPEND arrays "constexpr unsigned char kText${number}[] = {${text}};\n")
  set(packed "{}")
  if(GZIP)
    execute_process(COMMAND ${GZIP} -9 -n -c ${staged}/${name} OUTPUT_FILE ${OUTPUT}.gz COMMAND_ERROR_IS_FATAL ANY)
    file(SIZE ${OUTPUT}.gz packed_size)
    if(packed_size LESS size)
      bytes_of(${OUTPUT}.gz text)
      string(APPEND arrays "constexpr unsigned char kPacked${number}[] = {${text}};\n")
      set(packed "view(kPacked${number})")
    endif()
  endif()
  string(APPEND entries "      {\"${name}\", \"${hash}\", view(kText${number}), ${packed}},\n")
endforeach()

file(WRITE ${OUTPUT} "// Generated from ${ROOT} by cmake/embed_web.cmake.
#include <cstddef>

#include \"server/assets.hpp\"

namespace bedstone::server {
namespace {

${arrays}
template <std::size_t Size>
std::string_view view(const unsigned char (&bytes)[Size]) {
  return {reinterpret_cast<const char*>(bytes), Size};
}

}  // namespace

std::span<const Asset> web_assets() {
  static const Asset kAssets[] = {
${entries}  };
  return kAssets;
}

}  // namespace bedstone::server
")
