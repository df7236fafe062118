# shellcheck shell=bash
# How the parts of Tests/Faults are run, for the scripts of this folder that source it after lib.sh.
#
# They say which parts run, and how, in `fault_options`, and stand in the source folder.

# The libraries are those of Debian's own Python, whichever comes first in PATH.
python=/usr/bin/python3
export PYTHONDONTWRITEBYTECODE=1

# Two lanes run side by side, one for each core, each with its parts in this order. The ports of two parts never meet:
# one lane leaves them alone, but for `clocks`, which takes lower ones than what runs beside it.
busy_parts=(fuzz simulate clocks sanitizers)
node_parts=(crashes disks inputs evidence instances keys kills servers peers)

# Part by part the options it runs with; what has no entry does not run.
declare -A fault_options=()

# Runs one part in a folder; keeps what it prints, its result and its status, each in a file of its own.
# shellcheck disable=SC2154  # `program` is from lib.sh
run_fault() {
    local folder=$1 part=$2 begun=$SECONDS status=0 options
    read -r -a options <<<"${fault_options[$part]}"
    mkdir -p "$folder/$part"
    TMPDIR="$folder/$part" "Tests/Faults/$part/run" --program "$program" --data "$folder/$part" \
        --result "$folder/results/$part.json" "${options[@]}" >"$folder/$part.log" 2>&1 </dev/null || status=$?
    [ "$status" -ne 0 ] || [ -s "$folder/results/$part.json" ] || status=1
    if [ -s "$folder/results/$part.json" ]; then
        "$python" - "$folder/results/$part.json" "$((SECONDS - begun))" <<'PYTHON' || status=1
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    result = json.load(file)
result["seconds"] = int(sys.argv[2])
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(result, file, ensure_ascii=False)
PYTHON
    fi
    echo "$status" >"$folder/$part.status"
    if [ "$status" -eq 0 ]; then
        printf '== %s: passed 通过, %s\n' "$part" "$(duration $((SECONDS - begun)))"
        rm -rf "${folder:?}/$part"
    else
        printf '== %s: FAILED 失败 (%s), %s\n' "$part" "$status" "$(duration $((SECONDS - begun)))"
        tail -n 30 "$folder/$part.log"
    fi
}

# The parts of a lane that have options, one after the other.
run_fault_lane() {
    local folder=$1 part
    shift
    set +m
    trap - EXIT HUP INT TERM
    for part in "$@"; do
        [ -z "${fault_options[$part]+given}" ] || run_fault "$folder" "$part"
    done
}

# Both lanes, with everything in a folder that exists; ends when both have ended.
run_faults() {
    set +m
    trap - EXIT HUP INT TERM
    mkdir -p "$1/results"
    run_fault_lane "$1" "${busy_parts[@]}" &
    run_fault_lane "$1" "${node_parts[@]}" &
    wait
}

# The parts that had to run in a folder and did not pass, each on a line.
failed_faults() {
    local part
    for part in "${!fault_options[@]}"; do
        [ "$(cat "$1/$part.status" 2>/dev/null)" = 0 ] || echo "$part"
    done
}
