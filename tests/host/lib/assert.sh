# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# assert.sh: sentences that are true or not. Prints `ok - SENTENCE`,
# `FAIL - SENTENCE` with the log since the last mark, `SKIP - SENTENCE`.
# A test ends with `the_end`, or it counts as broken. Feeds: run.
# shellcheck source=tests/host/lib/json.sh
. "$TOP/tests/host/lib/json.sh"

FAILED=0
MARK=1

mark() { # what is logged from here on belongs to the next sentence
	MARK=$(($(wc -l <"$MAIL_LOG") + 1))
}

since_mark() {
	tail -n "+$MARK" "$MAIL_LOG"
}

ok() {
	printf 'ok - %s\n' "$1"
}

fail() { # SENTENCE [DETAIL]
	FAILED=$((FAILED + 1))
	printf 'FAIL - %s\n' "$1"
	[ -z "${2:-}" ] || printf '    %s\n' "$2"
	[ ! -e "$MAIL_LOG" ] || since_mark | tail -n 40 | sed 's/^/    | /'
}

skip() {
	printf 'SKIP - %s\n' "$1"
}

# claim SENTENCE COMMAND...: the command's status is the truth.
claim() {
	local sentence=$1
	shift
	if "$@"; then ok "$sentence"; else fail "$sentence" "false: $*"; fi
}

# expect SENTENCE WORD STATUS [REASON]: extended regular expressions,
# compared with the verdict that was read last.
expect() {
	if [[ $WORD =~ ^($2)$ && $STATUS =~ ^($3)$ && $REASON =~ ${4:-} ]]; then
		ok "$1"
	else
		fail "$1" "expected $2/$3${4:+ ($4)}, got $WORD/$STATUS $REASON"
	fi
}

logged() { # PATTERN: in the log since the mark
	since_mark | grep -E -- "$1" >/dev/null
}

not() {
	if "$@"; then return 1; fi
}

like() { # TEXT PATTERN: the whole text
	[[ $1 =~ ^($2)$ ]]
}

the_end() {
	json_end
	echo 'end of test'
	exit $((FAILED > 0))
}
