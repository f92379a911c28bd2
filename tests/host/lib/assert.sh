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

# is_since 3.6: Postfix is that one or a newer one.
is_since() {
	[ "$(printf '%s\n' "$1" "$(postconf -dhx mail_version)" | sort -V |
		head -n 1)" = "$1" ]
}

# What the log calls a server that has another key than the rule: before 3.6
# it depends on who vouches for it.
STRANGE=Untrusted
is_since 3.6 2>/dev/null || STRANGE='Untrusted|Trusted'

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
