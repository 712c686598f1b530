# What the scripts of this folder share; sourced.

# expect CODE COMMAND...: runs it; its output is in $out and $err.
expect() {
    local code=$1 got=0
    shift
    "$@" >"$work/out" 2>"$work/err" || got=$?
    out=$(cat "$work/out") err=$(cat "$work/err")
    [ "$got" = "$code" ] || fail "$* exits with $got instead of $code"
}

# shows/says TEXT: on stdout, on stderr; hides TEXT: nowhere.
shows() { grep -qF -- "$1" "$work/out" || fail "stdout lacks: $1"; }
says() { grep -qF -- "$1" "$work/err" || fail "stderr lacks: $1"; }
hides() { ! grep -qF -- "$1" "$work/out" "$work/err" || fail "it shows what it must not: $1"; }

fail() {
    printf 'FAIL: %s\n-- stdout --\n%s\n-- stderr --\n%s\n' "$1" "${out:-}" "${err:-}"
    exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
