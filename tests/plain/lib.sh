# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# lib.sh: sourced by every t-*.sh here: tests that need neither root nor a
# Postfix. Knows make and sentences; nothing of Postfix.

set -Eeuo pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd "$TOP"
# shellcheck disable=SC2034
MAIL_LOG=/nonexistent
# shellcheck source=tests/host/lib/assert.sh
. tests/host/lib/assert.sh
trap 'echo "broken off at ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND" >&2' ERR

W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT
# shellcheck disable=SC2034
B=${BUILD:-build}

# passes SENTENCE COMMAND...: it exits 0; what it printed is shown otherwise.
passes() {
	local sentence=$1
	shift
	if "$@" >"$W/out" 2>&1; then ok "$sentence"; else
		fail "$sentence" "status $?: $*"
		tail -n 40 "$W/out" | sed 's/^/    | /'
	fi
}

fails() {
	local sentence=$1
	shift
	if "$@" >"$W/out" 2>&1; then
		fail "$sentence" "succeeded: $*"
	else
		ok "$sentence"
	fi
}

has() { # PROGRAM: or the sentence that it is missing
	command -v "$1" >/dev/null
}

build() { # TARGET... [VAR=VALUE...]
	make -s "$@" >"$W/make" 2>&1 || {
		fail "make $*" "$(tail -n 20 "$W/make")"
		the_end
	}
}
