#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-index: the index that postmap(1) leaves beside a table is used if it was
# made from exactly these rules, and answers as they do. Whatever else lies
# there gives one warning, and the rules' own answer: a forgotten postmap, a
# copy, garbage, damage.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
module_in
export LC_ALL=C
setting smtp_tls_policy_maps "tlspolicy:$T"
W=/tmp/index
mkdir -p $W

# --- made and used -----------------------------------------------------
table <"$TOP/examples/partners"
shows 'postmap makes an index and says nothing' freeze
claim 'it lies beside the rules' test -s "$T.tlsp"
shows 'the table answers by it' frozen audi.fr 'encrypt ciphers=high'
shows 'also by a wildcard' frozen a.b.example.de 'encrypt ciphers=high'
echo '# nothing yet' | table
shows 'a table without rules has one, too' freeze
answers 'and finds nothing by it' audi.fr '(none)'
claim 'without a warning' test ! -s /tmp/stderr

# --- the same answers with and without ---------------------------------
{ cat "$TOP/examples/partners"
  awk -v seed=5 -v want=2000 -f "$HERE/rules.awk" | awk '!seen[tolower($1)]++'
  printf '%s\n' 'bücher.example encrypt' '.BÜCHER.org secure' \
	'.final.example may final=yes' 'prefer.example encrypt pin=prefer' \
	'a.pinned.example may' '.top encrypt' '.deep.top secure' \
	'.a.b.c.d.e.f.g.h.i.example may' '[::1]:25 encrypt'
  printf '.pinned.example secure match=a:b pin=prefer pin_ttl=2d\n'
  printf 'long%0300d.example encrypt\n%0250d.example may exclude=%01000d\n' 1 2 3
} >$W/rules
{ sed 's/#.*//' $W/rules | awk 'NF { print $1; print "x.y" $1 }'
  awk -v seed=6 -v want=2000 -f "$HERE/keys.awk" $W/rules
  printf '%s\n' xn--bcher-kva.example A.BÜCHER.org x.y.top.top 'a..top' '.' \
	'x.a.pinned.example' 'a b' $'\377.example' 1.2.3.4 '[::1]:25'
} | sort -u >$W/keys
awk -v list=1 -f "$HERE/walk.awk" $W/keys | sort -u >$W/asked

# ask_all WHICH: answers and list, and what was said with them.
ask_all() {
	postmap -q - "tlspolicy:$T" <$W/asked >"$W/$1.answers" \
		2>"$W/$1.stderr" || :
	postmap -s "tlspolicy:$T" >"$W/$1.list" 2>>"$W/$1.stderr" || :
}

# alike SENTENCE: with the index, and with the rules alone.
alike() {
	freeze || fail "$1: an index is made" "$(head -n 3 /tmp/said)"
	ask_all index
	mv "$T.tlsp" $W/index
	ask_all rules
	mv $W/index "$T.tlsp"
	claim "$1: answers were found: $(wc -l <$W/rules.answers)" \
		test "$(wc -l <$W/rules.answers)" -gt "$2"
	claim "$1: the same answers to $(wc -l <$W/asked) keys" \
		cmp -s $W/index.answers $W/rules.answers
	claim "$1: the same list in the same order: $(wc -l <$W/rules.list)" \
		cmp -s $W/index.list $W/rules.list
	claim "$1: the same was said" cmp -s $W/index.stderr $W/rules.stderr
}
table <$W/rules
for utf8 in yes no; do
	setting smtputf8_enable $utf8
	alike "smtputf8_enable=$utf8" 2500
done
setting smtp_tls_policy_maps texthash:/etc/hosts
setting smtputf8_enable yes
alike 'where another table may follow' 2000
setting smtp_tls_policy_maps "tlspolicy:$T"
sed 's/#.*//' $W/rules | awk 'NF { print $1 }' | tr A-Z a-z | sed 's/Ü/ü/' >$W/order
claim 'the list is in the order of the file' bash -c \
	"cut -f 1 $W/index.list | cmp -s - $W/order"

ask_all index
damaged "$T.tlsp" >$W/bad
cat $W/bad >"$T.tlsp"
ask_all damaged
claim 'the same answers when all of it is damaged' \
	cmp -s $W/damaged.answers $W/index.answers
claim 'the same list, too' cmp -s $W/damaged.list $W/index.list
claim 'and who looked at it said so' grep -q 'the rules are read instead$' \
	$W/damaged.stderr

{ seq -f 'n%.0f.example encrypt ciphers=high' 50000
  seq -f '.w%.0f.group.example secure match=a:.b' 50000; } >$W/rules
awk '{ print $1; print "x" $1 }' $W/rules >$W/asked
table <$W/rules
alike '100,000 rules' 99999

