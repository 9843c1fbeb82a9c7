# sferic_find(<target>): looks for the package of a target that sferic links, in an installed sferic.
# What isn't there shows as a target that is missing.
macro(sferic_find target)
  if("${target}" STREQUAL "sferic::torch")
    include("${CMAKE_CURRENT_LIST_DIR}/SfericTorch.cmake")
  elseif("${target}" STREQUAL "sferic::zip")
    include("${CMAKE_CURRENT_LIST_DIR}/SfericZip.cmake")
  elseif("${target}" STREQUAL "Boost::serialization")
    find_package(Boost 1.74 QUIET COMPONENTS serialization)
  elseif("${target}" STREQUAL "sferic::protobuf")
    include("${CMAKE_CURRENT_LIST_DIR}/SfericProtobuf.cmake")
  elseif("${target}" MATCHES "^([A-Za-z0-9_]+)::")  # PNG::PNG, Threads::Threads
    find_package(${CMAKE_MATCH_1} QUIET)
  endif()
endmacro()
