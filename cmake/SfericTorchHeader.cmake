# sferic_use_torch_header(<target> <links>...)
#
# <torch/torch.h> costs many seconds a source file. It is precompiled once for each configuration,
# and a target that links sferic::torch itself starts from that.
function(sferic_use_torch_header target)
  if(NOT SFERIC_PRECOMPILE_TORCH OR NOT "sferic::torch" IN_LIST ARGN)
    return()
  endif()
  if(NOT TARGET sferic_torch_header)
    sferic_precompile_torch()
  endif()
  target_precompile_headers(${target} REUSE_FROM sferic_torch_header)
  target_compile_options(${target} PRIVATE
                         $<TARGET_PROPERTY:sferic_torch_header,INTERFACE_COMPILE_OPTIONS>)
endfunction()

function(sferic_precompile_torch)
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/torch_header.cpp" CONTENT "")
  add_library(sferic_torch_header OBJECT "${PROJECT_BINARY_DIR}/torch_header.cpp")
  target_compile_features(sferic_torch_header PRIVATE cxx_std_20)
  target_link_libraries(sferic_torch_header PRIVATE sferic_build_flags sferic::torch)
  # ivalue.h first: in C++20, Clang reads LibTorch 1.13 only in this order, as another one
  # instantiates a vector of IValue before that type is complete.
  target_precompile_headers(sferic_torch_header PRIVATE <ATen/core/ivalue.h> <torch/torch.h>)
  # Without these ccache doesn't see that a precompiled header is in use, or never finds it again.
  target_compile_options(sferic_torch_header PUBLIC
                         $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
                         "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
endfunction()
