# Where LibTorch has c10d over Gloo or NCCL, its headers include these libraries' own. Debian has them
# in packages of their own, and downloads from pytorch.org may lack them.
foreach(library IN ITEMS torch torch_cpu torch_cuda)
  if(TARGET ${library})
    get_target_property(definitions ${library} INTERFACE_COMPILE_DEFINITIONS)
    list(APPEND sferic_torch_definitions ${definitions})
  endif()
endforeach()

# Those of another Gloo don't fit, so they are looked for beside LibTorch's alone.
if(sferic_torch_definitions MATCHES "USE_C10D_GLOO")
  find_path(SFERIC_GLOO_INCLUDE_DIR gloo/algorithm.h PATHS ${TORCH_INCLUDE_DIRS} NO_DEFAULT_PATH
            DOC "The folder with the headers of LibTorch's Gloo, gloo/*.h")
  mark_as_advanced(SFERIC_GLOO_INCLUDE_DIR)
endif()
if(sferic_torch_definitions MATCHES "USE_C10D_NCCL")
  find_path(SFERIC_NCCL_INCLUDE_DIR nccl.h DOC "The folder with NCCL's header, nccl.h")
  mark_as_advanced(SFERIC_NCCL_INCLUDE_DIR)
endif()

if(NOT SFERIC_GLOO_INCLUDE_DIR)
  message(STATUS "sferic::distributed is left out: there are no headers of Gloo beside LibTorch's. "
                 "On Debian, install libgloo-dev; elsewhere, name a folder of that version with "
                 "-DSFERIC_GLOO_INCLUDE_DIR=<folder>")
elseif(NOT SFERIC_NCCL_INCLUDE_DIR AND sferic_torch_definitions MATCHES "USE_C10D_NCCL")
  message(STATUS "sferic::distributed reduces by Gloo, not by NCCL: its header wasn't found. Install "
                 "libnccl-dev, or name its folder with -DSFERIC_NCCL_INCLUDE_DIR=<folder>")
endif()
