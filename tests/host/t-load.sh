#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-load: a sender under load while its table is rewritten every second, half
# in place, half by rename. Every rule it ever holds is at least `encrypt`:
# nothing may be lost, nothing may leave in clear, nothing to the `secure`
# partner may leave unverified. LOAD_S: for how many seconds (60).

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

LOAD_S=${LOAD_S:-60}
RATE=16

filler() {
	seq -f 'filler%g.example encrypt ciphers=high' 2000
}

rules() { # N
	filler
	case $(($1 % 3)) in
	0) echo 'enc.example encrypt' ;;
	1) echo 'enc.example secure match=gw1.group.example' ;;
	2) echo 'enc.example encrypt ciphers=high protocols=!SSLv3:!TLSv1' ;;
	esac
	case $(($1 % 2)) in
	0) echo 'sec.example secure match=named.example' ;;
	1) echo 'sec.example secure match=x.example:named.example' ;;
	esac
}

rewrite() {
	local n=0
	while [ $SECONDS -lt "$1" ]; do
		n=$((n + 1))
		if [ $((n / 2 % 2)) -eq 0 ]; then
			rules "$n" | table_put
		else
			rules "$n" | table_rename new-mtime
		fi
		sleep 0.9
		# What had to wait must not make the test idle.
		postqueue -f
	done
	echo "$n" >/run/rewrites
}

load() {
	local n=0 to=enc
	while [ $SECONDS -lt "$1" ]; do
		n=$((n + 1))
		[ $to = enc ] && to=sec || to=enc
		send_only "x$n@$to.example" "$to-$n" &
		sleep "0.0$((900 / RATE))"
	done
	wait
	echo "$n" >/run/sent
}

rules 0 | stage enc.example=good sec.example=named
end=$((SECONDS + LOAD_S))
rewrite "$end" &
load "$end" &
wait
within 60 queue_empty || :

sent=$(</run/sent)
enc=$(words enc) sec=$(words sec)
restarts=$(grep -c 'has changed -- restarting' "$MAIL_LOG" || :)
waited=$(attempts | grep -c ' deferred ' || :)
echo "    $sent mails, $(</run/rewrites) rewrites, $restarts restarts," \
	"$waited attempts waited; enc: $enc; sec: $sec"
claim "the load was real ($sent mails in $LOAD_S s)" \
	[ "$sent" -ge $((LOAD_S * 8)) ]
claim "the rules changed under it ($restarts restarts of smtp(8))" \
	[ "$restarts" -ge $((LOAD_S / 4)) ]
claim 'both rules of the encrypt partner were in force at times' \
	like "$enc" ".*Trusted.*Verified.*"
claim 'every message has a queue id' \
	[ "$(($(qids enc | wc -l) + $(qids sec | wc -l)))" -eq "$sent" ]
claim 'every message was delivered in the end' \
	[ "$(($(final enc sent) + $(final sec sent)))" -eq "$sent" ]
claim 'the receivers have every message' [ "$(received)" -eq "$sent" ]
claim 'nothing to the encrypt partner left in clear' \
	like "$enc" "(Trusted|Verified| |[0-9])+"
claim 'nothing to the secure partner left but Verified' \
	like "$sec" "Verified [0-9]+ "
claim 'the secure partner was never even met Untrusted' \
	like "$(reached sec)" "(- )?Verified"
the_end
