# Builds and runs the project in consumer/, which links COMPONENT and takes sferic FROM the installed
# package or a subdirectory.
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
execute_process(COMMAND "${WORK}/build/consumer" COMMAND_ERROR_IS_FATAL ANY)
