# sferic_add_callback_benchmark(<name> SOURCES ... [LINK ...])
#
# A program that measures callbacks; see <sferic/bench/callback.hpp>. It has a main function, and all
# of Google Benchmark's flags. LINK names what the callbacks need beside sferic::sferic.
function(sferic_add_callback_benchmark name)
  if(NOT TARGET sferic::bench)
    message(FATAL_ERROR "sferic_add_callback_benchmark() needs sferic::bench, which is built where "
                        "Google Benchmark and LibTorch are found")
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE sferic::bench ${arg_LINK})
endfunction()
