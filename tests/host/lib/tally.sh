# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# tally.sh: what became of many messages, by partner: those whose tag begins
# with the partner's name and a hyphen. Knows the log's form, as mail.sh;
# must not know what ought to happen. Feeds: the tests under load.

queue_empty() {
	if mailq | grep 'is empty' >/dev/null; then return 0; fi
	postqueue -f
	sleep 1
	return 1
}

# The queue ids of one partner's messages.
qids() {
	sed -n "s/.*cleanup\[.*\]: \([0-9A-F]*\): message-id=<$1-.*@t>\$/\1/p" \
		"$MAIL_LOG" | sort
}

final() { # PARTNER STATUS: how many ended so
	attempts | sort -u | awk -v want="$2" 'NR == FNR { mine[$1]; next }
		$1 in mine && $3 == want { n[$1] } END { print length(n) }' \
		<(qids "$1") -
}

words() { # PARTNER: the words under which its mail was sent
	attempts | awk 'NR == FNR { mine[$1]; next }
		$1 in mine && $3 == "sent" { print $2 }' <(qids "$1") - |
		sort | uniq -c | awk '{ printf "%s %s ", $2, $1 }'
}

# Any attempt, sent or not, on which TLS was reached.
reached() {
	attempts | awk 'NR == FNR { mine[$1]; next }
		$1 in mine { print $2 }' <(qids "$1") - | sort -u | xargs
}

received() { # distinct messages that the receivers took
	sed -n 's/.*cleanup\[.*message-id=<\([a-z]*-[0-9]*\)@t>$/\1/p' \
		"$RX_LOG" | sort -u | wc -l
}
