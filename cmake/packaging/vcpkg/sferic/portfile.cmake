# An overlay port, which builds the clone that it lies in:
#   vcpkg install sferic --overlay-ports=<clone>/cmake/packaging/vcpkg
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)

vcpkg_check_linkage(ONLY_STATIC_LIBRARY)
vcpkg_check_features(OUT_FEATURE_OPTIONS options INVERTED_FEATURES torch SFERIC_ONLY_SIGNALS)
vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS ${options} -DSFERIC_BUILD_EXAMPLES=OFF -DSFERIC_BUILD_TESTS=OFF
          -DCMAKE_DISABLE_FIND_PACKAGE_benchmark=ON  # not what the system happens to have
  MAYBE_UNUSED_VARIABLES CMAKE_DISABLE_FIND_PACKAGE_benchmark)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/sferic)
vcpkg_fixup_pkgconfig()

file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
