# One object library a floor, so that a test links no more than the floors it is about; together they are the library.
set(DYNOX_FLOORS base async value http aws services observe client model)
set(below)
foreach(floor IN LISTS DYNOX_FLOORS)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${floor}/*.c ${PROJECT_SOURCE_DIR}/src/${floor}/*/*.c)
  if(sources)
    add_library(dynox_${floor} OBJECT ${sources})
    target_include_directories(dynox_${floor} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(dynox_${floor} PUBLIC dynox_flags Threads::Threads)
    list(APPEND below dynox_${floor})
  endif()
endforeach()
foreach(floor value http aws services observe client model)
  if(TARGET dynox_${floor})
    target_link_libraries(dynox_${floor} PUBLIC PkgConfig::CURL PkgConfig::JSONC OpenSSL::SSL OpenSSL::Crypto)
  endif()
endforeach()

set(compressors)
foreach(name IN LISTS DYNOX_COMPRESSORS)
  target_compile_definitions(dynox_value PRIVATE DYNOX__HAVE_${name})
  list(APPEND compressors PkgConfig::${name})
endforeach()
target_link_libraries(dynox_value PUBLIC ${compressors})

set(objects)
foreach(floor IN LISTS below)
  list(APPEND objects $<TARGET_OBJECTS:${floor}>)
endforeach()

# Before 1.0 each minor version is an ABI of its own (docs/abi.md).
set(DYNOX_ABI_VERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
if(PROJECT_VERSION_MAJOR GREATER 0)
  set(DYNOX_ABI_VERSION ${PROJECT_VERSION_MAJOR})
endif()
set(DYNOX_KINDS STATIC)
if(DYNOX_BUILD_SHARED)
  list(APPEND DYNOX_KINDS SHARED)
endif()

# dynox_library(name output objects... [NEEDS libraries...]): the static and, if wanted, the shared form of a library.
function(dynox_library name output)
  cmake_parse_arguments(PARSE_ARGV 2 own "" "" "NEEDS")
  foreach(kind IN LISTS DYNOX_KINDS)
    string(TOLOWER ${name}_${kind} target)
    add_library(${target} ${kind} ${own_UNPARSED_ARGUMENTS})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${output} VERSION ${PROJECT_VERSION} SOVERSION ${DYNOX_ABI_VERSION})
    target_include_directories(${target} PUBLIC
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${target} PRIVATE PkgConfig::CURL PkgConfig::JSONC OpenSSL::SSL OpenSSL::Crypto Threads::Threads ${own_NEEDS})
    if(DYNOX_SANITIZE)
      target_link_options(${target} PRIVATE -fsanitize=${DYNOX_SANITIZE})
    endif()
  endforeach()
  if(NOT TARGET ${name}_shared)
    return()
  endif()
  if(UNIX AND NOT APPLE)
    string(TOUPPER "${output}_${DYNOX_ABI_VERSION}" DYNOX_ABI)
    string(REPLACE "-" "_" DYNOX_ABI "${DYNOX_ABI}")
    set(map ${PROJECT_BINARY_DIR}/${output}.map)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/dynox.map.in ${map} @ONLY)
    target_link_options(${name}_shared PRIVATE "LINKER:--version-script=${map}")
    set_property(TARGET ${name}_shared APPEND PROPERTY LINK_DEPENDS ${map})
  endif()
  # Its threads may outlive the last call, so the library is never unmapped. It names all it needs (a sanitizer does not).
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_link_options(${name}_shared PRIVATE -Wl,-z,nodelete)
    if(NOT DYNOX_SANITIZE)
      target_link_options(${name}_shared PRIVATE -Wl,-z,defs)
    endif()
  endif()
endfunction()

dynox_library(dynox dynox ${objects} NEEDS ${compressors})

# Credentials and signatures alone: what they need of each floor, and nothing of DynamoDB.
dynox_library(dynox_alone dynox-aws
  $<TARGET_OBJECTS:dynox_base> $<TARGET_OBJECTS:dynox_async> $<TARGET_OBJECTS:dynox_services>
  "$<FILTER:$<TARGET_OBJECTS:dynox_value>,INCLUDE,/base64(_vector)?[.]c>"
  "$<FILTER:$<TARGET_OBJECTS:dynox_http>,INCLUDE,/(curl_handle|curl_perform|fetch|fetch_receiver|openssl|proxy|tls)[.]c>"
  "$<FILTER:$<TARGET_OBJECTS:dynox_aws>,EXCLUDE,/(adaptive|answer|call|call_attempt|call_end|call_flow|call_hedge|call_line|call_observe|call_share|endpoint_bucket|gate|head|hedging|labels|limiter|localnodes|nodes|observer|service|service_error|service_nodes|service_prepare|toll)[.]c>")

# As users see them: dynox::dynox and dynox::aws are the shared libraries, or the static ones where there are no others.
set(main_kind static)
if(DYNOX_BUILD_SHARED)
  set(main_kind shared)
  set_target_properties(dynox_shared PROPERTIES EXPORT_NAME dynox)
  set_target_properties(dynox_alone_shared PROPERTIES EXPORT_NAME aws)
endif()
set_target_properties(dynox_alone_static PROPERTIES EXPORT_NAME aws_static)
add_library(dynox::dynox ALIAS dynox_${main_kind})
add_library(dynox::dynox_static ALIAS dynox_static)
add_library(dynox::aws ALIAS dynox_alone_${main_kind})
add_library(dynox::aws_static ALIAS dynox_alone_static)

# The command. It is linked with the static library, since it looks behind the public functions.
if(DYNOX_BUILD_CLI)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/cli/*.c)
  add_executable(dynox_command ${sources})
  target_include_directories(dynox_command PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(dynox_command PRIVATE dynox_static dynox_flags)
  set_target_properties(dynox_command PROPERTIES OUTPUT_NAME dynox)
endif()
