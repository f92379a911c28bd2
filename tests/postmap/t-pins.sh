#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-pins: tlspolicy pins: list and show what is stored, accept by a person,
# forget, dump and load; and what each refuses, leaving the store as it was.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in
K1=$(print 1) K2=$(print 2) K3=$(print 3)
DB=$T.pins.db

rules() {
	table <<-EOT
	example.com	secure match=www.example.com pin=prefer
	.example.de	encrypt pin=require pin_ttl=1d
	plain.example	encrypt ciphers=high
	[relay.example.net]:587	encrypt pin=require
	[solo.example]	encrypt pin=prefer
	bad.example	secrue
	lacking.example	encrypt pin=prefer
	EOT
}
rules
setting smtp_tls_policy_maps "tlspolicy:$T"
setting smtp_tls_fingerprint_digest sha256

# same SENTENCE: the store is what it was when `keep` was called.
keep() {
	cp -p "$DB" /tmp/kept.db
}
same() {
	claim "$1: nothing was changed" cmp -s "$DB" /tmp/kept.db
}

# --- no store ----------------------------------------------------------------
claim 'without a store there is nothing to dump' test -z "$(tlspolicy pins dump)"
golden 'without a store: what lacks a fingerprint' pins-none.ref \
	tlspolicy pins list
prints 'show of what is not there: 1' 1 '^pins +nothing has been learned' \
	tlspolicy pins show example.com
prints 'forget where there is nothing: 1' 1 'nothing is stored of' \
	tlspolicy pins forget example.com
claim 'which makes no store' test ! -e "$DB"

# --- accept --------------------------------------------------------------------
prints 'accept: a relay in brackets is its own MX host' 0 \
	'^\+ \[relay.example.net\]:587 relay.example.net:587 .*:01 by .*@mail.supplier.example' \
	tlspolicy pins accept --yes '[relay.example.net]:587' "$K1"
answers 'and Postfix answers with it' '[relay.example.net]:587' \
	"fingerprint match=$K1"
prints 'accept: digits without colons, in lower case; port 25' 0 \
	'^\+ \[solo.example\] solo.example:25' \
	tlspolicy pins accept --yes '[Solo.Example]' \
	"$(tr -d : <<<"$K2" | tr A-F a-f)"
answers 'and Postfix answers with it' '[solo.example]' "fingerprint match=$K2"
prints 'a second key of the same host' 0 '^\+' \
	tlspolicy pins accept --yes '[solo.example]' "$K3"
answers 'both are answered' '[solo.example]' "fingerprint match=$K2|$K3"
SUDO_USER='anna b,c' prints 'behind sudo the person is recorded, as one word' 0 \
	'by anna\?b\?c@' tlspolicy pins accept --yes '[solo.example]' "$K2"
prints 'a domain whose MX hosts are not known: recorded, not used' 0 \
	'not used yet: not all of its MX hosts were ever known' tlspolicy \
	pins accept --yes example.com --host MX1.example.com:2525 "$K1"
prints 'show says by whom' 1 '^$|accepted by .*@mail.supplier' \
	tlspolicy pins show nobody.example example.com
prints 'and the host in lower case, with its port' 0 \
	'^host +mx1.example.com:2525$' tlspolicy pins show example.com
keep
prints 'refused: a rule without pin' 78 \
	'partners:3:1: error: this rule has no pin' \
	tlspolicy pins accept --yes plain.example "$K1"
prints 'and the line with a caret' 78 '^    \^$' \
	tlspolicy pins accept --yes plain.example "$K1"
prints 'refused: no rule' 78 'no rule answers for no.example' \
	tlspolicy pins accept --yes no.example "$K1"
prints 'refused: a bad rule' 78 'partners:6:13: error: "secrue"' \
	tlspolicy pins accept --yes bad.example "$K1"
prints 'refused: a wildcard itself' 78 'fingerprints belong to a name' \
	tlspolicy pins accept --yes .example.de "$K1"
prints 'refused: a fingerprint that is too short' 64 \
	'has 6 hexadecimal digits, and a fingerprint here has 64' \
	tlspolicy pins accept --yes example.com AB:CD:EF
prints 'refused: whose key?' 64 'Say --host MX:PORT' \
	tlspolicy pins accept --yes lacking.example "$K1"
prints 'refused: no port' 64 'port is no number' tlspolicy pins accept \
	--yes lacking.example --host mx:x "$K1"
prints 'refused: no terminal to ask on' 64 'no terminal to ask on' \
	setsid "$COMMAND" pins accept '[solo.example]' "$K1"