# --- while a process uses it -------------------------------------------
mkfifo $W/pipe
# begin N: a process, $PID, opens the table and asks for one key N times; is its
# index then mapped, or, while it is asked seldom, still an open file?
begin() {
	local try n_open=1 n_mapped=0
	(($1 == 1)) || n_open=0 n_mapped=1
	postmap -q - "tlspolicy:$T" <$W/pipe >$W/out 2>$W/err &
	PID=$!
	exec 7>$W/pipe
	for ((try = 0; try < $1; try++)); do
		echo n7.example >&7
	done
	for try in {1..20}; do
		[[ $(find "/proc/$PID/fd" -lname '*.tlsp' | wc -l) == "$n_open" &&
		    $(grep -c 'partners\.tlsp$' "/proc/$PID/maps") == "$n_mapped" &&
		    $(find "/proc/$PID/fd" -lname "$T" | wc -l) == 1 ]] && return
		sleep 0.1
	done
	return 1
}
# use N WHAT COMMAND...: then the command, then the key of another rule; what
# was answered to that: $HAVE, warnings: $W/err. With some seeds, one question
# is enough to have an index mapped: then it is made anew.
use() {
	local n=$1 what="$2, asked $1 times" seed status=0
	for seed in {1..10}; do
		begin "$n" && break
		exec 7>&-
		wait "$PID" || :
		freeze
	done
	claim "$what: open, or mapped, as it should be" test "$seed" != 10
	shift 2
	"$@"
	echo a.b.w8.group.example >&7
	exec 7>&-
	wait "$PID" 2>/dev/null || status=$?
	HAVE=$status:$(sed -n "$((n + 1))p" $W/out | cut -f 2)
}
damage_it() {
	cp -p "$T.tlsp" $W/good
	damaged $W/good >$W/bad
	dd if=$W/bad of="$T.tlsp" conv=notrunc status=none
}
RIGHT='0:secure match=a:.b'
one_warning() {
	test "$(grep -c 'the rules are read instead$' $W/err)" = 1
}
for n in 1 9; do
	use $n 'damaged while in use' damage_it
	claim "$n: damaged while in use: the right answer" test "$HAVE" = "$RIGHT"
	claim "$n: damaged while in use: one warning" one_warning
	dd if=$W/good of="$T.tlsp" conv=notrunc status=none
	use $n 'made anew while in use' freeze
	claim "$n: made anew while in use: the right answer" test "$HAVE" = "$RIGHT"
	claim "$n: made anew while in use: without a warning" test ! -s $W/err
	use $n 'removed while in use' rm "$T.tlsp"
	claim "$n: removed while in use: the right answer" test "$HAVE" = "$RIGHT"
	freeze
done
use 1 'cut off while in use' truncate -s 0 "$T.tlsp"
claim '1: cut off while in use: the right answer' test "$HAVE" = "$RIGHT"
claim '1: cut off while in use: one warning' one_warning
freeze
# As with cdb: and lmdb:, and better than an answer by guess: SIGBUS.
use 9 'cut off while in use' truncate -s 0 "$T.tlsp"
claim '9: cut off while in use: the process ends' test "$HAVE" = 135:
shows 'cut off while in use: the next one reads the rules' \
	thawed n7.example 'encrypt ciphers=high' ''

# --- a forgotten postmap -----------------------------------------------
in_place() { cat >"$T"; }
in_place_same_time() {
	cp -p "$T" $W/before
	cat >"$T"
	touch -r $W/before "$T"
}
rename_over() { cat >"$T.new"; mv -f "$T.new" "$T"; }
rename_same_time() {
	cat >"$T.new"
	touch -r "$T" "$T.new"
	mv -f "$T.new" "$T"
}
backup_rename() {
	mv -f "$T" "$T~"
	cat >"$T"
	touch -r "$T~" "$T"
}
linked_over() {
	cat >"$T.new"
	touch -r "$T" "$T.new"
	ln -f "$T.new" "$T"
	rm "$T.new"
}
copied_over() {
	cat >$W/copy
	touch -r "$T" $W/copy
	cp -p $W/copy "$T"
}
old='made before the rules file was last changed'
for way in in_place in_place_same_time rename_over rename_same_time \
	backup_rename linked_over copied_over; do
	echo 'p.example secure match=old.example' | table
	freeze
	# The same size, for nothing else to show it.
	echo 'p.example secure match=new.example' | $way
	shows "edited, no postmap, $way: the new policy holds" \
		thawed p.example 'secure match=new.example' "$old"
	echo 'p.example secure match=old.example' | $way
	shows "$way: edited back: the rules are read" \
		thawed p.example 'secure match=old.example' "$old"
	freeze
	shows "$way: after postmap the index answers" \
		frozen p.example 'secure match=old.example'
done
touch -d '2 minutes ago' "$T"
shows 'touched' thawed p.example 'secure match=old.example' "$old"
freeze
chmod 600 "$T"
chmod 644 "$T"
shows 'its mode changed and changed back' \
	thawed p.example 'secure match=old.example' "$old"
freeze
cp -p "$T" $W/text
cp -p "$T.tlsp" $W/text.tlsp
rm "$T" "$T.tlsp"
cp -p $W/text "$T"
cp -p $W/text.tlsp "$T.tlsp"
shows 'both restored from a copy' \
	thawed p.example 'secure match=old.example' "$old"

