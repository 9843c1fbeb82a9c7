# Compiles SOURCE, optimised, and looks at the assembler code of the function whose mangled name
# contains FUNCTION: it must match WITH, where given, and must not match WITHOUT. The patterns are
# for x86-64 and AArch64.
string(REPLACE "|" ";-I;" includes "-I;${INCLUDES}")
set(output "${CMAKE_CURRENT_BINARY_DIR}/${FUNCTION}.s")
execute_process(COMMAND "${COMPILER}" ${STANDARD} ${includes} -O2 -DNDEBUG -S "${SOURCE}"
                        -o "${output}"
                COMMAND_ERROR_IS_FATAL ANY)

file(READ "${output}" assembly)
string(REGEX MATCH "\n[A-Za-z0-9_]*${FUNCTION}[A-Za-z0-9_]*:" label "${assembly}")
if(NOT label)
  message(FATAL_ERROR "There is no function ${FUNCTION} in ${output}")
endif()
string(FIND "${assembly}" "${label}" begin)
string(SUBSTRING "${assembly}" ${begin} -1 body)
string(FIND "${body}" ".cfi_endproc" length)
string(SUBSTRING "${body}" 0 ${length} body)

if(WITH AND NOT body MATCHES "${WITH}")
  message(FATAL_ERROR "${FUNCTION} has no ${WITH}:\n${body}")
endif()
if(body MATCHES "${WITHOUT}")
  message(FATAL_ERROR "${FUNCTION} has a ${WITHOUT}:\n${body}")
endif()
