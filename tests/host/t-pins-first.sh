#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-pins-first: pins that are published where there were none before count
# within a minute, without reload; a bad file is looked at again as seldom.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/host/lib/pins.sh
. "$HOST/lib/pins.sh"

expect_fate() { # SENTENCE WORD STATUS
	send x@p.example
	verdict "$QID"
	expect "$@"
}

restarts() {
	since_mark | grep -c 'has changed -- restarting' || :
}

printf 'p.example encrypt pin=prefer\n' >"$TABLE"
touch -d '1 minute ago' "$TABLE"
SENDER_EXTRA=('compatibility_level = 3.6' 'max_idle = 200s')
stage p.example=good <<<'p.example encrypt pin=prefer'
expect_fate 'no store: as written' Trusted sent
first=$(pids_of smtp)
learned p.example good | pins_put -f
for _ in 1 2 3; do
	expect_fate 'a young process does not look again' Trusted sent
done
claim 'and is not restarted for every mail' test "$first" = "$(pids_of smtp)"
sleep 61
mark
expect_fate 'after a minute: this mail as written, the process ends' \
	Trusted sent
expect_fate 'after a minute: the next mail is pinned' Verified sent
claim 'after a minute: one restart' test "$(restarts)" -eq 1
claim 'nobody reloaded Postfix' not logged 'reload --'
the_end
