# sferic::torch: LibTorch as one imported target, in this build and in an installed sferic.
# Being imported, its headers are system headers, so no warning of theirs stops a build.
# Where there is no such target, sferic_torch_problem says what was needed.
if(TARGET sferic::torch)
  return()
endif()

# First, for LibTorch from pytorch.org defines an empty protobuf::libprotobuf where there is none.
include("${CMAKE_CURRENT_LIST_DIR}/SfericProtobuf.cmake")

# LibTorch's own package file reports each library that it looks for; its warnings are about static
# parts that nobody links. A failure still shows, as a target that is missing.
set(sferic_saved_log_level "${CMAKE_MESSAGE_LOG_LEVEL}")
set(CMAKE_MESSAGE_LOG_LEVEL ERROR)
# A folder that is named by Torch_DIR has the rest of it beside it, also where the system has another
# LibTorch.
if(Torch_DIR)
  set(Caffe2_DIR "${Torch_DIR}/../Caffe2")
endif()
find_package(Torch QUIET)
set(CMAKE_MESSAGE_LOG_LEVEL "${sferic_saved_log_level}")

if(NOT Torch_FOUND OR Torch_VERSION VERSION_LESS 1.13)
  set(sferic_torch_problem "LibTorch 1.13 or newer")
elseif(TORCH_CXX_FLAGS MATCHES "_GLIBCXX_USE_CXX11_ABI=0")
  # Everything else that sferic links has the other std::string.
  set(sferic_torch_problem
      "LibTorch with the C++11 ABI, and the one in ${TORCH_INSTALL_PREFIX} is built for the older one: take the download named cxx11-abi")
else()
  add_library(sferic::torch INTERFACE IMPORTED)
  target_link_libraries(sferic::torch INTERFACE torch)
endif()
