#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-index: chrooted smtp(8) delivers by the index that postmap(1) made; a
# forgotten postmap, a damaged, missing or cut-off index, and sixty of them
# in a row never send a mail under a rule that is not in the text. Whoever
# has no rule gets clear text here.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

FILLER=2000
INDEX=$TABLE.tlsp

# rules ENC SEC: the levels of the two partners.
rules() {
	echo ".sub.example encrypt"
	seq -f 'filler%.0f.example encrypt ciphers=high' "$FILLER"
	printf '%s\n' "enc.example $1" "sec.example $2" '.wrong.example secure'
}
GOOD=(encrypt 'secure match=www.example.com')

sent_to() { # SENTENCE DOMAIN WORD STATUS [REASON]
	send "x@$2"
	verdict "$QID"
	expect "$1" "$3" "$4" "${5:-}"
}

# A partner whose mail waits is not tried again soon: another one each time.
WRONG=0
all_right() { # NAME
	WRONG=$((WRONG + 1))
	sent_to "$1: encrypt" enc.example Trusted sent
	sent_to "$1: secure" sec.example Verified sent
	sent_to "$1: a wildcard" a.b.sub.example Trusted sent
	sent_to "$1: a wildcard, another name" "w$WRONG.wrong.example" \
		'Untrusted|Trusted' deferred
	postsuper -d ALL deferred 2>/dev/null
}

# Every smtp(8) that is at rest has it, or none.
# Its file is open until a few lookups are done, and mapped then.
mapped_by() {
	local pid n=0
	for pid in $(pids_of smtp); do
		if grep -q "partners\\.tlsp" "/proc/$pid/maps" || [ -n \
			"$(find "/proc/$pid/fd" -lname '*partners.tlsp')" ]; then
			n=$((n + 1))
		fi
	done
	echo $n
}

not_used='its index .tlsp is not used, the rules are read instead'

new_processes() {
	local before
	before=$(pids_of smtp)
	mark
	postfix reload 2>/dev/null
	within 10 logged 'reload -- version'
	sleep 0.5
	claim "the processes are new ones" \
		test -z "$(comm -12 <(sort <<<"$before") <(pids_of smtp | sort))"
}

rules "${GOOD[@]}" | stage enc.example=good sec.example=www \
	a.b.sub.example=good w{1..12}.wrong.example=mismatch
table_freeze
mark
all_right 'with an index'
claim 'smtp(8) uses it' test "$(mapped_by)" -gt 0
claim 'and says nothing of it' not logged 'index'

# --- a forgotten postmap -----------------------------------------------
mark
rules 'secure match=nobody.example' "${GOOD[1]}" | table_put
sent_to 'edited, no postmap: the next mail is judged by the new rule' \
	enc.example 'Untrusted|Trusted' deferred 'not verified'
claim 'the log says so' logged \
	"/smtp\\[.*$TABLE: $not_used: made before the rules file was last changed"
claim 'smtp(8) has it no longer' test "$(mapped_by)" = 0
rules "${GOOD[@]}" | table_put
flush "$QID"
expect 'edited back: it goes out' Trusted sent
mark
rules 'secure match=gw1.group.example' "${GOOD[1]}" | table_put
table_freeze
sent_to 'edited, and postmap: the new rule holds' enc.example Verified sent
# One that waited for the young text may have read it: Postfix keeps some.
new_processes
sent_to 'edited, and postmap: by a new process' enc.example Verified sent
claim 'by the new index' test "$(mapped_by)" -gt 0
claim 'and nothing is said of it' not logged 'index'
rules "${GOOD[@]}" | table_put
table_freeze

# --- damaged, missing --------------------------------------------------
all_right 'before the damage'
mark
size=$(stat -c %s "$INDEX")
cp -p "$INDEX" /tmp/good
tail -c +193 /tmp/good | LC_ALL=C tr '\000-\377' '\001-\377\000' |
	dd of="$INDEX" bs=192 seek=1 conv=notrunc status=none
claim 'it is damaged, and as large as before' \
	test "$(stat -c %s "$INDEX")" = "$size"
all_right 'damaged under a running smtp(8)'
claim 'the log says so' logged \
	'/smtp\[.*index is damaged.*-- the rules are read instead'
new_processes
all_right 'damaged before smtp(8) starts'
claim 'the log says so, again' logged \
	'/smtp\[.*index is damaged.*-- the rules are read instead'
