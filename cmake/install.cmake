# What a package of Bedstone holds: the command with its module, the library with its headers, the notices.
#
# The library is one archive made of all rooms but the command's. A program that links it brings its own
# (shared) SQLite, so that there are never two in one process.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(library_rooms base sql data db store project schema migrate seed config backup health transfer bootstrap library)
set(library_objects $<TARGET_OBJECTS:bedstone_fmt>)
foreach(room IN LISTS library_rooms)
  list(APPEND library_objects $<TARGET_OBJECTS:bedstone_${room}>)
endforeach()
add_library(bedstone_archive STATIC ${library_objects})
add_library(bedstone::bedstone ALIAS bedstone_archive)
set_target_properties(bedstone_archive PROPERTIES OUTPUT_NAME bedstone EXPORT_NAME bedstone LINKER_LANGUAGE CXX)
target_compile_features(bedstone_archive PUBLIC cxx_std_20)
target_include_directories(bedstone_archive PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                   $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(bedstone_archive PUBLIC sqlite3 yaml sodium re2 Threads::Threads ${CMAKE_DL_LIBS})
target_link_options(bedstone_archive INTERFACE ${BEDSTONE_INSTRUMENT})

install(TARGETS bedstone RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS bedstone_archive EXPORT bedstone-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/bedstone DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT bedstone-targets NAMESPACE bedstone:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/bedstone)
configure_package_config_file(cmake/bedstone-config.cmake.in ${PROJECT_BINARY_DIR}/bedstone-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/bedstone)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/bedstone-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/bedstone-config.cmake ${PROJECT_BINARY_DIR}/bedstone-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/bedstone)
install(FILES LICENSE THIRD_PARTY_NOTICES.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/bedstone)
