#!/usr/bin/env bash
# subdirectory.sh SOURCE_FOLDER WORK_FOLDER CC SOVERSION: a project that adds dynox with add_subdirectory, first as it
# comes, then with the shared libraries and the command switched off and the installation on.
. "$(dirname "$0")/common.sh"
source=$1 work=$2 cc=$3 so=$4
folder=$consumer/../subdirectory
prefix=$work/installed

rm -rf "$work"
mkdir -p "$work"
# configure BUILD OPTION...
configure() {
    quiet "$work/configure.log" cmake -S "$folder" -B "$1" -G Ninja -DDYNOX_SOURCE="$source" -DCMAKE_C_COMPILER="$cc" \
        -DCMAKE_BUILD_TYPE=None "${@:2}"
}
built() { [ -n "$(find "$1" -name "$2" -not -path '*/CMakeFiles/*' -print -quit)" ]; }

step "as it comes: the programs run, and nothing of ours is installed, no command and no test built"
configure "$work/build"
quiet "$work/build.log" cmake --build "$work/build"
for program in c_main c_static aws_main; do "$work/build/$program"; done
needs "$work/build/c_main" "libdynox.so.$so"
needs "$work/build/c_static" ""
built "$work/build" 'test_*' && fail "tests were built"
[ ! -e "$work/build/dynox/dynox" ] || fail "the command was built"
cmake --install "$work/build" --prefix "$prefix" >"$work/install.log"
[ "$(cd "$prefix" && find . -type f)" = ./bin/c_static ] || fail "installed: $(cd "$prefix" && find . -type f)"

step "DYNOX_BUILD_SHARED=OFF, DYNOX_INSTALL=ON: dynox::dynox is the static library"
rm -rf "$prefix"
find "$work/build" -name 'libdynox*.so*' -delete
configure "$work/build" -DDYNOX_BUILD_SHARED=OFF -DDYNOX_INSTALL=ON
quiet "$work/build.log" cmake --build "$work/build"
for program in c_main c_static aws_main; do
    "$work/build/$program"
    needs "$work/build/$program" ""
done
built "$work/build" 'libdynox*.so*' && fail "a shared library was built"
cmake --install "$work/build" --prefix "$prefix" >"$work/install.log"
built "$prefix" 'libdynox*.so*' && fail "a shared library was installed"

step "what that installs: find_package and pkg-config give the static library under every name"
quiet "$work/configure.log" cmake -S "$consumer" -B "$work/cmake" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER="$cc" -DCONSUMER_SHARED=OFF
quiet "$work/build.log" cmake --build "$work/cmake"
for program in c_main c_static aws_main aws_static; do
    "$work/cmake/$program"
    needs "$work/cmake/$program" ""
done
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name dynox.pc)")
export PKG_CONFIG_PATH
read -ra flags <<<"$(pkg-config --cflags --libs dynox)"
"$cc" -std=c11 "$consumer/consumer.c" "${flags[@]}" -o "$work/pc"
"$work/pc"
needs "$work/pc" ""
echo "subdirectory: all good"
