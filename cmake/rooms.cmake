# A room is a folder of src/ built as one object library; its files need no list.
#
#   bedstone_room(NAME [DEPENDS ROOM-OR-TARGET…])
#
# *_test.cpp files beside the code become the test program NAME_test (tests/CMakeLists.txt gathers them).
function(bedstone_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  set(tests ${files})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  # main.cpp belongs to a program, not to the room.
  list(FILTER files EXCLUDE REGEX "(_test|/main)\\.cpp$")
  if(NOT files)
    return()
  endif()
  add_library(bedstone_${name} STATIC ${files})
  target_include_directories(bedstone_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(bedstone_${name} PUBLIC ${ROOM_DEPENDS})
  if(BEDSTONE_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE bedstone_${name} bedstone_test_support GTest::gtest
                                               GTest::gtest_main)
    # GoogleTest's macros trip over this one.
    target_compile_options(${name}_test PRIVATE -Wno-conversion)
    set_property(GLOBAL APPEND PROPERTY BEDSTONE_UNIT_TESTS ${name}_test)
  endif()
endfunction()
