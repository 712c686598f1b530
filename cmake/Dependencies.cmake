# The libraries underneath.
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto SSL)
find_package(PkgConfig REQUIRED)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl>=7.76)
pkg_check_modules(JSONC REQUIRED IMPORTED_TARGET json-c>=0.13)
find_package(ZLIB REQUIRED) # of the server of the local engine
