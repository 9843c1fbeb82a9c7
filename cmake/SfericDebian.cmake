# Debian packages, one of each part of sferic: `cpack` in a build folder, or, for those that are meant
# for /usr, cmake/packaging/debian.sh.

# What sferic links, as the packages with its headers. The component bench may be without its own.
set(sferic_debian_of_Boost::serialization "libboost-serialization-dev (>= 1.74)")
set(sferic_debian_of_PNG::PNG "libpng-dev")
set(sferic_debian_of_Threads::Threads "libc6-dev")
set(sferic_debian_of_benchmark::benchmark "")
set(sferic_debian_of_sferic::protobuf "libprotobuf-dev")
set(sferic_debian_of_sferic::torch "libtorch-dev (>= 1.13)")
set(sferic_debian_of_sferic::zip "libzip-dev")

function(sferic_debian_depends part variable)
  get_property(components GLOBAL PROPERTY SFERIC_COMPONENTS)
  list(TRANSFORM components PREPEND "sferic::" OUTPUT_VARIABLE own)
  foreach(component IN LISTS components)
    get_property(its_part GLOBAL PROPERTY SFERIC_PART_OF_${component})
    get_property(links GLOBAL PROPERTY SFERIC_LINKS_OF_${component})
    list(REMOVE_ITEM links ${own})
    foreach(link IN LISTS links)
      if(NOT DEFINED sferic_debian_of_${link})
        message(FATAL_ERROR "cmake/SfericDebian.cmake doesn't say which package has ${link}")
      elseif(its_part STREQUAL part)
        list(APPEND packages "${sferic_debian_of_${link}}")
      endif()
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES packages)
  list(REMOVE_ITEM packages "")
  list(JOIN packages ", " packages)
  set(${variable} "${packages}" PARENT_SCOPE)
endfunction()

set(CPACK_DEBIAN_SFERIC-SIGNAL_DESCRIPTION "typed signals for C++20
Signals with ordered, filtered, tracked and blockable slots, which any thread
may connect, disconnect and emit; an emission takes no lock and allocates
nothing. Static libraries and headers, for CMake and pkg-config.")
set(CPACK_DEBIAN_SFERIC_DESCRIPTION "training on LibTorch by typed signals
Every moment of a training is a typed signal. Callbacks are plain structs,
without a base class and without registration; the trainer, the loops, the
loggers and the checkpoints are compiled C++. Static libraries and headers,
for CMake.")

set(CPACK_COMPONENTS_ALL sferic-signal)
if(NOT SFERIC_ONLY_SIGNALS)
  list(APPEND CPACK_COMPONENTS_ALL sferic)
endif()
foreach(part IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${part} id)
  set(CPACK_DEBIAN_${id}_PACKAGE_NAME lib${part}-dev)
  sferic_debian_depends(${part} CPACK_DEBIAN_${id}_PACKAGE_DEPENDS)
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" RENAME copyright COMPONENT ${part} EXCLUDE_FROM_ALL
          DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/lib${part}-dev")
endforeach()
string(PREPEND CPACK_DEBIAN_SFERIC_PACKAGE_DEPENDS "libsferic-signal-dev (= ${PROJECT_VERSION}), ")
set(CPACK_DEBIAN_SFERIC_PACKAGE_RECOMMENDS libopenblas0-pthread)
set(CPACK_DEBIAN_SFERIC_PACKAGE_SUGGESTS libbenchmark-dev)

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_PACKAGE_CONTACT "the sferic authors <sferic@localhost>")
include(CPack)
