# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# says.sh: what probe printed, read. Whoever sources it leaves the text in
# $OUT, complaints in /run/probe.err, the exit code in STATUS. Feeds: t-probe*.

OUT=/run/probe.out

says() { # STATUS PATTERN...: each matches a line
	local pattern why=''
	[ "$STATUS" = "$1" ] || why="status $STATUS"
	shift
	for pattern; do
		grep -qE -- "$pattern" "$OUT" || why="no line: $pattern"
	done
	[ -n "$why" ] || return 0
	echo "    $why"
	grep -v '^record' "$OUT" | cat - /run/probe.err | sed 's/^/    /'
	return 1
}
