#!/bin/sh
# Compiles the codec, without what needs other libraries, for 64-bit ARM, and runs its own tests under qemu: the paths of
# that processor against the plain ones and the definitions. run.sh REPOSITORY
set -eu

skip() {
    [ "${DYNOX_REQUIRE_PEERS:-}" = 1 ] && { echo "FAIL: $1 is not installed"; exit 1; }
    echo "SKIP: $1 is not installed"
    exit 77
}

cc=aarch64-linux-gnu-gcc
command -v $cc >/dev/null || skip $cc
command -v qemu-aarch64 >/dev/null || skip qemu-aarch64
[ -f /usr/aarch64-linux-gnu/lib/libc.a ] || skip "a C library for 64-bit ARM (libc6-dev-arm64-cross)"

root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c11 -O2 -D_DEFAULT_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
    -I$root/test/value/arm64 -I$root/include -I$root/src -I$root/test"

mkdir "$work/objects"
for source in "$root"/src/base/*.c "$root"/src/value/text/*.c "$root"/src/value/item/*.c "$root"/src/value/json/*.c; do
    grep -q 'json-c/\|json_c\.h' "$source" && continue
    # shellcheck disable=SC2086
    $cc $flags -c "$source" -o "$work/objects/$(basename "$source" .c).o"
done
aarch64-linux-gnu-ar rcs "$work/unit.a" "$work"/objects/*.o

for test in text/test_scan text/test_base64 json/test_crc32 json/test_decode json/test_decode_answer json/test_encode; do
    echo "== $test"
    # shellcheck disable=SC2086
    $cc $flags -DDYNOX_SHARED_DEFAULT='"."' -static "$root/test/value/$test.c" "$work/unit.a" -lm -o "$work/program"
    qemu-aarch64 -cpu max "$work/program"
done
