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
