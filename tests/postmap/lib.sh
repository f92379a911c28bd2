# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# lib.sh: sourced by every t-*.sh here. Runs inside a world of its own, where
# Postfix's folders are private copies; the module is installed for real.
# Knows postmap(1) and postconf(1); nothing of mail, DNS or certificates.

set -Eeuo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
TOP=$(cd "$HERE/../.." && pwd -P)
# shellcheck disable=SC2034
MAIL_LOG=/var/log/mail.log
# shellcheck source=tests/host/lib/version.sh
. "$TOP/tests/host/lib/version.sh"
# shellcheck source=tests/host/lib/assert.sh
. "$TOP/tests/host/lib/assert.sh"

if [ "$(hostname)" != mail.supplier.example ]; then
	echo "lib.sh: run me as: tests/host/world $0" >&2
	exit 77
fi
trap 'echo "broken off at ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND" >&2' ERR

T=/etc/postfix/partners

module_in() {
	make -s -C "$TOP" install >/dev/null
}

# table_in FILE <TEXT: write a table, old enough not to be waited for.
table_in() {
	cat >"$1"
	chmod 644 "$1"
	touch -d '1 minute ago' "$1"
}

table() {
	table_in "$T"
}

# setting NAME [VALUE]: set or unset. Programs wait for a young main.cf.
setting() {
	if [ $# = 1 ]; then postconf -X "$1"; else postconf -e "$1 = $2"; fi
	touch -d '1 minute ago' /etc/postfix/main.cf
}

# ask KEY [TABLE]: ANSWER, "(none)", or "(error) MESSAGE" of the lookup.
ask() {
	local out rc=0
	out=$(postmap -q "$1" "${2:-tlspolicy:$T}" 2>/tmp/stderr) || rc=$?
	if [ "$rc" = 0 ]; then
		echo "$out"
	elif grep -q 'fatal' /tmp/stderr; then
		echo "(error) $(grep -v ' tlspolicy: ' /tmp/stderr |
		    head -1)"
	else
		echo '(none)'
	fi
}

# answers SENTENCE KEY WANTED [TABLE]: WANTED is a shell pattern.
answers() {
	local have
	have=$(ask "$2" "${4:-tlspolicy:$T}")
	# shellcheck disable=SC2053
	if [[ $have == $3 ]]; then ok "$1"; else
		fail "$1" "$2: wanted $3, got $have"; fi
}

# says SENTENCE PATTERN COMMAND...: its output and errors hold the pattern.
says() {
	local sentence=$1 pattern=$2 out
	shift 2
	out=$("$@" 2>&1) || :
	if grep -Eq -- "$pattern" <<<"$out"; then ok "$sentence"; else
		fail "$sentence" "no /$pattern/ in: $out"; fi
}

# freeze [TABLE]: make its index, without a word.
freeze() {
	postmap "tlspolicy:${1:-$T}" >/tmp/said 2>&1 && [ ! -s /tmp/said ]
}

# damaged FILE: all of an index but its head, every byte another one.
damaged() {
	head -c 192 "$1"
	tail -c +193 "$1" | LC_ALL=C tr '\000-\377' '\001-\377\000'
}

# frozen KEY WANTED [TABLE]: it answers by its index: without a warning as it
# is, with the right one if that is damaged.
frozen() {
	local table=${3:-$T} have again
	have=$(postmap -q "$1" "tlspolicy:$table" 2>/tmp/said)
	[ "$have" = "$2" ] && [ ! -s /tmp/said ] || return 1
	cp -p "$table.tlsp" /tmp/kept
	damaged /tmp/kept >"$table.tlsp"
	again=$(postmap -q "$1" "tlspolicy:$table" 2>/tmp/said)
	cat /tmp/kept >"$table.tlsp"
	[ "$again" = "$2" ] && [ "$(wc -l </tmp/said)" = 1 ] &&
		grep -q 'index is damaged.* -- the rules are read instead$' /tmp/said
}

# thawed KEY WANTED REASON [TABLE]: it answers by its rules, and one warning
# says why not by its index.
thawed() {
	local have
	have=$(postmap -q "$1" "tlspolicy:${4:-$T}" 2>/tmp/said)
	[ "$have" = "$2" ] && [ "$(wc -l </tmp/said)" = 1 ] && grep -Eq \
		"its index \.tlsp is not used, the rules are read instead: $3" \
		/tmp/said
}

# shows SENTENCE COMMAND...: as claim, with what Postfix said if it is false.
shows() {
	local sentence=$1
	shift
	: >/tmp/said
	if "$@"; then ok "$sentence"; else
		fail "$sentence" "false: $*; said: $(head -n 3 /tmp/said)"; fi
}
