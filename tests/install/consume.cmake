# Builds and runs the project in consumer/ with ARGUMENTS, which links COMPONENT and takes sferic FROM
# the installed package or a subdirectory. What it prints must match EXPECTED.
file(REMOVE_RECURSE "${WORK}")
set(configure -G Ninja -S "${CMAKE_CURRENT_LIST_DIR}/consumer" -B "${WORK}/build"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" -DFROM=${FROM} -DCOMPONENT=${COMPONENT})

if(FROM STREQUAL "package")
  execute_process(COMMAND "${CMAKE_COMMAND}" --install "${SFERIC_BUILD}" --prefix "${WORK}/built"
                  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  # Moved after it was installed: nothing in the package may remember where it was.
  file(RENAME "${WORK}/built" "${WORK}/prefix")
  list(APPEND configure "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
else()
  list(APPEND configure "-DSFERIC_SOURCE=${SFERIC_SOURCE}")
endif()

execute_process(COMMAND "${CMAKE_COMMAND}" ${configure} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${WORK}/build" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${WORK}/build/consumer" ${ARGUMENTS} OUTPUT_VARIABLE output
                COMMAND_ERROR_IS_FATAL ANY)
if(NOT output MATCHES "${EXPECTED}")
  message(FATAL_ERROR "This does not match ${EXPECTED}:\n${output}")
endif()
