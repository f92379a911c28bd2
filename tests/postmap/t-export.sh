#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-export: what tlspolicy export prints, through real hash: lmdb: cdb: and
# texthash: tables, answers what tlspolicy: answers, for every key and many
# near ones; what cannot be said there is said on standard error.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in
export LC_ALL=C
W=/tmp/export
mkdir -p $W
K1=$(print 1) K2=$(print 2)
E=/etc/postfix/exported
setting smtp_tls_policy_maps "tlspolicy:$T"
setting smtp_tls_fingerprint_digest sha256

# --- 2,000 rules, odd ones, and those with fingerprints ---------------------
odd() {
	printf '%b' '\xef\xbb\xbf# a byte order mark\r\n'
	printf 'crlf.example encrypt\r\n'
	printf 'folded.example secure\n  match=a.example\n# within\n\tciphers=high\n'
	printf 'twice.example encrypt\nTWICE.example may\n'
	printf 'bücher.example secure match=b.example\n.BÜCHER.example may\n'
	printf 'xn--strae-oqa.example verify\n'
	printf '[ü.example]:25 encrypt\n/var/spool/ä may\n'
	printf 'spaced.example  secure ,  ciphers=high \n'
	printf '.first.example secure final=yes ciphers=high\n'
	printf 'prefer.example encrypt pin=prefer ciphers=high pin_ttl=1d\n'
	printf 'require.example secure match=r pin=require\n'
	printf '.below.example encrypt pin=prefer\n'
	printf 'bär.example verify pin=prefer\n'
	printf 'lacking.example encrypt pin=prefer\n'
}
{ odd; awk -v seed=1 -v want=2000 -f "$HERE/rules.awk" |
	awk '!seen[tolower($1)]++'; } | table
put_pins <<EOT
key prefer.example
scan 60
mx mx.example:25
pin $K1 $K1 60 86400
key require.example
scan 60
mx mx.example:25
pin $K2 $K2 600 864000
key a.b.below.example
scan 60
mx mx.example:25
pin $K1 $K1 60 86400
pin $K2 $K2 60 86400
key own.below.example
scan 60
mx mx.example:25
pin $K1 $K1 60 86400
key bär.example
scan 60
mx mx.example:25
pin $K1 $K1 60 86400
key old.below.example
scan 60
mx mx.example:25
pin $K1 $K1 691200 864000
EOT
# A rule that came later.
{ cat "$T"; echo 'own.below.example may'; } >$W/more
table <$W/more
claim 'it is exported' bash -c \
	"'$COMMAND' export --pins >$W/table 2>$W/lost"
grep -v '^#' $W/table | grep . | cut -f1 >$W/keys.exported
awk -v seed=2 -v want=12000 -f "$HERE/keys.awk" $W/keys.exported |
	sort -u >$W/keys
claim "each key and near ones: $(wc -l <$W/keys)" \
	test "$(wc -l <$W/keys)" -ge 10000
awk -v list=1 -f "$HERE/walk.awk" $W/keys | sort -u >$W/asked

# What stands below pin wildcards is not ASCII-only business: all are asked.
answers_of() { # TABLE >answers, after the walk over parents
	postmap -q - "$1" <$W/asked 2>$W/stderr >$W/answers || [ $? = 1 ]
	! grep fatal $W/stderr >&2
	grep -v '[^ -~]' $W/keys | awk -f "$HERE/walk.awk" $W/answers -
	# Beyond ASCII: as they are.
	grep $'^[^\t]*[\x80-\xff]' $W/answers || :
}
same() { # SENTENCE FILE FILE
	if cmp -s "$2" "$3"; then ok "$1"; else
		fail "$1" "$(diff "$2" "$3" | sed -n 1,6p)"; fi
}
# With another table named, each key is answered for itself, as in hash:.
setting smtp_tls_policy_maps "tlspolicy:$T, hash:/nowhere"
answers_of "tlspolicy:$T" >$W/want
setting smtp_tls_policy_maps "tlspolicy:$T"
claim "many of them have an answer: $(grep -vc '(none)' $W/want)" \
	test "$(grep -vc '(none)' $W/want)" -gt 3000
for type in hash lmdb cdb; do
	tlspolicy export --pins --for $type >$W/$type 2>/dev/null
	table_in $E <$W/$type
	says "$type: postmap has nothing to say" '^$' postmap "$type:$E"
	answers_of "$type:$E" >$W/have
	same "$type: answers what tlspolicy: answers" $W/want $W/have
done
tlspolicy export --pins --for texthash >$W/texthash 2>/dev/null
table_in $E <$W/texthash
answers_of "texthash:$E" >$W/have
same 'texthash: answers what tlspolicy: answers' $W/want $W/have
for key in bücher.example xn--bcher-kva.example .bücher.example \
	strasse.example bär.example xn--br-via.example TWICE.example; do
	answers "exported: $key" "$key" "$(ask "$key")" "texthash:$E"
done

