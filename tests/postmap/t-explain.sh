#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-explain: tlspolicy explain says what Postfix gets, to the letter, and why.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in
K1=$(print 1) K2=$(print 2)

table <<EOT
# partners
example.com	secure match=www.example.com pin=prefer ciphers=high
.example.de	encrypt pin=require pin_ttl=1d
plain.example	encrypt ciphers=high
[relay.example.net]:587	encrypt pin=require
audi.fr		may
bad.example	secrue ciphers=high
bücher.example	verify pin=prefer
lacking.example	encrypt pin=prefer
require.example	encrypt pin=require
EOT
setting smtp_tls_policy_maps "tlspolicy:$T"
setting smtp_tls_fingerprint_digest sha256

# --- the answer is that of postmap(1), whatever was learned --------------
# The same question to both; a rule that makes mail wait is an error there.
agrees() { # SENTENCE KEY
	local want have
	want=$(ask "$2")
	have=$({ tlspolicy explain --json "$2" 2>/tmp/stderr || :; } |
		sed -n 's/.*"answer":\("[^"]*"\|null\),"error":\(null\|{\).*/\1 \2/p')
	case $have in
	'null null') have='(none)' ;;
	'null {') have='(error)' ;;
	*) have=${have#\"} have=${have%%\"*} ;;
	esac
	[[ $want != '(error)'* ]] || want='(error)'
	if [ "$have" = "$want" ]; then ok "$1: $2"; else
		fail "$1: $2" "postmap: $want; explain: $have"; fi
}
all_agree() {
	local key
	for key in example.com a.b.example.de plain.example \
		'[relay.example.net]:587' AUDI.fr bad.example nobody.example \
		BÜCHER.example xn--bcher-kva.example lacking.example \
		require.example example.de; do
		agrees "$1" "$key"
	done
}
all_agree 'without a store'
put_pins <<EOT
key example.com
scan 60
mx mx1.example.com:25
pin $K1 $K1 60 86400
pin $K2 $K2 60 86400
key a.b.example.de
scan 60
mx mx.example.de:25
pin $K1 $K1 60 86400
key [relay.example.net]:587
scan 60
mx relay.example.net:587
pin $K2 $K2 60 86400
key bücher.example
scan 60
mx mx.example:25
pin $K1 $K1 60 86400
key lacking.example
scan 60
mx mx1.example:25
pin $K1 $K1 60 86400
mx mx2.example:25
pin $K2 $K2 60 -10
EOT
all_agree 'with one'
head -c 3000 "$T.pins.db" >/tmp/cut && cat /tmp/cut >"$T.pins.db"
all_agree 'with a damaged one'
rm "$T.pins.db"

# --- as people read it: one of each --------------------------------------
put_pins <<EOT
key example.com
scan 3600
mx mx1.example.com:25
pin $K1 $K2 3600 864000
key lacking.example
scan 60
mx mx1.example:25
pin $K1 $K2 691200 864000
mx mx2.example:25
pin $K2 $K1 60 -10
mx mx3.example:25
gone old.example:25
pin $K1 $K2 90000 864000
EOT
is_since 3.6 || golden() { skip "$1: golden (other words before 3.6)"; }
golden 'a rule, its fingerprint, and the answer' explain.ref \
	tlspolicy explain example.com
golden 'why each fingerprint is not usable' explain-lacking.ref \
	tlspolicy explain lacking.example
golden 'as JSON' explain-json.ref tlspolicy explain --json example.com
golden 'several: a bad rule, a wildcard that waits, none' explain-others.ref \
	tlspolicy explain bad.example a.example.de nobody.example

# --- another time, another mode -------------------------------------------
prints 'as of a later time the fingerprints are too old' 0 \
	'^answer +secure match=www.example.com ciphers=high$' \
	tlspolicy explain --as-of $(($(date +%s) + 700000)) example.com
prints 'and the reason is said' 0 'NOT USABLE: not verified within pin_ttl' \
	tlspolicy explain --as-of $(($(date +%s) + 700000)) example.com
prints 'as of an earlier time they are of the future' 0 \
	'NOT USABLE: verified in the future' \
	tlspolicy explain --as-of 2020-01-01 example.com
prints 'as if pin=require, mail for a partner with a gap waits' 75 \
	'^waits .*mx1.example:25 has no usable fingerprint' \
	tlspolicy explain --as-if pin=require lacking.example
prints 'as if pin=off, the rule is answered' 0 \
	'^answer +secure match=www.example.com ciphers=high$' \
	tlspolicy explain --as-if pin=off example.com
prints 'as if pin=prefer, a plain rule has nothing learned' 0 \
	'^pins +no fingerprint of it has been verified' \
	tlspolicy explain --as-if pin=prefer plain.example
prints 'pin does not go with may' 64 'goes with encrypt, verify and secure' \
	tlspolicy explain --as-if pin=prefer audi.fr

# --- exit status, usage ----------------------------------------------------
prints 'no rule: 1' 1 '^answer +none' tlspolicy explain nobody.example
prints 'a bad rule: 78' 78 '^waits .*partners:7:13: "secrue"' \
	tlspolicy explain bad.example
