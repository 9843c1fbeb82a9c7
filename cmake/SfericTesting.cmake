# The kinds of tests: see tests/CMakeLists.txt for each in use.

# sferic_add_test(NAME <name> [LONG] SOURCES ... LINK ...)
#
# One program of GoogleTest tests; each suite of it is the ctest <name>.<suite>, and one process,
# because starting one that loads LibTorch takes longer than most tests. The program is asked for its
# suites when ctest starts, so that the build runs nothing. LONG ones run first, so that none of them
# is left alone at the end.
function(sferic_add_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "LONG" "NAME" "SOURCES;LINK")
  sferic_add_executable(${arg_NAME} SOURCES ${arg_SOURCES} LINK ${arg_LINK} GTest::gtest_main)
  target_include_directories(${arg_NAME} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  set(suites "${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.suites.cmake")
  file(GENERATE OUTPUT "${suites}" CONTENT
       "set(program \"$<TARGET_FILE:${arg_NAME}>\")
set(is_long ${arg_LONG})
include(\"${PROJECT_SOURCE_DIR}/cmake/SfericTestSuites.cmake\")\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${suites}")
endfunction()

# sferic_add_script_test(<name> <script> [<variable>=<value>...])
#
# Runs a CMake script that knows how this project's sources are compiled.
function(sferic_add_script_test name script)
  get_property(components GLOBAL PROPERTY SFERIC_COMPONENTS)
  # Compiled against stand-ins of LibTorch, so there also where that is not built with.
  set(includes "${PROJECT_SOURCE_DIR}/builtin_callbacks")
  foreach(component IN LISTS components)
    list(APPEND includes $<TARGET_PROPERTY:sferic_${component},INTERFACE_INCLUDE_DIRECTORIES>)
  endforeach()
  list(TRANSFORM ARGN PREPEND "-D")
  add_test(NAME ${name}
           COMMAND "${CMAKE_COMMAND}" "-DCOMPILER=${CMAKE_CXX_COMPILER}"
                   "-DSTANDARD=${CMAKE_CXX20_STANDARD_COMPILE_OPTION}"
                   "-DINCLUDES=$<JOIN:$<REMOVE_DUPLICATES:${includes}>,|>"
                   ${ARGN} -P "${CMAKE_CURRENT_SOURCE_DIR}/${script}")
endfunction()

# Each file must be refused by the compiler, soon and with the words of its expect-error lines.
function(sferic_add_compile_error_tests folder)
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM stem)
    sferic_add_script_test(CompileError.${stem} compile_errors/expect_error.cmake SOURCE=${source})
  endforeach()
endfunction()

# sferic_add_readme_tests(<markdown file>)
#
# A fence of C++ right after the line <!-- test: NAME --> is a whole program: it is compiled, and
# the test Readme.NAME runs it; one whose NAME begins with bench is a benchmark of callbacks. One of
# Python after <!-- test: python --> is run after Readme.checkpoints, where there is a Python with
# PyTorch.
function(sferic_add_readme_tests markdown)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${markdown}")
  file(READ "${markdown}" rest)
  while(rest MATCHES "<!-- test: ([A-Za-z0-9_]+) -->\n```cpp\n")
    set(name ${CMAKE_MATCH_1})
    string(FIND "${rest}" "${CMAKE_MATCH_0}" begin)
    string(LENGTH "${CMAKE_MATCH_0}" length)
    math(EXPR begin "${begin} + ${length}")
    string(SUBSTRING "${rest}" ${begin} -1 rest)
    string(FIND "${rest}" "\n```" length)
    string(SUBSTRING "${rest}" 0 ${length} program)

    set(source "${PROJECT_BINARY_DIR}/readme/${name}.cpp")
    file(GENERATE OUTPUT "${source}" CONTENT "${program}\n")
    sferic_add_readme_test(${name} "${source}")
  endwhile()
  sferic_add_python_test("${markdown}")
endfunction()

function(sferic_add_readme_test name source)
  set(links sferic::sferic sferic::torch)
  set(arguments)
  if(name MATCHES "^bench")
    if(NOT TARGET sferic::bench)
      return()
    endif()
    list(PREPEND links sferic::bench)
    set(arguments --benchmark_min_time=0.001)
  endif()
  if(name STREQUAL "distributed")
    if(NOT TARGET sferic::distributed)
      return()
    endif()
    list(PREPEND links sferic::distributed)
  endif()
  sferic_add_executable(readme_${name} SOURCES "${source}" LINK ${links})
  add_test(NAME Readme.${name} COMMAND readme_${name} ${arguments})
  set_tests_properties(Readme.${name} PROPERTIES
                       WORKING_DIRECTORY "${PROJECT_BINARY_DIR}/readme")
endfunction()

function(sferic_add_python_test markdown)
  find_program(SFERIC_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  if(NOT SFERIC_PYTHON)
    return()
  endif()
  file(READ "${markdown}" text)
  string(REGEX MATCH "<!-- test: python -->\n```python\n([^`]*)\n```" fence "${text}")
  file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/readme/python.py" CONTENT
       "try:\n    import torch\nexcept ImportError:\n    exit(77)\n${CMAKE_MATCH_1}\n")
  add_test(NAME Readme.python COMMAND "${SFERIC_PYTHON}" python.py)
  set_tests_properties(Readme.checkpoints PROPERTIES FIXTURES_SETUP readme_checkpoint)
  set_tests_properties(Readme.python PROPERTIES
                       WORKING_DIRECTORY "${PROJECT_BINARY_DIR}/readme" SKIP_RETURN_CODE 77
                       FIXTURES_REQUIRED readme_checkpoint)
endfunction()
