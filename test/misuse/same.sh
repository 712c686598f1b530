#!/bin/sh
# Builds one program for each standard of C that the compiler knows, without a warning, and runs it: it returns 0.
#   same.sh compiler program.c include-directory
compiler=$1 program=$2 include=$3
room=$(mktemp -d) || exit 1
trap 'rm -rf "$room"' EXIT
tried=0
for standard in c11 gnu11 c17 gnu17 c2x gnu2x c23; do
    : >"$room/empty.c"
    $compiler -std=$standard -c "$room/empty.c" -o "$room/empty.o" 2>/dev/null || continue
    for level in -O0 -O2; do
        $compiler -std=$standard $level -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -I"$include" "$program" \
            -o "$room/program" && "$room/program" || { echo "with $compiler -std=$standard $level"; exit 1; }
        tried=$((tried + 1))
    done
done
echo "the same in $tried ways"
[ $tried -ge 4 ]