prints 'no next-hop: usage' 64 'which recipient' tlspolicy explain
prints 'an address: the rule of its domain' 0 '^rule .*partners:2:1:' \
	tlspolicy explain user@example.com
claim 'what would move a cursor is not printed' test -z "$(tlspolicy explain \
	$'a\033[2Jb.example' 'u@\033[2J.example' $'[\033]' 2>&1 |
	tr -dc '\033')"
if postconf -d tls_required_enable 2>/dev/null | grep -q yes; then
	setting tls_required_enable
	prints 'a header can switch it off' 0 \
		'^note +a message with the header "TLS-Required: no"' \
		tlspolicy explain plain.example
else
	claim 'no header can switch it off' not grep -q TLS-Required \
		<(tlspolicy explain plain.example)
fi
prints 'an unknown option: usage' 64 'no option --nosuch' \
	tlspolicy explain --nosuch example.com
prints 'an option without its value: usage' 64 'needs a value' \
	tlspolicy explain example.com --as-of
prints 'a time that is none: usage' 64 'is no time' \
	tlspolicy explain --as-of yesterday example.com
prints 'a mode that is none: usage' 64 'pin=prefer, pin=require' \
	tlspolicy explain --as-if pin=maybe example.com
prints 'no verb: usage' 64 'usage: tlspolicy VERB' tlspolicy
prints 'an unknown verb: usage' 64 'no verb "explane"' tlspolicy explane
for verb in explain pins; do
	prints "$verb --help: exit status 0, an example" 0 'Example' \
		tlspolicy $verb --help
	claim "$verb --help fits a screen" test \
		"$(tlspolicy $verb --help | wc -l)" -le 24 -a \
		"$(tlspolicy $verb --help | awk 'length > n { n = length }
			END { print n }')" -le 80
done

# --- several tables --------------------------------------------------------
setting smtp_tls_policy_maps "hash:/etc/none, proxy:tlspolicy:$T"
prints 'a table of another type is named, and not asked' 0 \
	'^asked +plain.example in hash:/etc/none: another type' \
	tlspolicy explain plain.example
prints 'no rule of ours says nothing of theirs' 1 \
	'the other tables have not been asked' tlspolicy explain no.example
setting smtp_tls_policy_maps hash:/etc/none
prints 'main.cf without a table of ours' 78 \
	'main.cf names no tlspolicy: table .*say which one: -t' \
	tlspolicy explain plain.example
prints '-t names it' 0 '^answer +encrypt' tlspolicy explain -t "$T" \
	plain.example
prints 'a folder without main.cf' 75 \
	'error: .*/nowhere/main.cf: No such file' \
	tlspolicy explain -c /nowhere plain.example
setting smtp_tls_policy_maps "tlspolicy:$T"

# --- a file that cannot be used ----------------------------------------------
chmod 646 "$T"
prints 'a file that others can write: mail waits' 78 \
	'partners: error: others can write' tlspolicy explain plain.example
chmod 644 "$T"
setting smtp_tls_fingerprint_digest md5
prints 'a digest that is too weak' 0 '^digest +md5: too weak' \
	tlspolicy explain example.com
setting smtp_tls_fingerprint_digest sha256

# --- names beyond ASCII: as Postfix folds and converts them -----------------
names() {
	printf '%s\n' é.example É.example ſ.example ß.example ẞ.example \
		ss.example K.example k.example ς.example σ.example Σ.example \
		İ.example ı.example ǅ.example ﬁ.example Å.example \
		Å.example Ω.example 例.example x。y.example a­b.example \
		אב.example 1.אב.example faß.example xn--fa-hia.example \
		xn--strae-oqa.example xn--a.example xn--mnchen-3ya.example \
		🔒.example ü_ü.example -ü.example ü.1 1.2.3 a..é.example
}
names | awk '{ printf "%s secure match=r%d.example\n", $0, NR
	printf ".%s secure match=w%d.example\n", $0, NR }' | table
different=0 asked=0
while IFS= read -r name; do
	for key in "$name" "sub.$name" ".$name"; do
		want=$(postmap -q "$key" "tlspolicy:$T" 2>/dev/null) || want=
		have=$({ tlspolicy explain -n --json -- "$key" 2>/dev/null ||
			:; } | sed -n 's/.*"answer":"\([^"]*\)".*/\1/p')
		asked=$((asked + 1))
		[ "$want" = "$have" ] || {
			different=$((different + 1))
			echo "    $key: postmap \"$want\", explain \"$have\""
		}
	done
done < <(names; names | tr 'a-z' 'A-Z')
claim "$asked names are answered as postmap(1) answers them" test \
	$different = 0 -a $asked -gt 150
for who in . x@. ''; do
	prints "wrong usage: \"$who\"" 64 'is no address and no domain' \
		tlspolicy explain "$who"
done
prints 'an unknown letter among others is named' 64 'no option -x' \
	tlspolicy explain -xn example.com
claim 'no room for help' bash -c '"$0" --help 2>/dev/null >/dev/full; [ $? = 74 ]' \
	"$COMMAND"
the_end
