#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-format: tlspolicy_index(5) describes the index to the byte: a reader that
# was written from the page alone proves every byte of it, and answers as the
# installed postmap(1) does.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
module_in
W=/tmp/format
mkdir -p $W
R=${BUILD:-$TOP/build}/read_index

# reads SENTENCE ARG...: the reader has nothing to say against the index.
reads() {
	local sentence=$1 said
	shift
	if said=$("$R" "$@" 2>&1 </dev/null); then ok "$sentence"; else
		fail "$sentence" "$said"; fi
}

# complains SENTENCE PATTERN ARG...: and says the place.
complains() {
	local sentence=$1 pattern=$2 said
	shift 2
	if said=$("$R" "$@" 2>&1 </dev/null); then
		fail "$sentence" 'it has nothing to say'
	elif [[ $said =~ :\ byte\ [0-9]+:\ .*$pattern ]]; then
		ok "$sentence"
	else
		fail "$sentence" "$said"
	fi
}

index_made() {
	postconf -e "smtp_tls_policy_maps = tlspolicy:$T"
	postmap "tlspolicy:$T" 2>$W/postmap ||
		fail 'the index is made' "$(<$W/postmap)"
}

# The rules' keys, what is below, beside and above them, and strangers. Where
# Postfix folds more than ASCII, the reader does not.
keys_of() { # SEED <RULES
	LC_ALL=C awk -v seed="$1" '
	function put(key) { if (key ~ /[^.]/) print key }
	BEGIN { srand(seed); n = split("x. 1. -. x-. _. . .. a.b.c.d. " \
	    "é. a.2.3.4.5.6.7.8.9.10.11.12.13. x@ *. [", before, " ")
	    label = sprintf("%63s", ""); gsub(/ /, "x", label) }
	/^[ \t]*(#|$)/ || /ß/ { next }
	{
		name = $1
		sub(/^\./, "", name)
		put($1)
		put(name)
		if (NR > 200 && rand() < 0.8)
			next
		put(toupper($1))
		for (i = 1; i <= n; i++)
			put(before[i] name)
		put(label "." name)
		put("x" label "." name)
		put(name ".")
		put(name ":25")
		put(substr(name, 2))
		put(name name)
		while (sub(/^[^.]*\./, "", name)) {
			put(name)
			put("." name)
			put(int(rand() * 1e6) "." name)
		}
		put("s" int(rand() * 1e9) ".example")
		put("s" int(rand() * 1e9) "." name)
	}' | sort -u
}

# same SENTENCE LEAST: the reader and postmap answer alike, LEAST times or more.
same() {
	local n
	"$R" "$T.tlsp" "$T" <$W/keys >$W/read 2>&1
	postmap -q - "tlspolicy:$T" <$W/keys >$W/postmap 2>$W/err || :
	if grep -E "fatal|$T.tlsp" $W/err >$W/why; then
		fail "$1" "$(<$W/why)"
	fi
	n=$(wc -l <$W/read)
	if ! cmp -s $W/read $W/postmap; then
		fail "$1" "$(diff $W/read $W/postmap | cut -c 1-200 | head -20)"
	elif [ "$n" -lt "$2" ]; then
		fail "$1" "only $n answers"
	else
		ok "$1"
	fi
}

# --- the example -------------------------------------------------------
table <"$TOP/examples/partners"
index_made
reads 'the example: each byte is as the page says' "$T.tlsp" "$T"
keys_of 1 <"$T" >$W/keys
same 'the example: answers are those of postmap' 50
reads 'each of its bits, flipped, is complained of; each shorter file, too' \
	-x "$T.tlsp"
cp "$T.tlsp" $W/first
index_made
claim 'a second index of the same text has another number in it' \
	not cmp -s $W/first "$T.tlsp"
reads 'and is as good' "$T.tlsp" "$T"
touch -d '2 minutes ago' "$T"
complains 'the index of a text that was touched is not its index' \
	'not the index of' "$T.tlsp" "$T"

# flipped OFFSET: a copy of the index with one bit of this byte changed
flipped() {
	local byte
	cp "$T.tlsp" $W/flipped
	byte=$(od -An -tu1 -j "$1" -N 1 "$T.tlsp")
	# shellcheck disable=SC2059
	printf "\\x$(printf %x $((byte ^ 4)))" |
		dd of=$W/flipped bs=1 seek="$1" conv=notrunc status=none
}
offset_at() { # OFFSET: the number there
	od -An -tu8 -j "$1" -N 8 "$T.tlsp" | tr -d ' '
}
for where in '40:check of the head' '188:spare bytes' \
	"$(offset_at 88):check of a filter" \
	"$(($(offset_at 96) + 32)):check of a node" \
	"$(($(offset_at 104) + 20)):check of a record"; do
	flipped "${where%%:*}"
	complains "a byte changed: ${where#*:}" "${where#*:}" $W/flipped
done
head -c -16 "$T.tlsp" >$W/flipped
complains 'an index cut short' 'bytes' $W/flipped

# --- a nasty one -------------------------------------------------------
label() { # LETTER: 63 of it
	head -c 63 /dev/zero | tr '\0' "$1"
}
long=$(label b).$(label c).$(label d)
table <<EOT
both-same.example	encrypt
.both-same.example	encrypt
both-other.example	secure
.both-other.example	encrypt
both-final.example	secure match=x
.both-final.example	secure match=x final=yes
abcdefghijklmn.example	may
abcdefghijklmno.example	none
.bbcdefghijklmn.example	may
.bbcdefghijklmno.example	encrypt
cbcdefghijklmno.example	encrypt
.cbcdefghijklmno.example	secure
dbcdefghijklmno.example	dane
.dbcdefghijklmno.example	dane
$(label a).$long	secure
.$(label a | cut -c 3-).$long	verify
x$(label a).$long	encrypt
[$(label a).$(label a).$long]:25	encrypt
abcdefghijklmnopqrstuvw.xyz.long	may
.abcdefghijklmnopqrstuvwx.xyz.abcdefghijklmnopqrs	secure
[host.example]	encrypt
[host.example]:587	secure match=c
host.a.b.example:25	may
[2001:db8::1]:25	dane
1.2.3.4	may
.2.3.4	verify
.5	secure
5.5	none
/var/spool/lmtp.a.b	none
private/socket	dane-only
private/a.b.c.d	fingerprint match=AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99
.de	encrypt
de	may
x.y.z.de	secure
tld	may
a.b.c.d.e.f.g.h.nine	may
.c.d.e.f.g.h.nine	verify
.b.c.d.e.f.g.h.nine	secure
.a1.b.c.d.e.f.g.h.nine	encrypt
a.b.c.d.e.f.g.h.i.j.k.twelve	may
.c.d.e.f.g.h.i.j.k.twelve	secure
.2.1.a.b.c.d.e.f.g.h.i.thirteen	secure match=x
.e.f.g.h.i.j.k.eight	secure
pin.example	encrypt pin=prefer
.pin.example	encrypt pin=prefer pin_ttl=2d
pin2.example	verify pin=prefer pin_ttl=1h match=x
.final.example	secure final=yes match=b
twice.example	may
twice.example	secure
bücher.example	encrypt
.köln.de	secure
.straße.example	verify
.xn--both-loa.example	may
日本.example	dane
.a_b.example	may
_x.example	may
EOT
index_made
reads 'a nasty table: each byte is as the page says' "$T.tlsp" "$T"
keys_of 2 <"$T" >$W/keys
same 'a nasty table: answers are those of postmap' 250
reads 'and each bit counts' -x "$T.tlsp"

for utf8 in no yes; do
	postconf -e "smtputf8_enable = $utf8"
	index_made
	reads "smtputf8_enable=$utf8: is in the head" "$T.tlsp" "$T"
done
postconf -X smtputf8_enable
table <<'EOT'
required.example	encrypt pin=require
.required.example	secure pin=require pin_ttl=30d
EOT
index_made
claim 'pin=require is an error' test \
	"$("$R" "$T.tlsp" "$T" <<<a.required.example)" = \
	$'a.required.example\t(error)'
echo '# no rules' | table
index_made
reads 'a table without rules' "$T.tlsp" "$T"
reads 'and each bit counts there' -x "$T.tlsp"

# --- a large one -------------------------------------------------------
large() { # 20,000 rules of many depths, and names of many lengths
	LC_ALL=C awk 'function word(n, s) {
		for (s = ""; n-- > 0; )
			s = s sprintf("%c", 97 + int(rand() * 26))
		return s
	}
	BEGIN { srand(7)
	    split("none may encrypt dane dane-only verify secure", level, " ")
	    while (n < 20000) {
		key = word(2 + int(rand() * 2))
		for (i = int(rand() * rand() * 12) + 1; i > 0; i--)
			key = (rand() < 0.4 ? "w" int(rand() * 9) : \
			    word(1 + int(rand() * 20))) "." key
		if (rand() < 0.3)
			key = "." key
		if (key in seen)
			continue
		seen[key] = ++n
		print key "\t" level[1 + int(rand() * 7)] \
		    (rand() < 0.2 && key ~ /^\./ ? " final=yes" : "")
	    } }'
}
large | table
index_made
reads '20,000 rules: each byte is as the page says' "$T.tlsp" "$T"
keys_of 3 <"$T" >$W/keys
same "20,000 rules: $(wc -l <$W/keys) answers are those of postmap" 30000
the_end
