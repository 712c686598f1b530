#!/bin/sh
# Runs a program and holds how it ends against what its first comment expects:
#   run: aborts with "words"    run: exits with "words"
#   run.sh executable program.c
expected=$(sed -n 's/^ \* run: \(.*\) \*\/$/\1/p' "$2")
words=$(printf '%s\n' "$expected" | sed 's/^[a-z]* with "\(.*\)"$/\1/')
said=$("$1" 2>&1)
status=$?
case $expected in
aborts*) [ $status -eq 134 ] ;;
exits*) [ $status -eq 1 ] ;;
*) false ;;
esac && printf '%s\n' "$said" | grep -qF -- "$words" && exit 0
echo "expected: $expected"
echo "it ended with $status and said: $said"
exit 1
