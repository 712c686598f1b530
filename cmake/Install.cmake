# What is installed: the libraries, the headers, the command, a CMake package and pkg-config files.
include(CMakePackageConfigHelpers)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/dynox DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

if(DYNOX_BUILD_CLI)
  install(TARGETS dynox_command DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# Two exports: whoever links the shared library needs nothing of what is underneath, whoever links the static one does.
foreach(kind shared static)
  install(TARGETS dynox_${kind} dynox_alone_${kind} EXPORT dynox_${kind}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT dynox_${kind} FILE dynox_${kind}.cmake NAMESPACE dynox::
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dynox)
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
# Named as libraries and not as Requires.private: with --static, pkg-config would ask for all that a static libcurl needs.
string(JOIN " " DYNOX_PC_LIBS ${CURL_LDFLAGS} ${JSONC_LDFLAGS} -lssl -lcrypto -pthread)
set(DYNOX_PC_DESCRIPTION_dynox "${PROJECT_DESCRIPTION}")
set(DYNOX_PC_DESCRIPTION_dynox-aws "Credentials and signatures of dynox, without DynamoDB")
foreach(DYNOX_PC_NAME dynox dynox-aws)
  set(DYNOX_PC_DESCRIPTION "${DYNOX_PC_DESCRIPTION_${DYNOX_PC_NAME}}")
  configure_file(${PROJECT_SOURCE_DIR}/cmake/dynox.pc.in ${DYNOX_PC_NAME}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${DYNOX_PC_NAME}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
