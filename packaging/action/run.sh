#!/usr/bin/env bash
# Checks links as the inputs of the action say (INPUT_…), and tells of it: in the summary of the job, beside the lines of
# a pull request, in files for other steps. What the inputs hold is data, never a part of a command's text.
#
# Exits with 0 whether links are broken or not, that the steps behind it can keep the database and publish; the last one
# fails with the status that stands in the output `status`. Other failures (2: configuration; 3: could not do the work;
# 75: another run has the database) are told, too, and end it at once where nothing can be reported.
#
# For bash 4.3 and later: on runners with Linux, which install.sh makes sure of.
set -euo pipefail

# Sets the array $1 to the lines of $2 without blanks around them; empty ones are none.
lines() {
  local -n into=$1
  local line
  into=()
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    [ -z "$line" ] || into+=("$line")
  done <<< "$2"
}

# Sets an output for other steps: a line.
output() {
  printf '%s=%s\n' "$1" "${2//[$'\r\n']/ }" >> "$GITHUB_OUTPUT"
}

fail() {
  echo "::error title=dlt-crawl::$2"
  output status "$1"
  exit "$1"
}

# Runs a command whose words come from documents: no line of them is a command to the runner, which takes `::command::`
# at the beginning of a line and `##[command]` anywhere in it, until it is told to stop, and up to a word that nobody
# can guess. Both streams are one, as the runner does not read two of them in the order in which they were written.
quoted() {
  local word status=0
  word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$word"
  "$@" 2>&1 || status=$?
  printf '\n::%s::\n' "$word"
  return "$status"
}

paths=() arguments=() listed=()
lines paths "${INPUT_PATHS-}"
lines arguments "${INPUT_ARGUMENTS-}"
lines listed "${INPUT_LIST-}"

program=(dlt-crawl)
[ -z "${INPUT_CONFIG-}" ] || program+=("--config=$INPUT_CONFIG")

narrowed=()
[ -z "${INPUT_SINCE-}" ] || narrowed+=("--since=$INPUT_SINCE")
[ -z "${INPUT_BASELINE-}" ] || narrowed+=("--baseline=$INPUT_BASELINE")

lists=()
for what in "${listed[@]}"; do lists+=("--list=$what"); done

status=0
quoted "${program[@]}" run "${narrowed[@]}" --exit-code "${arguments[@]}" -- "${paths[@]}" || status=$?
case $status in
  0 | 1) ;;
  2) fail 2 "the configuration or the inputs are wrong: see the log" ;;
  3) echo "::warning title=dlt-crawl::not all of the work could be done: see the log" ;;
  75) fail 75 "another run works on this database" ;;
  *) fail "$status" "ended with status $status" ;;
esac

reports=$RUNNER_TEMP/dlt-crawl-reports
mkdir -p "$reports"

# Whatever cannot be reported is a failure, but not of what was found out before.
report() {
  quoted "${program[@]}" report "${narrowed[@]}" "${lists[@]}" "$@" && return
  [ "$status" = 3 ] || status=3
}

report --format json --output "$reports/report.json"
report --format markdown --output "$reports/report.md"
if [ "${INPUT_SUMMARY-true}" = true ] && [ -f "$reports/report.md" ]; then
  # At most 65,000 bytes, of the 1 MiB that a step may write.
  cat "$reports/report.md" >> "$GITHUB_STEP_SUMMARY"
fi
if [ "${INPUT_ANNOTATIONS-true}" = true ]; then
  report --format github --output "$reports/commands"
  # These are commands, each line of them one of ours.
  [ ! -f "$reports/commands" ] || cat "$reports/commands"
fi
if [ -n "${INPUT_SARIF-}" ]; then
  mkdir -p "$(dirname -- "$INPUT_SARIF")"
  report --format sarif "--output=$INPUT_SARIF"
  output sarif "$INPUT_SARIF"
fi

output status "$status"
output report "$reports/report.md"
output json "$reports/report.json"
if [ -f "$reports/report.json" ]; then
  output broken "$(python3 - "$reports/report.json" << 'EOS'
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    links = json.load(file)["links"]
print(sum(link["state"] in ("dead", "invalid") and not link.get("ignored") for link in links))
EOS
  )"
fi