# --- made for somebody else --------------------------------------------
echo 'p.example encrypt' | table
freeze
echo 'p.example may' | table_in /etc/postfix/other
cp -p "$T.tlsp" /etc/postfix/other.tlsp
shows "another table's index" thawed p.example may "$old" /etc/postfix/other
setting smtputf8_enable no
shows 'made under another smtputf8_enable' thawed p.example encrypt \
	'made under another smtputf8_enable'
setting smtputf8_enable yes
setting mail_version 99.1
shows 'made under another Postfix' thawed p.example encrypt \
	'made under another version of Postfix'
setting mail_version
shows 'and again as it was' frozen p.example encrypt

# --- not to be trusted, or no index ------------------------------------
cp -p "$T.tlsp" $W/good
again() { rm -rf "$T.tlsp"; cp -p $W/good "$T.tlsp"; }
chown postfix "$T.tlsp"
shows "postfix's" thawed p.example encrypt 'the file belongs to uid'
again; chmod 664 "$T.tlsp"
shows 'writable by the group' thawed p.example encrypt 'others can write'
again; chmod 646 "$T.tlsp"
shows 'writable by others' thawed p.example encrypt 'others can write'
again; mv "$T.tlsp" $W/elsewhere; ln -s $W/elsewhere "$T.tlsp"
shows 'a symbolic link' thawed p.example encrypt ''
rm "$T.tlsp"; ln -s /nonexistent "$T.tlsp"
shows 'a dangling link' thawed p.example encrypt ''
rm "$T.tlsp"; mkdir "$T.tlsp"
shows 'a folder' thawed p.example encrypt 'not a regular file'
rmdir "$T.tlsp"; mkfifo "$T.tlsp"
shows 'a FIFO' thawed p.example encrypt 'not a regular file'
again; chmod 600 "$T.tlsp"
unprivileged() {
	setpriv --reuid nobody --regid nogroup --clear-groups "$@"
}
have=$(unprivileged postmap -q p.example "tlspolicy:$T" 2>&1) || :
claim 'that the caller may not read' like "${have//$'\n'/|}" \
	'[^|]*its index .tlsp is not used[^|]*Permission denied; postmap [^|]* makes it anew\|encrypt'
content() { # SENTENCE REASON <BYTES
	again
	cat >"$T.tlsp"
	shows "$1" thawed p.example encrypt "$2"
}
size=$(stat -c %s $W/good)
content 'empty' '' </dev/null
content 'garbage' 'not an index' < <(head -c 4096 /dev/urandom)
content 'garbage, short' '' < <(echo garbage)
content 'zeros' 'not an index' < <(head -c "$size" /dev/zero)
content 'cut off in its head' '' < <(head -c 100 $W/good)
content 'cut off behind its head' '' < <(head -c 192 $W/good)
content 'cut off in the middle' '' < <(head -c $((size / 2)) $W/good)
content 'a byte too short' '' < <(head -c $((size - 1)) $W/good)
content 'a byte too long' '' < <(cat $W/good; echo)
content 'twice' '' < <(cat $W/good $W/good)
content 'the rules themselves' '' <"$T"
wrong=0
for ((at = 0; at < size; at += 3)); do
	{ head -c $at $W/good
	  tail -c +$((at + 1)) $W/good | head -c 1 | tr '\000-\377' '\200-\377\000-\177'
	  tail -c +$((at + 2)) $W/good; } >"$T.tlsp"
	[ "$(postmap -q p.example "tlspolicy:$T" 2>/dev/null)" = encrypt ] &&
		! postmap -q q.example "tlspolicy:$T" >/tmp/answer 2>/dev/null &&
		[ ! -s /tmp/answer ] || { wrong=$((wrong + 1)); echo "    byte $at"; }
done
claim "one byte in three of $size changed, each alone: the same answers" \
	test $wrong = 0
again
shows 'and again as it was, once more' frozen p.example encrypt

# --- texts that need a word --------------------------------------------
printf '\xef\xbb\xbfbom.example secure\r\ncrlf.example may\r\n' | table
says 'a byte order mark and CRLF: postmap warns' 'byte order mark' \
	postmap "tlspolicy:$T"
shows 'and the index answers: the first line' frozen bom.example secure
shows 'and the index answers: the next line' frozen crlf.example may
echo 'p.example encrypt' | table_in /etc/postfix/real
ln -s real /etc/postfix/link
shows 'a link: postmap makes an index' freeze /etc/postfix/link
claim 'beside the link' test -e /etc/postfix/link.tlsp
shows 'it is used for the link' frozen p.example encrypt /etc/postfix/link
claim 'and there is none for the file' test ! -e /etc/postfix/real.tlsp
echo 'p.example may' | table_in /etc/postfix/real2
ln -sf real2 /etc/postfix/link
shows 'not when the link leads elsewhere' \
	thawed p.example may "$old" /etc/postfix/link
printf 'a.example encrypt\npin.example encrypt pin=require\n' | table
freeze
have=$(ask pin.example)
mv "$T.tlsp" $W/index
claim 'pin=require: the same error with and without' \
	test "$have" = "$(ask pin.example)"
shows 'which says where' test "${have/$T:2:/}" != "$have"
the_end
