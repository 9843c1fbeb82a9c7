# PROGRAMS are a training by hand, one by the trainer, and that with sferic::distributed if it is there.
# Beside the libraries of the first one, the others load only those of checkpoints; the second one has
# nothing of c10d or Gloo in it.

# The names of the libraries that a program has loaded, without folders and versions.
function(libraries_of program result)
  execute_process(COMMAND "${program}" OUTPUT_VARIABLE paths COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[^\n]+" paths "${paths}")
  set(names "")
  foreach(path IN LISTS paths)
    cmake_path(GET path FILENAME name)
    string(REGEX REPLACE "\\.so.*" "" name "${name}")
    list(APPEND names "${name}")
  endforeach()
  if(NOT names MATCHES "torch_cpu")
    message(FATAL_ERROR "${program} tells nothing of LibTorch, but of ${names}")
  endif()
  set(${result} "${names}" PARENT_SCOPE)
endfunction()

# Checkpoints are archives of ZIP with states by Boost.Serialization; the others are what libzip needs
# where LibTorch doesn't.
set(allowed libzip libboost_serialization libz libbz2 liblzma libzstd libcrypto)

list(POP_FRONT PROGRAMS by_hand)
list(GET PROGRAMS 0 by_trainer)
libraries_of("${by_hand}" expected)
foreach(program IN LISTS PROGRAMS)
  libraries_of("${program}" loaded)
  list(REMOVE_ITEM loaded ${expected} ${allowed})
  if(loaded)
    message(FATAL_ERROR "${program} has loaded ${loaded}, too")
  endif()
endforeach()

execute_process(COMMAND "${NM}" -C "${by_trainer}" OUTPUT_VARIABLE symbols
                COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH "(c10d|gloo)::[^\n]*" found "${symbols}")
if(found)
  message(FATAL_ERROR "${by_trainer} has something of other processes: ${found}")
endif()
