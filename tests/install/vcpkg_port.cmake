# Runs the port of vcpkg, without its feature torch, and with stand-ins of vcpkg's functions that do
# what vcpkg's documentation says of them.
set(CURRENT_PACKAGES_DIR "${WORK}/packages")
set(PORT sferic)
file(REMOVE_RECURSE "${WORK}")

file(READ "${PORT_DIR}/vcpkg.json" manifest)
string(JSON version GET "${manifest}" version)
if(NOT version STREQUAL VERSION)
  message(FATAL_ERROR "vcpkg.json has version ${version}, CMakeLists.txt ${VERSION}")
endif()

function(must_exist)
  foreach(path IN LISTS ARGN)
    if(NOT EXISTS "${path}")
      message(FATAL_ERROR "${path} isn't there")
    endif()
  endforeach()
endfunction()

function(vcpkg_check_linkage linkage)
endfunction()

function(vcpkg_check_features)
  cmake_parse_arguments(arg "" "OUT_FEATURE_OPTIONS" "FEATURES;INVERTED_FEATURES" ${ARGN})
  list(GET arg_INVERTED_FEATURES 0 feature)
  string(JSON description GET "${manifest}" features ${feature} description)
  list(GET arg_INVERTED_FEATURES 1 option)
  set(${arg_OUT_FEATURE_OPTIONS} -D${option}=ON PARENT_SCOPE)
endfunction()

function(vcpkg_cmake_configure)
  cmake_parse_arguments(arg "" "SOURCE_PATH" "OPTIONS;MAYBE_UNUSED_VARIABLES" ${ARGN})
  execute_process(COMMAND "${CMAKE_COMMAND}" -G Ninja -S "${arg_SOURCE_PATH}" -B "${WORK}/build"
                          "-DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR}"
                          "-DCMAKE_CXX_COMPILER=${COMPILER}" -DCMAKE_INSTALL_LIBDIR=lib
                          "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" ${arg_OPTIONS}
                  COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(vcpkg_cmake_install)
  execute_process(COMMAND "${CMAKE_COMMAND}" --build "${WORK}/build" --target install
                  COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(arg "" "CONFIG_PATH" "" ${ARGN})
  must_exist("${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH}/sfericConfig.cmake")
endfunction()

function(vcpkg_fixup_pkgconfig)
  must_exist("${CURRENT_PACKAGES_DIR}/lib/pkgconfig/sferic-signal.pc")
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(arg "" "" "FILE_LIST" ${ARGN})
  must_exist(${arg_FILE_LIST})
endfunction()

include("${PORT_DIR}/portfile.cmake")
must_exist("${CURRENT_PACKAGES_DIR}/share/sferic/usage"
           "${CURRENT_PACKAGES_DIR}/include/sferic/version.hpp"
           "${CURRENT_PACKAGES_DIR}/lib/libsferic_signal.a")
