#!/bin/sh
# Stands in for the checks of a compiler that is not here: skipped by name, a failure where everything is required.
[ "$DYNOX_REQUIRE_PEERS" = 1 ] && { echo "FAIL: $1 is not installed"; exit 1; }
echo "SKIP: $1 is not installed"
exit 77
