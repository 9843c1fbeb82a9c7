# Where LibTorch has c10d over Gloo, of which LibTorch's headers include Gloo's own.
get_target_property(sferic_torch_definitions torch INTERFACE_COMPILE_DEFINITIONS)
get_target_property(sferic_torch_cpu_definitions torch_cpu INTERFACE_COMPILE_DEFINITIONS)
if("${sferic_torch_definitions};${sferic_torch_cpu_definitions}" MATCHES "USE_C10D_GLOO")
  find_path(SFERIC_GLOO_INCLUDE_DIR gloo/algorithm.h)
  mark_as_advanced(SFERIC_GLOO_INCLUDE_DIR)
endif()
