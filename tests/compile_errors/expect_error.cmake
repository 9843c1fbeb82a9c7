# Compiles SOURCE alone. Each "// expect-error: TEXT" line in it must appear among the first lines
# of what the compiler says, where a reader looks; a source without such lines must compile. Excerpts
# of the source aren't counted: from version 14 on, GCC shows one for each template on the way.
set(reader_looks_at 12)

file(STRINGS "${SOURCE}" expectations REGEX "^// expect-error: ")
string(REPLACE "|" ";-I;" includes "-I;${INCLUDES}")
# -c and not -fsyntax-only, which leaves GCC without the bodies of function templates.
execute_process(
  COMMAND "${CMAKE_COMMAND}" -E env LC_ALL=C
          "${COMPILER}" ${STANDARD} ${includes} -c -o /dev/null "${SOURCE}"
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)

if(NOT expectations)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "This must compile, and doesn't:\n${output}")
  endif()
  return()
endif()
if(result EQUAL 0)
  message(FATAL_ERROR "This compiles, and must not: ${SOURCE}")
endif()

set(head "")
string(REGEX REPLACE "(^|\n) *[0-9]* \\|[^\n]*" "" rest "\n${output}\n")
string(REGEX REPLACE "^\n" "" rest "${rest}")
foreach(line RANGE 1 ${reader_looks_at})
  string(FIND "${rest}" "\n" end)
  if(end EQUAL -1)
    break()
  endif()
  math(EXPR next "${end} + 1")
  string(SUBSTRING "${rest}" 0 ${next} text)
  string(SUBSTRING "${rest}" ${next} -1 rest)
  string(APPEND head "${text}")
endforeach()

foreach(expectation IN LISTS expectations)
  string(REPLACE "// expect-error: " "" expectation "${expectation}")
  string(FIND "${head}" "${expectation}" position)
  if(position EQUAL -1)
    message(FATAL_ERROR "The first ${reader_looks_at} lines of the compiler's answer don't say "
                        "\"${expectation}\":\n${output}")
  endif()
endforeach()
