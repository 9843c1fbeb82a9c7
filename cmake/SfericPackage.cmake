# What `cmake --install` leaves behind: find_package(sferic [COMPONENTS ...]) and, of the signals,
# `pkg-config sferic-signal`. Every path in it is relative, so the prefix may be moved.
include(CMakePackageConfigHelpers)

# The rules of one component. What CMake calls an install component is its part.
function(sferic_install_library name)
  if(NOT SFERIC_INSTALL)
    return()
  endif()
  get_property(part GLOBAL PROPERTY SFERIC_PART_OF_${name})
  set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME ${part})
  install(TARGETS sferic_${name} EXPORT sferic-${name} FILE_SET HEADERS FILE_SET details)
  install(EXPORT sferic-${name} NAMESPACE sferic:: DESTINATION "${SFERIC_PACKAGE_DIR}")
endfunction()

# Called once, after the last library.
function(sferic_install_package)
  set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME sferic-signal)
  sferic_list_links(SFERIC_LINKS)
  configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/sfericConfig.cmake.in" "${PROJECT_BINARY_DIR}/sfericConfig.cmake"
    INSTALL_DESTINATION "${SFERIC_PACKAGE_DIR}" NO_SET_AND_CHECK_MACRO)
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/sfericConfigVersion.cmake"
                                   COMPATIBILITY SameMinorVersion)
  install(FILES "${PROJECT_BINARY_DIR}/sfericConfig.cmake"
                "${PROJECT_BINARY_DIR}/sfericConfigVersion.cmake"
                "${PROJECT_SOURCE_DIR}/cmake/SfericCallbackBenchmark.cmake"
                "${PROJECT_SOURCE_DIR}/cmake/SfericFind.cmake"
                "${PROJECT_SOURCE_DIR}/cmake/SfericProtobuf.cmake"
                "${PROJECT_SOURCE_DIR}/cmake/SfericTorch.cmake"
                "${PROJECT_SOURCE_DIR}/cmake/SfericZip.cmake"
          DESTINATION "${SFERIC_PACKAGE_DIR}")

  set(pkgconfig_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
  file(RELATIVE_PATH SFERIC_PREFIX "${CMAKE_INSTALL_PREFIX}/${pkgconfig_dir}"
       "${CMAKE_INSTALL_PREFIX}")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/packaging/sferic-signal.pc.in"
                 "${PROJECT_BINARY_DIR}/sferic-signal.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/sferic-signal.pc" DESTINATION "${pkgconfig_dir}")
  if(PROJECT_IS_TOP_LEVEL)
    include(SfericDebian)
  endif()
endfunction()

# The components and their links, as the lines of CMake by which an installed sferic knows them.
function(sferic_list_links variable)
  get_property(components GLOBAL PROPERTY SFERIC_COMPONENTS)
  set(lines "set(sferic_components ${components})\n")
  foreach(component IN LISTS components)
    get_property(links GLOBAL PROPERTY SFERIC_LINKS_OF_${component})
    string(APPEND lines "set(sferic_links_of_${component} ${links})\n")
  endforeach()
  string(REPLACE ";" " " lines "${lines}")
  set(${variable} "${lines}" PARENT_SCOPE)
endfunction()
