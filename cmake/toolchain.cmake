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

if(BEDSTONE_SANITIZE)
  add_compile_options(-fsanitize=${BEDSTONE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BEDSTONE_SANITIZE})
endif()
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
