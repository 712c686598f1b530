#!/usr/bin/env bash
# consume.sh BUILD_FOLDER WORK_FOLDER CC CXX: what an installation gives to the programs of others.
set -euo pipefail
build=$1 work=$2 cc=$3 cxx=$4
source=$(cd "$(dirname "$0")/consumer" && pwd)
prefix="$work/a prefix with spaces"

step() { echo "== $*"; }

rm -rf "$work"
mkdir -p "$work"
step "install, then move: nothing may depend on the first place"
cmake --install "$build" --prefix "$work/first" >"$work/install.log"
mv "$work/first" "$prefix"
library=$(dirname "$(find "$prefix" -name dynox.pc)")/..

step "CMake: C and C++17, shared and static"
cmake -S "$source" -B "$work/cmake" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_CXX_COMPILER="$cxx" >"$work/configure.log" || { cat "$work/configure.log"; exit 1; }
cmake --build "$work/cmake" >"$work/build.log" || { cat "$work/build.log"; exit 1; }
for program in c_shared c_static cpp_shared cpp_static aws_shared aws_static; do
    "$work/cmake/$program"
done

export PKG_CONFIG_PATH=$library/pkgconfig
flags=(-Wall -Wextra -Wpedantic -Werror)
step "pkg-config: shared"
shared=()
eval "shared=($(pkg-config --cflags --libs dynox))"
"$cc" -std=c11 "${flags[@]}" "$source/consumer.c" "${shared[@]}" "-Wl,-rpath,$library" -o "$work/pc_shared"
"$work/pc_shared"

step "pkg-config: static"
static=()
eval "static=($(pkg-config --static --cflags --libs dynox))"
static=("${static[@]/#-ldynox/-l:libdynox.a}")
"$cc" -std=c11 "${flags[@]}" "$source/consumer.c" "${static[@]}" -o "$work/pc_static"
"$work/pc_static"

step "pkg-config: credentials and signatures alone"
eval "shared=($(pkg-config --cflags --libs dynox-aws))"
"$cc" -std=c11 "${flags[@]}" "$source/aws.c" "${shared[@]}" "-Wl,-rpath,$library" -o "$work/pc_aws_shared"
"$work/pc_aws_shared"
eval "static=($(pkg-config --static --cflags --libs dynox-aws))"
static=("${static[@]/#-ldynox-aws/-l:libdynox-aws.a}")
"$cc" -std=c11 "${flags[@]}" "$source/aws.c" "${static[@]}" -o "$work/pc_aws_static"
"$work/pc_aws_static"

step "the shared programs need their library and no other of ours, the static ones need none"
needs() { [ "$(readelf -d "$1" | grep -o 'libdynox[a-z-]*[.]so' | sort -u)" = "$2" ]; }
needs "$work/cmake/c_shared" libdynox.so && needs "$work/cmake/cpp_shared" libdynox.so && needs "$work/pc_shared" libdynox.so
needs "$work/cmake/aws_shared" libdynox-aws.so && needs "$work/pc_aws_shared" libdynox-aws.so
for program in cmake/c_static cmake/cpp_static cmake/aws_static pc_static pc_aws_static; do
    needs "$work/$program" ""
done

step "the command runs from where it was moved to"
"$prefix/bin/dynox" --version
"$prefix/bin/dynox" --help >/dev/null
echo "package: all good"
