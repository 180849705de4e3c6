# Warnings are errors; ccache and mold are used where they are installed.
add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wno-sign-conversion
                    -Wnon-virtual-dtor -Woverloaded-virtual
                    # A designated initialiser that leaves members at their defaults says what it means.
                    -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports moved-from optionals and inlined strings wrongly (GCC bugs 105562, 105651).
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict)
endif()
add_compile_options(-fno-plt -ffunction-sections -fdata-sections)
add_link_options(-Wl,--gc-sections -Wl,-z,relro -Wl,--as-needed)

# What compiler and linker both have to be told, and whoever links the archive (cmake/install.cmake), too.
set(BEDSTONE_INSTRUMENT "")
if(BEDSTONE_SANITIZE)
  list(APPEND BEDSTONE_INSTRUMENT -fsanitize=${BEDSTONE_SANITIZE})
  add_compile_options(-fno-omit-frame-pointer -fno-sanitize-recover=all)
  # An index or an iterator may be wrong inside memory that is there.
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
if(BEDSTONE_COVERAGE)
  list(APPEND BEDSTONE_INSTRUMENT --coverage)
  add_compile_options(-fprofile-update=atomic)
endif()
add_compile_options(${BEDSTONE_INSTRUMENT})
add_link_options(${BEDSTONE_INSTRUMENT})
if(BEDSTONE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(BEDSTONE_CCACHE ccache)
if(BEDSTONE_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${BEDSTONE_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${BEDSTONE_CCACHE})
endif()
find_program(BEDSTONE_MOLD mold)
if(BEDSTONE_MOLD AND NOT BEDSTONE_SANITIZE)
  add_link_options(-fuse-ld=mold)
endif()
