# What can be chosen, and the compiler flags that follow from it. Everything here is for building
# sferic itself: a project that uses sferic inherits none of these flags.
include(CMakeDependentOption)

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)  # for a project of which sferic is a subdirectory
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)  # sferic has no modules; newer CMakes would look for some

option(SFERIC_ONLY_SIGNALS "Build signal and bus alone, which need Boost's headers and nothing else" OFF)
cmake_dependent_option(SFERIC_WITH_TORCH "Build the folders that need LibTorch" ON
                       "NOT SFERIC_ONLY_SIGNALS" OFF)
cmake_dependent_option(SFERIC_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL}
                       "NOT SFERIC_ONLY_SIGNALS" OFF)
option(SFERIC_BUILD_FUZZERS "Build the fuzzers; needs Clang" OFF)
option(SFERIC_BUILD_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(SFERIC_BUILD_BENCH "Build the benchmarks" OFF)
option(SFERIC_INSTALL "Have rules to install and to package sferic" ${PROJECT_IS_TOP_LEVEL})
option(SFERIC_UNITY_BUILD "Compile several files of a target at a time, where they take long" ON)
option(SFERIC_WARNINGS_AS_ERRORS "Stop at a compiler warning" OFF)
set(SFERIC_SANITIZE "" CACHE STRING "Sanitizers, e.g. address;undefined or thread")

# GCC refuses a precompiled header made for other code-generation flags, and libraries and programs
# differ in them as soon as position independence is asked for by hand.
set(sferic_default_pch ON)
if(CMAKE_POSITION_INDEPENDENT_CODE OR BUILD_SHARED_LIBS)
  set(sferic_default_pch OFF)
endif()
cmake_dependent_option(SFERIC_PRECOMPILE_TORCH "Precompile <torch/torch.h> once for all targets"
                       ${sferic_default_pch} "SFERIC_WITH_TORCH" OFF)

add_library(sferic_build_flags INTERFACE)
target_compile_options(sferic_build_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow)
# GCC 12 sees overlapping copies in std::string where there are none (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(sferic_build_flags INTERFACE -Wno-restrict)
endif()
if(SFERIC_WARNINGS_AS_ERRORS)
  target_compile_options(sferic_build_flags INTERFACE -Werror)
endif()
if(SFERIC_SANITIZE)
  list(JOIN SFERIC_SANITIZE "," sanitizers)
  target_compile_options(sferic_build_flags INTERFACE -fsanitize=${sanitizers}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(sferic_build_flags INTERFACE -fsanitize=${sanitizers})
  # GCC's false alarms about torch::data where sanitizers are in use.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(sferic_build_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()

# Only where sferic is the project itself: what a user's build is cached with is the user's choice.
if(PROJECT_IS_TOP_LEVEL)
  find_program(SFERIC_CCACHE ccache)
  if(SFERIC_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    # Without this sloppiness ccache passes on every file that uses a precompiled header.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        "${SFERIC_CCACHE}")
  endif()
endif()
