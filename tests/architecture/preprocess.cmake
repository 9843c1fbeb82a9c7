# Preprocesses SOURCE and fails if that opens a header of LibTorch or Boost: a file that connects a
# lambda to an event must compile in about a second.
string(REPLACE "|" ";-I;" includes "-I;${INCLUDES}")
set(output "${CMAKE_CURRENT_BINARY_DIR}/connect_a_lambda.ii")
execute_process(COMMAND "${COMPILER}" ${STANDARD} ${includes} -E "${SOURCE}" -o "${output}"
                COMMAND_ERROR_IS_FATAL ANY)

file(STRINGS "${output}" markers REGEX "^# [0-9]+ \".*/(torch|ATen|c10|caffe2|boost)/")
# The project may itself lie in a folder of such a name.
list(FILTER markers EXCLUDE REGEX "^# [0-9]+ \"${PROJECT}/")
if(markers)
  list(LENGTH markers count)
  list(GET markers 0 first)
  message(FATAL_ERROR "${count} foreign headers are opened, the first one here: ${first}")
endif()
