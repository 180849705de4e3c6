# Writes the text files of a folder as one C++ source:
#   cmake -DROOT=<folder> -DFUNCTION=<name> -DOUTPUT=<file.cpp> -P embed.cmake
#
# Only kinds of files that a repository holds are taken: a database or an .env that somebody's try-out
# left in the folder never becomes part of the program.
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/*)
list(FILTER files INCLUDE REGEX "(\\.(md|yaml|sql|csv|json)|/?\\.env\\.example|/?\\.gitignore)$")
list(FILTER files EXCLUDE REGEX "(^|/)config/defaults[^/]*\\.yaml$")
list(SORT files)

set(entries "")
foreach(name IN LISTS files)
  file(READ ${ROOT}/${name} text)
  string(FIND "${text}" ")bedstone_\"" clash)
  if(NOT clash EQUAL -1)
    message(FATAL_ERROR "${ROOT}/${name} holds the end of the string literal it goes into")
  endif()
  string(APPEND entries "    {\"${name}\"sv, R\"bedstone_(${text})bedstone_\"sv},\n")
endforeach()

file(WRITE ${OUTPUT} "// Generated from ${ROOT} by cmake/embed.cmake.
#include <array>

#include \"cli/embedded.hpp\"

namespace bedstone::cli {
namespace {

using namespace std::string_view_literals;

constexpr EmbeddedFile kFiles[] = {
${entries}};

}  // namespace

std::span<const EmbeddedFile> ${FUNCTION}() {
  return kFiles;
}

}  // namespace bedstone::cli
")