# --- fingerprints, and until when -------------------------------------------
claim 'a rule with pin has its fingerprints' grep -qx \
	"prefer.example	fingerprint match=$K1 ciphers=high" $W/table
claim 'a name below a wildcard has a line of its own' grep -qx \
	"a.b.below.example	fingerprint match=$K1|$K2" $W/table
claim 'not so one whose own rule has no pin' grep -qx \
	'own.below.example	may' $W/table
claim 'nor one whose fingerprints are too old' not grep -q \
	'^old.below.example' $W/table
first=$(grep -o 'good until [^:]*:[0-9]*:[0-9]*Z' $W/table | cut -d' ' -f3)
claim 'the first line says until when all are good' test "$first" = \
	"$(sed -n 's/^# until //p' $W/table | sort | head -1)"
claim 'which is about a day' test \
	$((($(date -d "$first" +%s) - $(date +%s)) / 3600)) = 23
claim 'what has none is named' grep -q \
	'partners:[0-9]*:1: warning: no fingerprint is usable' $W/lost
rm "$T.pins.db"
answers 'pin=require without fingerprints waits here' require.example '(error)*'
tlspolicy export >$W/table 2>$W/lost
claim 'and there, for no Postfix takes the line' grep -qx \
	'require.example	secure match=r pin=require' $W/table
claim 'which is said' grep -q 'require.*Postfix refuses' $W/lost
claim 'so is pin=prefer' grep -q 'pin=prefer is lost' $W/lost
claim 'and final=yes' grep -q 'final=yes is lost' $W/lost
claim 'of ours nothing else is left' not grep -Eq \
	'final=|pin=prefer|pin_ttl' $W/table

# --- refusals ----------------------------------------------------------------
refused() { # SENTENCE STATUS PATTERN ARG...: and nothing is printed
	local sentence=$1 want=$2 pattern=$3 status=0
	shift 3
	tlspolicy export "$@" >$W/out 2>$W/err || status=$?
	if [ $status = "$want" ] && [ ! -s $W/out ] &&
	    grep -Eq -- "$pattern" $W/err; then ok "$sentence"; else
		fail "$sentence" "status $status; $(head -n 4 $W/err)"; fi
}
printf 'a.example encrypt\nb.example secrue\n' | table
refused 'a bad line: nothing is printed' 78 'could go out in clear'
printf 'a.example encrypt enable_rpk=yes\n' | table
refused 'an attribute that the other Postfix has not' 78 \
	'partners:1:19: error: "enable_rpk" needs Postfix 3.9' --postfix 3.7
prints 'and one that has it' 0 '^a.example	encrypt enable_rpk=yes$' \
	tlspolicy export --postfix 3.9
printf '%0600d.example may\n' 0 | tr 0 / | table
refused 'a key too long for lmdb' 78 'no keys of more than 510 bytes' --for lmdb
claim 'is good for others' tlspolicy export --for cdb -t "$T" >/dev/null
printf '%0509dx may\n' 0 | tr 0 / | table
tlspolicy export --for lmdb 2>/dev/null | table_in $E
says 'the longest key that lmdb takes' '^$' postmap lmdb:$E
refused 'a type that postmap does not make' 64 'hash, lmdb' --for pcre
refused 'a version that is none' 64 'write 3.4 or newer' --postfix 2.9
refused 'no such file' 75 'No such file' /etc/postfix/none
setting smtp_tls_policy_maps "tlspolicy:$T, tlspolicy:$E"
refused 'several tables: which?' 64 'several tables; say which'
setting smtp_tls_policy_maps "tlspolicy:$T"

# --- JSON, pipes, terminals ----------------------------------------------------
printf '.a.example encrypt final=yes pin=prefer\nbücher.example may\n' | table
prints 'JSON: a rule' 0 '^\{"key":".a.example","value":"encrypt",'\
'"file":".*partners","line":1,"column":1,"why":"rule",'\
'"lost":\["final","pin"\],"until":null\}$' tlspolicy export --json
prints 'JSON: a twin' 0 '"key":"xn--bcher-kva.example".*"why":"twin"' \
	tlspolicy export --json
printf 'a.example secure match=\033[2J\n' | table
claim 'a terminal is told no escapes' bash -c \
	"script -qec '$COMMAND export' /dev/null </dev/null | grep -q 'match=?\[2J'"
claim 'a file is' bash -c "'$COMMAND' export | grep -q $'match=\033\\[2J'"
seq -f 'n%.0f.example encrypt' 50000 | table
{ tlspolicy export 2>$W/err || :; } | head -n 1 >$W/out
claim 'who reads no further gets no complaint' test -s $W/out -a ! -s $W/err
for verb in compile export; do
	prints "$verb --help: an example" 0 'Example' tlspolicy $verb --help
	claim "$verb --help fits a screen" test \
		"$(tlspolicy $verb --help | wc -l)" -le 24 -a \
		"$(tlspolicy $verb --help | awk 'length > n { n = length }
			END { print n }')" -le 80
done
the_end
