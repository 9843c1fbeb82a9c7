# sferic::torch: LibTorch as one imported target, in this build and in an installed sferic.
# Being imported, its headers are system headers, so no warning of theirs stops a build.
if(TARGET sferic::torch)
  return()
endif()

# LibTorch's own package file reports each library that it looks for; its warnings are about static
# parts that nobody links. A failure still shows, as a target that is missing.
set(sferic_saved_log_level "${CMAKE_MESSAGE_LOG_LEVEL}")
set(CMAKE_MESSAGE_LOG_LEVEL ERROR)
find_package(Torch QUIET)
set(CMAKE_MESSAGE_LOG_LEVEL "${sferic_saved_log_level}")

if(Torch_FOUND AND NOT Torch_VERSION VERSION_LESS 1.13)
  add_library(sferic::torch INTERFACE IMPORTED)
  target_link_libraries(sferic::torch INTERFACE torch)
endif()