prints 'it shows key and rule before it asks' 64 "^key +$K1" \
	setsid "$COMMAND" pins accept '[solo.example]' "$K1"
on_terminal() { # ANSWER
	script -qec "$COMMAND pins accept '[solo.example]' $K1" \
		/dev/null <<<"$1"
}
prints 'asked on a terminal, and answered no' 1 'nothing was changed' \
	on_terminal no
setting smtp_tls_fingerprint_digest md5
prints 'refused: a digest that is too weak' 78 'set it to sha256' \
	tlspolicy pins accept --yes '[solo.example]' "$K1"
setting smtp_tls_fingerprint_digest sha512
prints 'refused: a fingerprint by another digest' 64 'here has 128' \
	tlspolicy pins accept --yes '[solo.example]' "$K1"
setting smtp_tls_fingerprint_digest sha256
same 'refused'
prints 'asked on a terminal, and answered yes' 0 '\+ \[solo.example\]' \
	on_terminal yes
answers 'it is answered' '[solo.example]' "fingerprint match=$K1|$K2|$K3"

# What was verified under another rule is not revived by a person's word.
sed 's/^\[solo.example\].*/[solo.example] verify pin=prefer/' "$T" >/tmp/t
table </tmp/t
answers 'another rule: as written' '[solo.example]' verify
tlspolicy pins accept --yes '[solo.example]' "$K2" >/dev/null 2>&1
answers 'accepted anew: this key, and not those from before' \
	'[solo.example]' "fingerprint match=$K2"
rules

# --- accept from what a probe saw ----------------------------------------------
record() { # MX KEY [CERT-LIFE]
	printf '{"record":"server","version":1,"time":%d,"nexthop":"lacking.example","mx":"%s","port":25,"digest":"sha256","key_digest":"%s","cert_digest":"%s","not_after":%d,"stage":"done"}\n' \
		"$(date +%s)" "$1" "$2" "$(print 9)" $(($(date +%s) + ${3:-86400}))
}
destination() {
	printf 'record {"record":"destination","version":1,"time":%d,"nexthop":"LACKING.example","mx":[{"host":"mx1.example","port":25,"preference":10},{"host":"MX2.example","port":25,"preference":20}],"complete":true}\n' \
		"$(date +%s)"
}
accept_records() {
	tlspolicy pins accept --yes "$@" lacking.example --from-record
}
keep
prints 'from records: none of this next-hop' 65 'no record of a key' \
	accept_records <<<'some text'
prints 'from records: a broken one, with its place' 65 \
	'\(standard input\):2:[0-9]+: error:' accept_records \
	< <(record mx1.example "$K1"; echo '{"record":')
prints 'from records: a certificate that has expired' 65 'has expired' \
	accept_records < <(record mx1.example "$K1" -5)
same 'from records'
prints 'from records: both hosts' 0 '^\+ lacking.example mx2.example:25' \
	accept_records < <(record mx1.example "$K1"
	record mx1.example "$K1"; record mx2.example "$K2"; destination)
answers 'and Postfix answers with both' lacking.example \
	"fingerprint match=$K1|$K2"
prints 'from records: --host takes one' 0 'mx2.example:25 .*:03' \
	accept_records --host mx2.example < <(record mx1.example "$(print 8)"
	record mx2.example "$K3"; destination)
answers 'and no other' lacking.example "fingerprint match=$K1|$K2|$K3"

# --- list and show ---------------------------------------------------------------
put_pins <<EOT
key example.com
scan 5000
mx mx1.example.com:25
pin $K1 $K2 5000 864000
key a.b.example.de
scan 60
mx mx.example.de:25
pin $K1 $K2 90000 864000
key [relay.example.net]:587
never
EOT
golden 'list' pins-list.ref tlspolicy pins list
golden 'list as JSON' pins-list-json.ref tlspolicy pins list --json
golden 'show' pins-show.ref tlspolicy pins show a.b.example.de
prints 'list of some' 0 '^example.com ' tlspolicy pins list example.com
claim 'and of no others' test "$(tlspolicy pins list EXAMPLE.com | wc -l)" = 2
sed '/^example.com/d' "$T" >/tmp/t
table </tmp/t
prints 'list: a record that no rule asks for' 0 \
	'^example.com +no_rule .*no rule asks for it' tlspolicy pins list
rules

# --- dump and load are each other's opposite ----------------------------------
tlspolicy pins dump >/tmp/dump
claim 'dump: a line a record' test "$(wc -l </tmp/dump)" = 3
claim 'dump: next-hop, tab, record' grep -q $'^example.com\t1 [0-9A-F]\{16\} ' \
	/tmp/dump