cp -p /tmp/good "$INDEX"
new_processes
all_right 'mended'
claim 'mended: nothing is said' not logged 'index is'
mark
rm "$INDEX"
all_right 'removed under a running smtp(8)'
new_processes
all_right 'removed before smtp(8) starts'
claim 'removed: nothing is said' not logged 'index'
head -c 4096 /dev/urandom >"$INDEX"
new_processes
all_right 'garbage'
claim 'garbage: the log says so' logged "$not_used"

# --- sixty edits, each with its postmap --------------------------------
storm() {
	local n made=0
	for n in {1..60}; do
		case $((n % 3)) in
		0) set -- encrypt 'secure match=x.example:www.example.com' ;;
		1) set -- 'secure match=gw1.group.example' "${GOOD[1]}" ;;
		2) set -- 'encrypt ciphers=high' "${GOOD[1]}" ;;
		esac
		if [ $((n % 10)) = 0 ]; then
			rules "$@" | table_put
		else
			# A time of its own, so long ago that nobody waits.
			rules "$@" >"$TABLE.new"
			touch -d "@$((1700000000 + n))" "$TABLE.new"
			mv -f "$TABLE.new" "$TABLE"
		fi
		sleep 0.1
		! table_freeze 2>>/var/log/storm || made=$((made + 1))
		sleep 0.1
		postqueue -f
	done
	echo "$made" >/run/made
	touch /run/over
}

flow() {
	local n=0 to=enc
	until [ -e /run/over ]; do
		n=$((n + 1))
		[ $to = enc ] && to=sec || to=enc
		send_only "x$n@$to.example" "$to-$n" &
		sleep 0.1
	done
	wait
	echo "$n" >/run/sent
}

storm &
flow &
wait
within 60 queue_empty || :
sent=$(</run/sent) enc=$(words enc) sec=$(words sec)
echo "    $sent mails, $(</run/made) indexes, $(grep -c 'restarting' \
	"$MAIL_LOG") restarts, $(grep -c "$not_used" "$MAIL_LOG") times the" \
	"rules were read; enc: $enc; sec: $sec"
claim "each of sixty edits got its index ($(</run/made))" \
	test "$(</run/made)" = 60
claim "every message was delivered in the end ($sent)" \
	[ "$(($(final enc sent) + $(final sec sent)))" -eq "$sent" ]
claim 'the receivers have every message' [ "$(received)" -eq "$sent" ]
claim 'both rules of the encrypt partner were in force at times' \
	like "$enc" '.*Trusted.*Verified.*'
claim 'nothing to the encrypt partner left in clear' \
	like "$enc" '(Trusted|Verified| |[0-9])+'
claim 'nothing to the secure partner left but Verified' \
	like "$sec" 'Verified [0-9]+ '

# --- cut off while it is in use ----------------------------------------
is_mapped() { grep -q 'partners\.tlsp' "/proc/$(pids_of smtp | head -n 1)/maps"; }
# Until the index is mapped, its file is read: nothing is lost.
FILLER=100000
rules "${GOOD[@]}" | table_put
# With some seeds, one question is enough to have it mapped.
for ((n = 0; n < 10; n++)); do
	table_freeze
	# One that opened the table in between has read the rules.
	new_processes
	sent_to 'a large table' enc.example Trusted sent
	is_mapped || break
done
claim 'a large table: smtp(8) uses it' test "$(mapped_by)" -gt 0
claim 'and has not mapped it yet' not is_mapped
mark
truncate -s 0 "$INDEX"
sent_to 'cut off before it is mapped: the rules are read' sec.example \
	Verified sent
claim 'the log says so' logged 'the rules are read instead'
claim 'and no process has ended by it' not logged 'killed by signal'

table_freeze
new_processes
for ((n = 0; n < 12; n++)); do
	all_right 'a large table'
	! is_mapped || break
done
claim 'a large table, asked more often: it is mapped' is_mapped
mark
truncate -s 0 "$INDEX"
send x@enc.example
claim 'cut off under a running smtp(8): the process ends by SIGBUS' \
	within 20 logged 'killed by signal 7'
claim 'cut off: nothing was sent so far' not attempted "$QID" 1
since_mark | sed -nE '/warning|fatal|panic/s/^/    log: /p'
mark
postqueue -f
verdict "$QID"
expect 'cut off: the next process sends it by the rules' Trusted sent
claim 'cut off: the log says that the rules are read' logged "$not_used"
all_right 'cut off: afterwards'
MARK=1
sent_in_clear() {
	attempts | grep ' clear sent '
}
claim 'nothing was ever sent in clear' not sent_in_clear
the_end
