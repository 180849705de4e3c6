# Writes the files of a folder, of any kind, as one C++ source, each also compressed:
#   cmake -DROOT=<folder> -DOUTPUT=<file.cpp> -P embed_web.cmake
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/*)
list(SORT files)
find_program(GZIP gzip)

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
  file(SHA256 ${ROOT}/${name} hash)
  file(SIZE ${ROOT}/${name} size)
  bytes_of(${ROOT}/${name} text)
  string(APPEND arrays "constexpr unsigned char kText${number}[] = {${text}};\n")
  set(packed "{}")
  if(GZIP)
    execute_process(COMMAND ${GZIP} -9 -n -c ${ROOT}/${name} OUTPUT_FILE ${OUTPUT}.gz COMMAND_ERROR_IS_FATAL ANY)
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
