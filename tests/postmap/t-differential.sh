#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-differential: the same text through hash:, texthash: and tlspolicy:, with
# its index and without, gives smtp(8) the same answer, for 100,000 generated
# keys, key by key and after the walk over parents; alone, and with another
# table behind.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
module_in
export LC_ALL=C
W=/tmp/diff
mkdir -p $W

KEYS=${KEYS:-100000}
awk -v seed=1 -v want=2000 -f "$HERE/rules.awk" | awk '!seen[tolower($1)]++' |
	cat "$TOP/examples/partners" - | sed -E 's/ (final|pin)=[a-z]+//' >$W/rules
printf '%s encrypt\n' bücher.example .BÜCHER.example STRASSE.example \
	Ünïcödé.de >>$W/rules
awk -v seed=2 -v want="$KEYS" -f "$HERE/keys.awk" $W/rules | sort -u >$W/some
awk -v seed=3 -v want="$KEYS" -f "$HERE/keys.awk" $W/rules | sort -u >$W/more
sort -u $W/some $W/more | awk -v most="$((KEYS + KEYS / 10))" 'NR <= most' >$W/keys
awk -v list=1 -f "$HERE/walk.awk" $W/keys | sort -u >$W/asked
claim "at least $KEYS destinations, $(wc -l <$W/asked) keys in all" \
	test "$(wc -l <$W/keys)" -ge "$KEYS"

answers_of() { # TYPE FILE >answers to every key that may be asked
	postmap -q - "$1:$2" <$W/asked 2>/tmp/stderr || [ $? = 1 ]
	! grep fatal /tmp/stderr >&2
}

# What is a name beyond ASCII only the host can tell: no walk for those.
walked() { # ANSWERS >destination TAB answer
	grep -v '[^ -~]' $W/keys | awk -f "$HERE/walk.awk" "$1" -
}

same() { # SENTENCE FILE FILE
	if cmp -s "$2" "$3"; then ok "$1"; else
		fail "$1" "$(diff "$2" "$3" | sed -n 1,6p)"; fi
}

for utf8 in yes no; do
	setting smtputf8_enable $utf8
	table <$W/rules
	postmap "hash:$T"
	answers_of hash "$T" >$W/hash
	answers_of texthash "$T" >$W/texthash
	setting smtp_tls_policy_maps
	answers_of tlspolicy "$T" >$W/first
	setting smtp_tls_policy_maps "tlspolicy:$T"
	answers_of tlspolicy "$T" >$W/last
	freeze
	answers_of tlspolicy "$T" >$W/last.frozen
	setting smtp_tls_policy_maps
	answers_of tlspolicy "$T" >$W/first.frozen
	claim "smtputf8_enable=$utf8: the index was used" \
		bash -c '! grep "not used" /tmp/stderr'
	rm "$T.tlsp"
	claim "smtputf8_enable=$utf8: answers were found: $(wc -l <$W/hash)" \
		test "$(wc -l <$W/hash)" -gt "$((KEYS / 10))"
	same "smtputf8_enable=$utf8: hash and texthash agree" $W/hash $W/texthash
	same "smtputf8_enable=$utf8: key by key as hash, where another table may follow" \
		$W/hash $W/first
	same "smtputf8_enable=$utf8: the same by the index" $W/first $W/first.frozen
	same "smtputf8_enable=$utf8: also where ours is the only table" \
		$W/last $W/last.frozen
	walked $W/hash >$W/hash.walked
	walked $W/last >$W/last.walked
	same "smtputf8_enable=$utf8: after the walk as hash, where ours is the only one" \
		$W/hash.walked $W/last.walked
	claim "smtputf8_enable=$utf8: and there wildcards answered at once" \
		test "$(wc -l <$W/last)" -gt "$(wc -l <$W/hash)"
done
setting smtputf8_enable
postmap "hash:$T"

# A second table behind ours: for each key smtp(8) asks both in order. Its
# exact rules lie below wildcards of ours, and are names of ours too.
grep '^\.' $W/rules | awk '{ print "behind" $1 "\tmay ciphers=low" }
	NR % 3 == 0 { print "x.y" $1 "\tmay" }' | sort -u -k1,1 >$W/behind
awk '{ print $1 }' $W/behind >>$W/keys
sort -u -o $W/keys $W/keys
awk -v list=1 -f "$HERE/walk.awk" $W/keys | sort -u >$W/asked
table_in /etc/postfix/behind <$W/behind
setting smtp_tls_policy_maps "tlspolicy:$T, texthash:/etc/postfix/behind"

both() { # TYPE [front] >answers, ours before the other's, or behind them
	answers_of "$1" "$T" >$W/ours
	answers_of texthash "/etc/postfix/${2:-behind}" >$W/theirs
	if [ $# = 1 ]; then set -- $W/ours $W/theirs; else
		set -- $W/theirs $W/ours; fi
	awk -F'\t' '!seen[$1]++' "$@"
}
both hash >$W/hash
both tlspolicy >$W/two
same 'with a table behind: key by key as hash' $W/hash $W/two
walked $W/two >$W/two.walked
won=$(awk 'NR == FNR { behind[$1] = 1; next }
	$1 in behind && /\tmay/ { n++ } END { print n + 0 }' \
	$W/behind $W/two.walked)
claim "its exact rules won over our plain wildcards: $won" test "$won" -gt 100

sed '/^\./s/$/ final=yes/' $W/rules >$W/final
table <$W/final
both tlspolicy >$W/two
walked $W/two >$W/two.walked
won=$(awk -F'\t' 'NR == FNR { split($0, f, /[ \t]+/); behind[f[1]] = 1; next }
	$1 in behind && $2 == "may ciphers=low" { n++ } END { print n + 0 }' \
	$W/behind $W/two.walked)
claim 'and none over wildcards with final=yes' test "$won" = 0

# A second table before ours, with wildcards nearer to the name than ours.
grep '^\.' $W/rules | awk '{ print ".front" $1 "\tsecure"
	print $1 "\tverify" }' | awk '!seen[tolower($1)]++' >$W/front
awk '/^\.front/ { print "a" $1; print "b.c" $1 }' $W/front >>$W/keys
sort -u -o $W/keys $W/keys
awk -v list=1 -f "$HERE/walk.awk" $W/keys | sort -u >$W/asked
table <$W/rules
table_in /etc/postfix/front <$W/front
setting smtp_tls_policy_maps "texthash:/etc/postfix/front, tlspolicy:$T"
both hash front >$W/hash
both tlspolicy front >$W/two
same 'with a table before: key by key as hash' $W/hash $W/two
walked $W/two >$W/two.walked
won=$(awk -F'\t' '$1 ~ /^(a|b\.c)\.front/ && $2 == "secure" { n++ }
	END { print n + 0 }' $W/two.walked)
claim "its nearer wildcards won over ours: $won" test "$won" -gt 100
the_end
