# Builds and runs the project in consumer/ with ARGUMENTS, which links COMPONENT and takes sferic FROM
# the installed package, a subdirectory, FetchContent, or pkg-config. Nobody may warn, and what the
# program prints must match EXPECTED. Where LIBTORCH names how, there is a LibTorch in a folder of its
# own: by CMAKE_PREFIX_PATH or by Torch_DIR.
set(source "${CMAKE_CURRENT_LIST_DIR}/consumer")
set(prefix "${WORK}/prefix")
file(REMOVE_RECURSE "${WORK}")

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY ERROR_VARIABLE warnings
                  ECHO_ERROR_VARIABLE)
  if(warnings)
    message(FATAL_ERROR "there were warnings")
  endif()
endfunction()

if(FROM MATCHES "package|pkg_config")
  set(part "")
  if(PART)
    set(part --component "${PART}")
  endif()
  execute_process(COMMAND "${CMAKE_COMMAND}" --install "${SFERIC_BUILD}" --prefix "${WORK}/built" ${part}
                  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  # Moved after it was installed: nothing in the package may remember where it was.
  file(RENAME "${WORK}/built" "${prefix}")
endif()

if(FROM STREQUAL "pkg_config")
  file(GLOB_RECURSE file "${prefix}/*/sferic-signal.pc")
  cmake_path(GET file PARENT_PATH folder)
  set(ENV{PKG_CONFIG_PATH} "${folder}")
  execute_process(COMMAND "${PKG_CONFIG}" --cflags --libs "sferic-signal = ${VERSION}"
                  OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  run("${COMPILER}" "${STANDARD}" "-DVERSION=\"${VERSION}\"" "${source}/main.cpp"
      -o "${WORK}/consumer" ${flags})
  execute_process(COMMAND "${WORK}/consumer" COMMAND_ERROR_IS_FATAL ANY)
  return()
endif()

set(prefixes "${prefix}")
set(libtorch "")
if(LIBTORCH)
  include("${CMAKE_CURRENT_LIST_DIR}/unpack_libtorch.cmake")
  unpack_libtorch("${WORK}/libtorch")
  set(libtorch "-DLIBTORCH=${WORK}/libtorch")
  if(LIBTORCH STREQUAL "Torch_DIR")
    list(APPEND libtorch "-DTorch_DIR=${WORK}/libtorch/share/cmake/Torch")
  else()
    set(prefixes "${prefix}\\;${WORK}/libtorch")
  endif()
endif()

set(hidden "")
string(REPLACE "," ";" HIDE "${HIDE}")
foreach(package IN LISTS HIDE)
  list(APPEND hidden -DCMAKE_DISABLE_FIND_PACKAGE_${package}=ON)
  if(package STREQUAL "zip")
    list(APPEND hidden -DSFERIC_ZIP_LIBRARY=)
  endif()
endforeach()
run("${CMAKE_COMMAND}" --no-warn-unused-cli -G Ninja -S "${source}" -B "${WORK}/build"
    "-DCMAKE_PREFIX_PATH=${prefixes}" ${libtorch}
    "-DCMAKE_CXX_COMPILER=${COMPILER}" -DFROM=${FROM} -DCOMPONENT=${COMPONENT}
    -DOPTIONAL=${OPTIONAL} -DVERSION=${VERSION} "-DSFERIC_SOURCE=${SFERIC_SOURCE}"
    -DSFERIC_WITH_TORCH=${SFERIC_WITH_TORCH} -DSFERIC_ONLY_SIGNALS=${ONLY_SIGNALS}
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" ${hidden})
if(ONLY_CONFIGURE)
  return()
endif()
run("${CMAKE_COMMAND}" --build "${WORK}/build" --target consumer)
execute_process(COMMAND "${WORK}/build/consumer" ${ARGUMENTS} OUTPUT_VARIABLE output
                COMMAND_ERROR_IS_FATAL ANY)
if(NOT output MATCHES "${EXPECTED}")
  message(FATAL_ERROR "This does not match ${EXPECTED}:\n${output}")
endif()
