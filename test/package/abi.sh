#!/usr/bin/env bash
# The binary interface of the shared library (docs/abi.md).
#   abi.sh check BUILD_FOLDER WORK_FOLDER CC VERSION    what it shows to the linker, and that abidiff can tell a change
#   abi.sh release BUILD_FOLDER WORK_FOLDER CC VERSION  it is what the last release's was, as far as that is promised
#   abi.sh write BUILD_FOLDER                           for a release: writes what the next ones are compared with
# The descriptions of releases are abi/dynox-VERSION.abixml beside this file.
. "$(dirname "$0")/common.sh"
command=$1 build=$2
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
public=(--headers-dir "$source/include" --drop-private-types)

# minor 0.1.3 gives 0.1; soname_part is what the soname has of a version.
minor() { cut -d. -f1-2 <<<"$1"; }
soname_part() { case $1 in 0.*) minor "$1" ;; *) cut -d. -f1 <<<"$1" ;; esac; }

# kept OLD OLD_VERSION NEW NEW_VERSION [OPTION...]: does the difference keep the promise? abidiff's words: $work/report.
kept() {
    local old=$2 new=$4 code=0 allowing=()
    [ "$(minor "$old")" = "$(minor "$new")" ] || allowing=(--no-added-syms --suppressions "$here/abi.abignore")
    abidiff --no-show-locs "${allowing[@]}" "${@:5}" "$1" "$3" >"$work/report" 2>&1 || code=$?
    (((code & 3) == 0)) || { cat "$work/report"; fail "abidiff did not work"; }
    # another soname: old programs keep the old library
    [ "$code" = 0 ] || [ "$(soname_part "$old")" != "$(soname_part "$new")" ]
}

check_symbols() {
    local name=$1 soname=$1.so.$(soname_part "$version") node
    node=$(tr 'a-z-' 'A-Z_' <<<"${name#lib}")_$(soname_part "$version")
    step "$soname shows dynox_ and nothing else, each under $node"
    readelf -d "$build/$name.so" | grep -q "SONAME.*\[$soname\]" || fail "the soname is not $soname"
    nm -D --defined-only "$build/$name.so" | awk '$2 != "A" { print $3 }' >"$work/symbols"
    [ "$(wc -l <"$work/symbols")" -gt 50 ] || fail "only $(wc -l <"$work/symbols") symbols"
    ! grep -vE "^dynox_[a-z][a-z0-9_]*@@${node//./[.]}$" "$work/symbols" || fail "the symbols above"
}

# A library of a few lines in several versions: what is said of them must be what is written here.
check_abidiff() {
    local kind old new want is
    step "abidiff: the library is what it was, and changes of a small one are told"
    kept "$build/libdynox.so" "$version" "$build/libdynox.so" "$version" || fail "the library differs from itself"
    for kind in first added removed grown args_grown args_inserted renumbered; do
        "$cc" -std=c11 -g -O1 -shared -fPIC -D"SAMPLE_${kind^^}" "$here/abi_sample.c" -o "$work/$kind.so"
    done
    while read -r kind old new want; do
        is=broken
        kept "$work/first.so" "$old" "$work/$kind.so" "$new" && is=kept
        [ "$is" = "$want" ] || { cat "$work/report"; fail "$kind from $old to $new: $is"; }
    done <<'END'
first         0.1.0 0.1.1 kept
added         0.1.0 0.1.1 broken
added         0.1.0 0.2.0 kept
added         1.0.0 1.1.0 kept
added         1.1.0 1.1.1 broken
removed       0.1.0 0.1.1 broken
removed       0.1.0 0.2.0 kept
removed       1.0.0 1.1.0 broken
removed       1.9.0 2.0.0 kept
grown         0.1.0 0.1.1 broken
grown         1.0.0 1.1.0 broken
args_grown    0.1.0 0.1.1 broken
args_grown    1.0.0 1.1.0 kept
args_inserted 1.0.0 1.1.0 broken
renumbered    0.1.0 0.1.1 broken
renumbered    1.0.0 1.1.0 broken
END
}

# The last release's description against what is built.
check_release() {
    local file last
    file=$({ find "$here/abi" -name 'dynox-*.abixml' 2>/dev/null || true; } | sort -V | tail -n 1)
    if [ -z "$file" ]; then
        echo "SKIP: there is no release yet that the ABI could be compared with"
        exit 77
    fi
    last=$(basename "$file" .abixml)
    last=${last#dynox-}
    step "$version against $last"
    kept "$file" "$last" "$build/libdynox.so" "$version" --headers-dir2 "$source/include" --drop-private-types ||
        { cat "$work/report"; fail "docs/abi.md does not allow this from $last to $version"; }
    cat "$work/report"
}

case $command in
check | release)
    work=$3 cc=$4 version=$5
    rm -rf "$work"
    mkdir -p "$work"
    command -v abidiff >/dev/null || skip "abidiff is not installed (Debian: apt-get install abigail-tools)"
    if [ "$command" = check ]; then
        check_symbols libdynox
        check_symbols libdynox-aws
        check_abidiff
    else
        check_release
    fi
    ;;
write)
    version=$(sed -n 's/^project(dynox VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")
    mkdir -p "$here/abi"
    abidw "${public[@]}" --no-corpus-path --no-comp-dir-path --no-show-locs --out-file "$here/abi/dynox-$version.abixml" "$build/libdynox.so"
    echo "$here/abi/dynox-$version.abixml"
    exit
    ;;
*) fail "no such command: $command" ;;
esac
echo "$command: all good"
