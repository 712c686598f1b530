#!/bin/sh
# Compiles one program with a user's flags and holds what the compiler says against what the program's first comment
# expects:  "gcc: error: words", "clang: warning: words", "both: compiles" (no warning counts), "both: silent" (every
# warning there is counts). Words are a part of the line; quotes may be typographic.
#   check.sh gcc|clang compiler program.c include-directory
kind=$1 compiler=$2 program=$3 include=$4
expected=$(sed -n -e '/^#/q' -e "s/^ \* \(both\|$kind\): //p" "$program" | sed 's, \*/$,,')
[ -n "$expected" ] || { echo "$program does not say what $kind does"; exit 1; }

flags="-std=c11 -O2 -Wall -Wextra"
if [ "$expected" = silent ]; then
    case $kind in
    gcc) flags="$flags -Wpedantic -Wshadow -Wimplicit-fallthrough=5 -Wswitch-enum -Wswitch-default -Wconversion
         -Wduplicated-branches -Wduplicated-cond -Wlogical-op -Wstrict-prototypes -Wmissing-prototypes -Wvla" ;;
    clang) flags="$flags -Weverything -Wno-padded -Wno-declaration-after-statement -Wno-unreachable-code" ;;
    esac
fi
# shellcheck disable=SC2086
said=$(LC_ALL=C $compiler $flags -I"$include" -c "$program" -o /dev/null 2>&1) && compiles=yes || compiles=no
plain=$(printf '%s\n' "$said" | sed "s/[‘’]/'/g")

fail()
{
    echo "expected of $kind: $expected"
    printf '%s\n' "$said"
    exit 1
}
case $expected in
compiles) [ $compiles = yes ] || fail ;;
silent) [ -z "$said" ] || fail ;;
error:*)
    [ $compiles = no ] || fail
    printf '%s\n' "$plain" | grep 'error:' | grep -qF -- "${expected#error: }" || fail ;;
warning:*)
    [ $compiles = yes ] || fail
    printf '%s\n' "$plain" | grep 'warning:' | grep -qF -- "${expected#warning: }" || fail ;;
*) echo "cannot understand: $expected"; exit 1 ;;
esac
