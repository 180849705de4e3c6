# The pages that the server shows, in the program: src/server/web, and the libraries that they use.
#
# The libraries come from npm, pinned and checked by src/server/web/package-lock.json; tools/fetch-npm gets them when
# something of the console is built for the first time. Without the console the server answers programs alone.
set(web_root ${PROJECT_SOURCE_DIR}/src/server/web)
set(web_source ${CMAKE_CURRENT_BINARY_DIR}/web_assets.cpp)
set(console_packages ${PROJECT_SOURCE_DIR}/build/console)

if(BEDSTONE_CONSOLE)
  file(GLOB_RECURSE web_files CONFIGURE_DEPENDS ${web_root}/*)
  add_custom_command(
    OUTPUT ${console_packages}/fetched-lock.json
    COMMAND ${PROJECT_SOURCE_DIR}/tools/fetch-npm ${web_root} ${console_packages}
    DEPENDS ${web_root}/package-lock.json ${PROJECT_SOURCE_DIR}/tools/fetch-npm
    COMMENT "Fetching the console's libraries (without the console: cmake -DBEDSTONE_CONSOLE=OFF)"
    VERBATIM)
  set(web_options -DPACKAGES=${console_packages}/node_modules)
  set(web_depends ${web_files} ${console_packages}/fetched-lock.json)
else()
  set(web_depends ${web_root}/robots.txt)
endif()
add_custom_command(
  OUTPUT ${web_source}
  COMMAND ${CMAKE_COMMAND} -DROOT=${web_root} -DOUTPUT=${web_source} ${web_options} -P
          ${PROJECT_SOURCE_DIR}/cmake/embed_web.cmake
  DEPENDS ${web_depends} ${PROJECT_SOURCE_DIR}/cmake/embed_web.cmake
  COMMENT "Embedding the server's pages"
  VERBATIM)
target_sources(bedstone_server PRIVATE ${web_source})
