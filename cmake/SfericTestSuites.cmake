# Included when ctest starts, after set(program <path>) and set(is_long <bool>): each suite of that
# GoogleTest program becomes the ctest <program>.<suite>, which runs the suite in one process.
cmake_path(GET program FILENAME name)
set(list "${program}.tests")
if(NOT EXISTS "${program}")
  add_test(${name} "${program}")  # not built: it fails
  return()
endif()
if(NOT EXISTS "${list}" OR "${program}" IS_NEWER_THAN "${list}")
  execute_process(COMMAND "${program}" --gtest_list_tests OUTPUT_VARIABLE tests
                  COMMAND_ERROR_IS_FATAL ANY)
  file(WRITE "${list}" "${tests}")
endif()

# A line for each suite, "Suite." or "Suite/0.  # TypeParam = ...", and its tests below it, indented.
file(READ "${list}" tests)
string(REGEX MATCHALL "(^|\n)[^ \n]+\\." suites "${tests}")
foreach(suite IN LISTS suites)
  string(REGEX REPLACE "^\n|\\.$" "" suite "${suite}")
  add_test(${name}.${suite} "${program}" "--gtest_filter=${suite}.*")
  # One whose tests all had to be left out, as where there is no GPU.
  set_tests_properties(${name}.${suite} PROPERTIES
                       SKIP_REGULAR_EXPRESSION "\\[  PASSED  \\] 0 tests")
  if(is_long)
    set_tests_properties(${name}.${suite} PROPERTIES COST 1000)
  endif()
endforeach()
