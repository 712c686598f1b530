# The libraries underneath.
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto SSL)
find_package(PkgConfig REQUIRED)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl>=7.76)
pkg_check_modules(JSONC REQUIRED IMPORTED_TARGET json-c>=0.13)
find_package(ZLIB REQUIRED) # of the server of the local engine
# Of the local engine: without it, there is only memory.
pkg_check_modules(SQLITE IMPORTED_TARGET sqlite3>=3.33)
option(DYNOX_LOCAL_FILE "The local engine can keep its tables in a file (SQLite)" ${SQLITE_FOUND})
if(DYNOX_LOCAL_FILE AND NOT SQLITE_FOUND)
  message(FATAL_ERROR "DYNOX_LOCAL_FILE needs the development files of SQLite (Debian: libsqlite3-dev)")
endif()
