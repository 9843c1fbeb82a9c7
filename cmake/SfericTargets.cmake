# One folder = one target.
include(GNUInstallDirs)

set(SFERIC_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/sferic")

# sferic_add_library(<name> [SOURCES ...] [HEADERS ...] [LINK_PUBLIC ...] [LINK_PRIVATE ...])
#
# Makes sferic_<name>, also called sferic::<name>, of the calling folder, with its install rules: a
# static library, or without SOURCES an interface library. Its headers are found as <sferic/...>.
function(sferic_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;LINK_PUBLIC;LINK_PRIVATE")
  set(target sferic_${name})
  string(REGEX REPLACE "/sferic(/[^/]+)?$" "" include_root "${CMAKE_CURRENT_SOURCE_DIR}")
  sferic_check_lists(${name} ${arg_SOURCES} ${arg_HEADERS})
  sferic_check_arrows(${name} ${arg_LINK_PUBLIC} ${arg_LINK_PRIVATE})

  if(arg_SOURCES)
    set(scope PUBLIC)
    add_library(${target} ${arg_SOURCES})
    # Not exported: a user links the library, not the flags that it was built with.
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:sferic_build_flags>)
    target_link_libraries(${target} PRIVATE ${arg_LINK_PRIVATE})
    set(links ${arg_LINK_PUBLIC} ${arg_LINK_PRIVATE})
    sferic_use_torch_header(${target} ${links})
    if(SFERIC_UNITY_BUILD AND "sferic::torch" IN_LIST links)
      set_target_properties(${target} PROPERTIES UNITY_BUILD ON)
    endif()
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  add_library(sferic::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_link_libraries(${target} ${scope} ${arg_LINK_PUBLIC})
  # Two sets, because only the headers that users name must compile alone.
  set(details ${arg_HEADERS})
  list(FILTER details INCLUDE REGEX "^detail/")
  list(REMOVE_ITEM arg_HEADERS ${details})
  target_sources(${target} ${scope}
                 FILE_SET HEADERS BASE_DIRS "${include_root}" FILES ${arg_HEADERS}
                 FILE_SET details TYPE HEADERS BASE_DIRS "${include_root}" FILES ${details})
  sferic_check_headers(${name})
  sferic_note_links(${name} ${arg_LINK_PUBLIC} ${arg_LINK_PRIVATE})
  sferic_install_library(${name})
endfunction()

# sferic_add_executable(<name> SOURCES ... LINK ...)
function(sferic_add_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE ${arg_LINK} sferic_build_flags)
  sferic_use_torch_header(${name} ${arg_LINK})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${SFERIC_UNITY_BUILD})
endfunction()

# A file that is in no list would be neither built nor installed nor checked.
function(sferic_check_lists name)
  file(GLOB files RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" *.hpp *.cpp detail/*.hpp detail/*.cpp)
  list(REMOVE_ITEM files ${ARGN})
  if(files)
    message(WARNING "sferic_${name} doesn't list ${files}")
  endif()
endfunction()

# Folders are added in the order of the arrows, so an arrow that points back has no target yet.
# What reaches LibTorch is noted, for sferic_check_headers.
function(sferic_check_arrows name)
  get_property(with_torch GLOBAL PROPERTY SFERIC_TORCH_COMPONENTS)
  foreach(link IN LISTS ARGN)
    if(link MATCHES "^sferic::" AND NOT TARGET ${link})
      message(FATAL_ERROR "sferic_${name} links ${link}, which isn't above it in CMakeLists.txt")
    endif()
    string(REPLACE "sferic::" "" linked "${link}")
    if(linked STREQUAL "torch" OR linked IN_LIST with_torch)
      set_property(GLOBAL APPEND PROPERTY SFERIC_TORCH_COMPONENTS ${name})
      return()
    endif()
  endforeach()
endfunction()

# What a component links, for those who install or package it: other components, and targets that come
# from elsewhere. What stands in $<BUILD_INTERFACE:...> is needed to build the component alone. Its part
# is the package that it goes into: sferic-signal has what needs no other library, sferic the rest.
function(sferic_note_links name)
  list(FILTER ARGN INCLUDE REGEX "^[A-Za-z0-9_]+::")
  set(part sferic-signal)
  foreach(link IN LISTS ARGN)
    string(REPLACE "sferic::" "" linked "${link}")
    get_property(linked_part GLOBAL PROPERTY SFERIC_PART_OF_${linked})
    if(NOT linked_part STREQUAL "sferic-signal" AND NOT link STREQUAL "Threads::Threads")
      set(part sferic)
    endif()
  endforeach()
  set_property(GLOBAL APPEND PROPERTY SFERIC_COMPONENTS ${name})
  set_property(GLOBAL PROPERTY SFERIC_LINKS_OF_${name} "${ARGN}")
  set_property(GLOBAL PROPERTY SFERIC_PART_OF_${name} ${part})
endfunction()

# The build of the tests compiles every header alone. Once is enough, so not under a sanitizer; and
# not with Clang where a header may include LibTorch (see SfericTorchHeader.cmake).
function(sferic_check_headers name)
  get_property(with_torch GLOBAL PROPERTY SFERIC_TORCH_COMPONENTS)
  if(SFERIC_BUILD_TESTS AND NOT SFERIC_SANITIZE
     AND NOT (CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND name IN_LIST with_torch))
    set_target_properties(sferic_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON
                          INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
  endif()
endfunction()
