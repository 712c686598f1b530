# What is installed: the libraries, the headers, the command, a CMake package and pkg-config files.
include(CMakePackageConfigHelpers)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/dynox DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

if(DYNOX_BUILD_CLI)
  install(TARGETS ${DYNOX_COMMANDS} DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# Two exports: whoever links the shared library needs nothing of what is underneath, whoever links the static one does.
foreach(kind IN LISTS DYNOX_KINDS)
  string(TOLOWER ${kind} kind)
  install(TARGETS dynox_${kind} dynox_alone_${kind} EXPORT dynox_${kind}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT dynox_${kind} FILE dynox_${kind}.cmake NAMESPACE dynox::
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dynox)
endforeach()

# What gdb shows. gdb looks for it by the path of the library, which is known when it is installed.
if(TARGET dynox_shared AND UNIX AND NOT APPLE)
  set(DYNOX_GDB_LIBDIR "${CMAKE_INSTALL_LIBDIR}")
  if(NOT IS_ABSOLUTE "${DYNOX_GDB_LIBDIR}")
    set(DYNOX_GDB_LIBDIR "\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}")
  endif()
  cmake_path(APPEND DYNOX_GDB_DATADIR "\${CMAKE_INSTALL_PREFIX}" "${CMAKE_INSTALL_DATADIR}")
  install(CODE "file(INSTALL DESTINATION \"${DYNOX_GDB_DATADIR}/gdb/auto-load${DYNOX_GDB_LIBDIR}\" TYPE FILE
    FILES \"${PROJECT_SOURCE_DIR}/src/gdb/dynox-gdb.py\" RENAME \"$<TARGET_FILE_NAME:dynox_shared>-gdb.py\")")
endif()

set(DYNOX_CONFIG_COMPRESSORS)
foreach(name IN LISTS DYNOX_COMPRESSORS)
  string(APPEND DYNOX_CONFIG_COMPRESSORS "  pkg_check_modules(${name} QUIET IMPORTED_TARGET ${${name}_MODULE_NAME})\n")
endforeach()
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/dynoxConfig.cmake.in dynoxConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dynox NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may break what the one before allowed.
write_basic_package_version_file(dynoxConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/dynoxConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/dynoxConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dynox)

# Relative to the file itself, so that an installation can be moved; absolute only where the user chose it so.
foreach(folder LIBDIR INCLUDEDIR)
  cmake_path(APPEND DYNOX_PC_${folder} "\${prefix}" "${CMAKE_INSTALL_${folder}}")
endforeach()
file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" DYNOX_PC_UP "${up}")
# What a static dynox needs, by name: where it was built is nobody's business. Not as Requires.private: with --static,
# pkg-config would ask for all that a static libcurl needs. "-l:" where the build found shared ones: a tool that looks for
# static libraries (meson's static: true) would take libcurl.a without what that needs.
function(dynox_pc_needs result)
  set(needs)
  foreach(path IN LISTS ARGN)
    get_filename_component(file "${path}" NAME)
    if(file MATCHES "^lib(.+)[.]so$" AND NOT APPLE)
      string(APPEND needs " -l:${file}")
    elseif(file MATCHES "^lib(.+)[.](a|so|dylib|tbd)$")
      string(APPEND needs " -l${CMAKE_MATCH_1}")
    endif()
  endforeach()
  set(${result} "${needs}" PARENT_SCOPE)
endfunction()
dynox_pc_needs(common ${CURL_LINK_LIBRARIES} ${JSONC_LINK_LIBRARIES} ${OPENSSL_SSL_LIBRARY} ${OPENSSL_CRYPTO_LIBRARY})
set(more)
if(DYNOX_LOCAL_FILE)
  list(APPEND more ${SQLITE_LINK_LIBRARIES})
endif()
foreach(name IN LISTS DYNOX_COMPRESSORS)
  list(APPEND more ${${name}_LINK_LIBRARIES})
endforeach()
dynox_pc_needs(more ${more})

# pkg-config cannot choose between two libraries of one name, so that --static would still give the shared one. Therefore
# NAME says only what a static program needs, and requires NAME-shared, which comes behind it: whoever has the static
# library by then leaves the shared one out.
function(dynox_pc_file DYNOX_PC_NAME DYNOX_PC_DESCRIPTION DYNOX_PC_REQUIRES DYNOX_PC_LIBS DYNOX_PC_PRIVATE)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/dynox.pc.in ${DYNOX_PC_NAME}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${DYNOX_PC_NAME}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
function(dynox_pc name description needs)
  string(STRIP "${needs} -pthread" needs)
  set(static "\${libdir}/lib${name}.a ${needs}")
  if(NOT DYNOX_BUILD_SHARED)
    dynox_pc_file(${name} "${description}" "" "${static}" "")
  elseif(APPLE)
    dynox_pc_file(${name} "${description}" "" "-L\${libdir} -l${name}" "${needs}")
  else()
    dynox_pc_file(${name} "${description}" ${name}-shared "" "${static}")
    dynox_pc_file(${name}-shared "${description} (the shared library alone)" ""
      "-L\${libdir} -Wl,--push-state,--as-needed -l${name} -Wl,--pop-state" "")
  endif()
endfunction()
dynox_pc(dynox "${PROJECT_DESCRIPTION}" "${common}${more}")
dynox_pc(dynox-aws "Credentials and signatures of dynox, without DynamoDB" "${common}")
