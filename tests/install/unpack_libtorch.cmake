# unpack_libtorch(<folder>): a LibTorch in the form in which pytorch.org has it, made of the one in
# TORCH_DIR, which is Debian's. It is another one's Protobuf that lies in there, without headers.
# LIBTORCH_ABI=0 says that it was built for the older std::string; with LIBTORCH_GLOO=OFF it has no
# headers of Gloo.
function(unpack_libtorch folder)
  cmake_path(GET TORCH_DIR PARENT_PATH packages)
  cmake_path(GET packages PARENT_PATH libraries)
  file(GLOB files "${libraries}/libtorch*.so*" "${libraries}/libc10*.so*")
  file(MAKE_DIRECTORY "${folder}/include" "${folder}/lib")
  foreach(file IN LISTS files)
    cmake_path(GET file FILENAME name)
    file(CREATE_LINK "${file}" "${folder}/lib/${name}" SYMBOLIC)
  endforeach()
  set(headers ATen c10 caffe2 torch)
  if(LIBTORCH_GLOO)
    list(APPEND headers gloo)
  endif()
  foreach(name IN LISTS headers)
    file(CREATE_LINK "${INCLUDE_DIR}/${name}" "${folder}/include/${name}" SYMBOLIC)
  endforeach()
  file(WRITE "${folder}/lib/libprotobuf.a" "none that anybody may link\n")
  file(WRITE "${folder}/build-version" "0.0.0+cpu\n")

  file(COPY "${packages}/Torch" "${packages}/Caffe2" DESTINATION "${folder}/share/cmake")
  cmake_path(GET libraries FILENAME architecture)
  file(GLOB scripts "${folder}/share/cmake/*/*.cmake")
  foreach(script IN LISTS scripts)
    file(READ "${script}" text)
    string(REPLACE "/../../../../" "/../../../" text "${text}")
    string(REPLACE "{_IMPORT_PREFIX}/../include" "{_IMPORT_PREFIX}/include" text "${text}")
    string(REPLACE "{_IMPORT_PREFIX}/${architecture}/" "{_IMPORT_PREFIX}/lib/" text "${text}")
    string(REPLACE "_CXX11_ABI=1" "_CXX11_ABI=${LIBTORCH_ABI}" text "${text}")
    # Its own Protobuf is part of its library.
    string(REPLACE "if(OFF)\n  if(NOT TARGET protobuf::libprotobuf)"
           "if(ON)\n  if(NOT TARGET protobuf::libprotobuf)" text "${text}")
    file(WRITE "${script}" "${text}")
  endforeach()
endfunction()
