# sferic::protobuf: Protobuf as one imported target, in this build and in an installed sferic.
if(TARGET sferic::protobuf)
  return()
endif()

# A LibTorch that was unpacked from pytorch.org, which build-version tells, has a Protobuf of another
# version in its folder: a library without headers.
set(sferic_saved_ignored "${CMAKE_IGNORE_PREFIX_PATH}")
string(REPLACE ":" ";" sferic_prefixes "$ENV{CMAKE_PREFIX_PATH}")
foreach(sferic_prefix IN LISTS CMAKE_PREFIX_PATH sferic_prefixes)
  if(EXISTS "${sferic_prefix}/share/cmake/Torch" AND EXISTS "${sferic_prefix}/build-version")
    list(APPEND CMAKE_IGNORE_PREFIX_PATH "${sferic_prefix}")
  endif()
endforeach()
# Newer protobufs are found with what they need by their own package files only.
find_package(Protobuf QUIET CONFIG)
if(NOT Protobuf_FOUND)
  find_package(Protobuf QUIET MODULE)
endif()
set(CMAKE_IGNORE_PREFIX_PATH "${sferic_saved_ignored}")

if(Protobuf_FOUND)
  add_library(sferic::protobuf INTERFACE IMPORTED)
  target_link_libraries(sferic::protobuf INTERFACE protobuf::libprotobuf)
endif()
