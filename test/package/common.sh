# What the scripts of this folder share; to be sourced.
set -euo pipefail
consumer=$(cd "$(dirname "${BASH_SOURCE[0]}")/consumer" && pwd)

step() { echo "== $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

# skip WHY: 77, by which ctest knows a skipped test; a failure where everything is demanded.
skip() {
    [ "${DYNOX_REQUIRE_PEERS:-}" = 1 ] && fail "$1"
    echo "SKIP: $1"
    exit 77
}

# quiet LOG COMMAND...: the words of a command only if it fails.
quiet() {
    "${@:2}" >"$1" 2>&1 || { cat "$1"; fail "${*:2}"; }
}

# Our libraries that a program needs at run time, a line each.
ours() { readelf -d "$1" | sed -n 's/.*NEEDED.*\[\(libdynox[^]]*\)\]/\1/p' | sort -u; }
needs() { [ "$(ours "$1")" = "$2" ] || fail "$1 needs \"$(ours "$1")\", not \"$2\""; }
