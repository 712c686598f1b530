#!/usr/bin/env bash
# meson.sh BUILD_FOLDER WORK_FOLDER CC SOVERSION: meson finds the installation by pkg-config, shared and static.
. "$(dirname "$0")/common.sh"
build=$1 work=$2 so=$4
export CC=$3
command -v meson >/dev/null || skip "meson is not installed (Debian: apt-get install meson)"

rm -rf "$work"
mkdir -p "$work"
cmake --install "$build" --prefix "$work/installed" >"$work/install.log"
library=$(dirname "$(dirname "$(find "$work/installed" -name dynox.pc)")")
export PKG_CONFIG_PATH=$library/pkgconfig LD_LIBRARY_PATH=$library
quiet "$work/setup.log" meson setup "$work/build" "$consumer"
quiet "$work/build.log" ninja -C "$work/build"
for program in c_shared c_static aws_shared aws_static; do "$work/build/$program"; done
needs "$work/build/c_shared" "libdynox.so.$so"
needs "$work/build/aws_shared" "libdynox-aws.so.$so"
needs "$work/build/c_static" ""
needs "$work/build/aws_static" ""
echo "meson: all good"
