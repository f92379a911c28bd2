# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# json.sh: what the command says with --json is kept, and held against
# man/tlspolicy.schema.json when the test ends. Knows the verbs' names;
# nothing of what they say. Feeds: the tests of both folders, the_end.

KEPT=/run/json-kept.$$

# kept COMMAND ARG...: run it, with its status and output.
kept() {
	local verb=${2:-} now status=0
	case " $* " in *' --json '*) ;; *) "$@"; return ;; esac
	case $verb in ca | pins) verb+=-$3 ;; esac
	mkdir -p "$KEPT"
	now=$(mktemp)
	"$@" >"$now" || status=$?
	cat "$now" >>"$KEPT/$verb"
	cat "$now"
	rm "$now"
	return "$status"
}

json_holds() { # VERB FILE
	python3 "$TOP/tests/check-json" "$TOP/man/tlspolicy.schema.json" "$@"
}

# A line for each verb that was asked; one that said nothing says nothing.
json_end() {
	local file
	[ -d "$KEPT" ] || return 0
	if ! python3 -c 'import jsonschema' 2>/dev/null; then
		skip 'JSON is as the schema says (no python3-jsonschema)'
		return 0
	fi
	for file in "$KEPT"/*; do
		[ ! -s "$file" ] || claim "${file##*/}: each of $(wc -l \
			<"$file") lines of JSON is as the schema says" \
			json_holds "${file##*/}" "$file"
	done
}
