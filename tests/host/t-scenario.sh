#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-scenario: the correspondence that the demo shows, as assertions.
# Knows scenario.sh only.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/host/scenario.sh
. "$HOST/scenario.sh"

holds() {
	local sentence="$1 (rule $3): $4, $5"
	verdict "${SENT[$1]}"
	if scenario_holds "$@"; then
		ok "$sentence"
	else
		fail "$sentence" "got $WORD/$STATUS $REASON"
	fi
}

jailed() {
	local pid
	for pid in $(pids_of smtp); do
		[ "$(readlink "/proc/$pid/root")" != / ] || return 1
	done
	[ -n "$pid" ]
}

client_trusted() {
	grep -q 'rx/good.*Trusted TLS connection established from' "$RX_LOG"
}

every_rule_used() {
	local key missing=
	while read -r key; do
		awk -v key="$key" '$3 == key { f = 1 } END { exit !f }' \
			<<<"$DESTINATIONS" || missing=$missing\ $key
	done < <(sed 's/#.*//' "$PARTNERS" | awk 'NF { print $1 }')
	[ -z "$missing" ] || ! echo "    no destination for:$missing"
}

scenario_up
scenario_send
scenario_each holds
claim 'smtp(8) ran chrooted' jailed
claim "the receiver's log calls our client certificate Trusted" client_trusted
claim 'every rule of examples/partners was used' every_rule_used
the_end
