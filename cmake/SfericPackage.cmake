include(CMakePackageConfigHelpers)

# Called once, after the last library: find_package(sferic [COMPONENTS ...]).
function(sferic_install_package)
  get_property(SFERIC_COMPONENTS GLOBAL PROPERTY SFERIC_COMPONENTS)
  get_property(SFERIC_TORCH_COMPONENTS GLOBAL PROPERTY SFERIC_TORCH_COMPONENTS)
  configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/sfericConfig.cmake.in" "${PROJECT_BINARY_DIR}/sfericConfig.cmake"
    INSTALL_DESTINATION "${SFERIC_PACKAGE_DIR}" NO_SET_AND_CHECK_MACRO)
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/sfericConfigVersion.cmake"
                                   COMPATIBILITY SameMinorVersion)
  install(FILES "${PROJECT_BINARY_DIR}/sfericConfig.cmake"
                "${PROJECT_BINARY_DIR}/sfericConfigVersion.cmake"
                "${PROJECT_SOURCE_DIR}/cmake/SfericCallbackBenchmark.cmake"
                "${PROJECT_SOURCE_DIR}/cmake/SfericTorch.cmake"
                "${PROJECT_SOURCE_DIR}/cmake/SfericZip.cmake"
          DESTINATION "${SFERIC_PACKAGE_DIR}")
endfunction()
