# What can be chosen, and the flags that follow from it.
option(DYNOX_BUILD_TESTS "Build the tests, the test servers and the benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(DYNOX_BUILD_SAMPLES "Build the samples" ${PROJECT_IS_TOP_LEVEL})
option(DYNOX_FUZZ "Build the fuzzers (clang only)" OFF)
option(DYNOX_WERROR "Treat warnings as errors" OFF)
set(DYNOX_TEST_ENDPOINT "" CACHE STRING "A server of your own that the integration tests use, too, such as http://127.0.0.1:8000")
set(DYNOX_SANITIZE "" CACHE STRING "Sanitizers, such as address,undefined or thread")

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
option(DYNOX_BUILD_SHARED "Build the shared libraries, too; the static ones are always built" ON)
option(DYNOX_INSTALL "Install the libraries, headers, command and packages" ${PROJECT_IS_TOP_LEVEL})
option(DYNOX_BUILD_CLI "Build the command dynox" ${PROJECT_IS_TOP_LEVEL})
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

add_library(dynox_flags INTERFACE)
target_compile_options(dynox_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
  $<$<BOOL:${DYNOX_WERROR}>:-Werror>)
target_compile_definitions(dynox_flags INTERFACE _DEFAULT_SOURCE)
if(DYNOX_SANITIZE)
  # gcc sees null formats and the like in the checks that its own sanitizers add.
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(dynox_flags INTERFACE -Wno-format-truncation -Wno-format-overflow -Wno-maybe-uninitialized)
  endif()
  target_compile_options(dynox_flags INTERFACE -fsanitize=${DYNOX_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(dynox_flags INTERFACE -fsanitize=${DYNOX_SANITIZE})
endif()
