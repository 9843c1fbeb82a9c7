# sferic::zip: libzip as one imported target, in this build and in an installed sferic. The package
# file of libzip's own, as Debian has it, stops where libzip's programs are not installed.
if(TARGET sferic::zip)
  return()
endif()

find_path(SFERIC_ZIP_INCLUDE_DIR zip.h)
find_library(SFERIC_ZIP_LIBRARY zip)
mark_as_advanced(SFERIC_ZIP_INCLUDE_DIR SFERIC_ZIP_LIBRARY)
# A static one needs what it links itself, which only that file knows.
if(SFERIC_ZIP_LIBRARY MATCHES "\\.a$")
  find_package(libzip QUIET CONFIG)
endif()
if(TARGET libzip::zip)
  add_library(sferic::zip INTERFACE IMPORTED)
  target_link_libraries(sferic::zip INTERFACE libzip::zip)
elseif(SFERIC_ZIP_INCLUDE_DIR AND SFERIC_ZIP_LIBRARY)
  add_library(sferic::zip UNKNOWN IMPORTED)
  set_target_properties(sferic::zip PROPERTIES
    IMPORTED_LOCATION "${SFERIC_ZIP_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${SFERIC_ZIP_INCLUDE_DIR}")
endif()