tlspolicy pins load </tmp/dump 2>/dev/null
tlspolicy pins dump >/tmp/again
claim 'load of a dump is the same, byte for byte' cmp -s /tmp/dump /tmp/again
shuf /tmp/dump | tlspolicy pins load 2>/dev/null
tlspolicy pins dump >/tmp/again
claim 'whatever the order of the lines' cmp -s /tmp/dump /tmp/again
answers 'and Postfix answers as before' example.com "fingerprint match=$K1"
keep
prints 'load refuses a record that was altered, with its line' 65 \
	'\(standard input\):2:[0-9]+: error: .*its check is wrong' \
	tlspolicy pins load < <(sed '2s/:01,/:07,/' /tmp/dump)
prints 'and says that nothing was changed' 65 \
	'nothing was changed: 1 of 3 lines' \
	tlspolicy pins load < <(sed '2s/:01,/:07,/' /tmp/dump)
prints 'and nothing at all, as of a dump that failed' 65 \
	'nothing was changed: there is no record' tlspolicy pins load </dev/null
prints 'a record under another next-hop' 65 '1:13: error: .*check is wrong' \
	tlspolicy pins load < <(sed 's/^example.com/example.org/' /tmp/dump |
		grep ^example.org)
prints 'a line without a tab' 65 '4:1: error: a line is: next-hop, tab' \
	tlspolicy pins load < <(cat /tmp/dump; echo example.com)
prints 'two records of one next-hop' 65 '4:1: error: a second record of' \
	tlspolicy pins load < <(cat /tmp/dump; head -1 /tmp/dump)
prints 'each bad line is told of' 65 '(.*error.*){3}' bash -c \
	"printf 'a\nb\n' | $COMMAND pins load 2>&1 | tr '\n' ' ';
	exit 65"
same 'load'
head -c 3000 "$DB" >/tmp/cut && cat /tmp/cut >"$DB"
prints 'a damaged store is no obstacle to load' 0 '3 records in' \
	tlspolicy pins load </tmp/dump
tlspolicy pins dump >/tmp/again
claim 'which mends it' cmp -s /tmp/dump /tmp/again
head -c 3000 "$DB" >/tmp/cut && cat /tmp/cut >"$DB"
for what in dump list 'forget example.com'; do
	# shellcheck disable=SC2086
	prints "a damaged store: $what says so" 78 'error' \
		tlspolicy pins $what
done
tlspolicy pins load </tmp/dump 2>/dev/null

# --- forget ----------------------------------------------------------------------
prints 'forget' 0 '^- example.com$' tlspolicy pins forget Example.com no.example
answers 'then the rule is answered as written' example.com \
	'secure match=www.example.com'
claim 'the others stay' test "$(tlspolicy pins dump | wc -l)" = 2
keep
prints 'forget --anchor of none: 1' 1 '^$' tlspolicy pins forget --anchor "$K3"
same 'forget --anchor of none'
prints 'forget: not both' 64 'Name next-hops, or --anchor' \
	tlspolicy pins forget --anchor "$K3" example.com
prints 'forget --anchor of nonsense' 64 'no fingerprint' \
	tlspolicy pins forget --anchor nonsense

# --- who may ----------------------------------------------------------------------
chmod 755 /etc/postfix
prints 'another user may look' 0 'a.b.example.de' setpriv --reuid 65534 \
	--regid 65534 --clear-groups "$COMMAND" pins list
prints 'but not change' 77 'only root, or the owner of the rules' setpriv \
	--reuid 65534 --regid 65534 --clear-groups \
	"$COMMAND" pins forget a.b.example.de
same 'another user'

# --- several tables, usage ---------------------------------------------------------
cp -p "$T" /etc/postfix/others
setting smtp_tls_policy_maps "tlspolicy:$T tlspolicy:/etc/postfix/others"
prints 'several tables: which one?' 64 'say which: -t' tlspolicy pins dump
prints '-t says it' 0 'a.b.example.de' tlspolicy pins dump -t "$T"
prints 'list takes all of them' 0 'a.b.example.de' tlspolicy pins list
setting smtp_tls_policy_maps "tlspolicy:$T proxy:tlspolicy:$T"
prints 'the same twice is one' 0 'a.b.example.de' tlspolicy pins dump
claim 'and is listed once' test \
	"$(tlspolicy pins list | grep -c '^a.b.example.de')" = 1
prints 'no part: usage' 64 'list, show, accept, forget' tlspolicy pins
prints 'an unknown part: usage' 64 '"lost" is none of' tlspolicy pins lost
prints 'a full disk is told of' 74 'standard output' bash -c \
	"$COMMAND pins dump -t $T >/dev/full"
the_end
