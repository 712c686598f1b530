#!/usr/bin/env bash
# consume.sh BUILD_FOLDER WORK_FOLDER CC CXX SOVERSION: what an installation gives to the programs of others.
. "$(dirname "$0")/common.sh"
build=$1 work=$2 cc=$3 cxx=$4 so=$5
prefix="$work/a prefix with spaces"

rm -rf "$work"
mkdir -p "$work"
step "install, then move: nothing may depend on the first place"
cmake --install "$build" --prefix "$work/first" >"$work/install.log"
if command -v gdb >/dev/null && ! gdb -nx -batch -ex "python 1" 2>&1 | grep -q .; then
    step "gdb finds its file beside the library"
    data=$work/first/share/gdb/auto-load
    gdb -nx -batch -iex "add-auto-load-safe-path $data" -iex "add-auto-load-scripts-directory $data" \
        -ex "info pretty-printer" "$(find "$work/first" -type f -name 'libdynox.so.*[0-9]')" </dev/null >"$work/gdb.log" 2>&1
    grep -q dynox_future "$work/gdb.log" || { cat "$work/gdb.log"; fail "it does not"; }
fi
mv "$work/first" "$prefix"
library=$(dirname "$(find "$prefix" -name dynox.pc)")/..

step "no path of the build is in what is installed for other builds"
! grep -rnE "$build|$work/first" "$prefix" --include='*.pc' --include='*.cmake' || fail "paths, see above"
! grep -nE ' -L/|=/' "$library"/pkgconfig/*.pc || fail "absolute paths, see above"

step "CMake: C and C++17, shared and static"
quiet "$work/configure.log" cmake -S "$consumer" -B "$work/cmake" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx"
quiet "$work/build.log" cmake --build "$work/cmake"
for program in c_main c_static cpp_main cpp_static aws_main aws_static; do
    "$work/cmake/$program"
done

export PKG_CONFIG_PATH=$library/pkgconfig
# flags_of OPTION... PACKAGE: into $flags, blanks in paths and all.
flags_of() { eval "flags=($(pkg-config --cflags --libs "$@"))"; }
compile() { "$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror "$consumer/$1" "${flags[@]}" "${@:3}" -o "$work/$2"; }
step "pkg-config: shared, and with --static the static libraries"
for package in dynox:consumer.c dynox-aws:aws.c; do
    flags_of "${package%:*}"
    compile "${package#*:}" "pc_${package%:*}" "-Wl,-rpath,$library"
    flags_of --static "${package%:*}"
    compile "${package#*:}" "pc_static_${package%:*}"
    "$work/pc_${package%:*}"
    "$work/pc_static_${package%:*}"
done

step "the shared programs need their library and no other of ours, the static ones need none"
for program in cmake/c_main cmake/cpp_main pc_dynox; do needs "$work/$program" "libdynox.so.$so"; done
for program in cmake/aws_main pc_dynox-aws; do needs "$work/$program" "libdynox-aws.so.$so"; done
for program in cmake/c_static cmake/cpp_static cmake/aws_static pc_static_dynox pc_static_dynox-aws; do
    needs "$work/$program" ""
done

step "the command runs from where it was moved to"
"$prefix/bin/dynox" --version
"$prefix/bin/dynox" --help >/dev/null
echo "package: all good"
