# shellcheck shell=bash
# What the scripts of this folder share; sourced by them. They need bash and work from any folder.
#
#   JIEXU_BUILD   where the build is kept, outside the sources; default: ~/.cache/jiexu/build
#   JIEXU_DATA    where the demonstration keeps its data;       default: ~/.cache/jiexu/demo

deploy_folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
source_folder="$(dirname "$deploy_folder")"
build_folder="${JIEXU_BUILD:-${HOME:?set HOME or JIEXU_BUILD}/.cache/jiexu/build}"
case "$build_folder" in
/*) ;;
*) build_folder="$PWD/$build_folder" ;;
esac

# Says something in both languages.
say() { printf '%s %s\n' "$1" "$2"; }

# Says why the script ends, and ends it.
fail() {
    say "错误：$1" "Error: $2" >&2
    exit 1
}

# A number of seconds, for people: "7 min 05 s".
duration() { printf '%d min %02d s' "$(($1 / 60))" "$(($1 % 60))"; }

# The process group that works for us now; empty for none.
working=""

# Starts a command in a process group of its own, so that it can be ended together with what it started.
start() {
    set -m
    "$@" </dev/null &
    working=$!
    set +m
}

# Waits for what was started, and returns its exit status.
await() {
    local status=0
    wait "$working" || status=$?
    working=""
    return "$status"
}

# Ends what was started: by the signal of Ctrl-C, on which compilers and nodes clean up behind them, then harder.
end_working() {
    trap '' HUP INT TERM
    [ -n "$working" ] || return 0
    local signal
    for signal in INT TERM KILL; do
        kill "-$signal" -- "-$working" 2>/dev/null || break
        for _ in {1..150}; do
            kill -0 -- "-$working" 2>/dev/null || break 2
            sleep 0.1
        done
    done
    working=""
}

# When the script is told to end, what it started ends first.
end_with_script() {
    trap 'end_working; exit 129' HUP
    trap 'end_working; exit 130' INT
    trap 'end_working; exit 143' TERM
}

# `swift` with the flags that all scripts share, so that nothing is compiled twice.
swift_release() {
    local action=$1
    shift
    (cd "$source_folder" && swift "$action" --configuration release --scratch-path "$build_folder" "$@")
}

# Builds, and shows every ten seconds that it is alive. What the compiler says is kept in a file.
#
# Arguments: options of `swift build` that say what is built.
build() {
    command -v swift >/dev/null || fail "PATH 中没有 Swift 6.3 工具链。" "There is no Swift 6.3 toolchain in PATH."
    mkdir -p "$build_folder"
    local log="$build_folder/last-build.log" begun=$SECONDS status=0
    say "正在编译，第一次需要较长时间 …" "Building; the first time takes a while: $build_folder"
    start swift_release build "$@" >"$log" 2>&1
    local shown=$SECONDS
    while [ -n "$(jobs -rp)" ]; do
        sleep 0.5
        if [ $((SECONDS - shown)) -ge 10 ]; then
            shown=$SECONDS
            printf '  %s  %s\n' "$(duration $((SECONDS - begun)))" "$(last_step "$log")"
        fi
    done
    await || status=$?
    if [ "$status" -ne 0 ]; then
        grep -E '^([^ |].*: )?(error|warning): ' "$log" | sort -u | head -n 40 >&2 || tail -n 20 "$log" >&2
        fail "编译失败，完整记录见 $log" "The build failed; all of it is in $log"
    fi
    say "编译完成，用时 $(duration $((SECONDS - begun)))。" "Built."
}

# The last line that the compiler has written, cut to the width of a terminal: "[312/845] Compiling NIOCore ...".
last_step() { tail -n 1 "$1" | tr '\r' '\n' | tail -n 1 | cut -c 1-72; }

# The program that was built, for the scripts that source this.
# shellcheck disable=SC2034
program="$build_folder/release/jiexu"
