#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-postmap: what postmap(1) of the installed Postfix gets from the table:
# answers, errors, listings, refusals; with and without smtputf8_enable.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
module_in

says 'postconf -m lists tlspolicy' '^tlspolicy$' postconf -m

# --- answers -----------------------------------------------------------
cp "$TOP/examples/partners" "$T"
touch -d '1 minute ago' "$T"
answers 'a partner of the list' audi.fr 'encrypt ciphers=high'
answers 'case does not matter' AUDI.Fr 'encrypt ciphers=high'
answers 'the one with a certificate name' example.com \
	'secure match=www.example.com ciphers=high'
answers 'a stranger is not found' stranger.example '(none)'

setting smtp_tls_policy_maps "tlspolicy:$T"
table <<'EOT'
# comment

exact.example	secure match=a   ,  ciphers=high
	protocols=!SSLv3:!TLSv1
# between
	exclude=RC4   
.wild.example	encrypt
deep.wild.example may
.near.wild.example verify
.final.example	secure final=yes match=b
pinned.example	encrypt pin=prefer ciphers=high pin_ttl=2d
required.example encrypt pin=require
[host.example]	encrypt
[host.example]:587 secure match=c
host.example:25 may
/var/spool/lmtp	none
private/Socket	none
b%C3.example	may
EOT
answers 'continuations are joined as postmap joins them' exact.example \
	$'secure match=a   ,  ciphers=high\tprotocols=!SSLv3:!TLSv1\texclude=RC4'
answers 'the only table answers a wildcard at once' a.b.wild.example encrypt
answers 'a wildcard is not the name itself' wild.example '(none)'
answers 'an exact rule goes before a wildcard' deep.wild.example may
answers 'the nearest wildcard holds' x.near.wild.example verify
answers 'final is removed from the answer' a.final.example 'secure match=b'
answers 'pin=prefer without pins answers as written' pinned.example \
	'encrypt ciphers=high'
answers 'pin=require without pins makes mail wait' required.example \
	'(error)*pin=require*'
answers '[host] is matched as it is' '[HOST.example]' encrypt
answers '[host]:port is a key of its own' '[host.example]:587' 'secure match=c'
answers '[host]:port has no parents' '[host.example]:588' '(none)'
answers 'host:port' host.example:25 may
answers 'a socket path' /var/spool/lmtp none
answers 'a relative socket path, folded as by postmap' private/SOCKET none

setting smtp_tls_policy_maps "tlspolicy:$T, texthash:/etc/hosts"
answers 'not the only: the wildcard waits to be asked' a.b.wild.example '(none)'
answers 'and answers when it is asked' .wild.example encrypt
answers 'not so a final one' a.final.example 'secure match=b'
setting smtp_tls_policy_maps "tlspolicy:$T unionmap:{tlspolicy:$T}"
answers 'inside another table it does not guess' a.b.wild.example '(none)'

# --- errors ------------------------------------------------------------
setting smtp_tls_policy_maps "tlspolicy:$T"
table <<'EOT'
good.example	encrypt
level.example	secrue
novalue.example
grade.example	may ciphers=hihg
place.example	encrypt
	ciphers=high
	match=x
twice.example	encrypt
twice.example	may
joined.example	encrypt
  hidden.example secure
.badwild.example encrypt ciphers=
EOT
for bad in level:2:15 novalue:3:1 grade:4:27 place:7:2 hidden:11:3 joined:11:3; do
	answers "a bad line gives an error with its place: $bad" \
		"${bad%%:*}.example" "(error)*$T:${bad#*:}: *waits"
done
answers 'all other keys keep working' good.example encrypt
answers 'of two rules the first holds' twice.example encrypt
says 'and the log names both lines' "$T:9:1: .*twice.example.*line 8" \
	postmap -q good.example "tlspolicy:$T"
answers 'a bad wildcard answers for names below it' x.badwild.example '(error)*'

printf '  first.example secure\n\xef\xbb\xbfx y\n' | table
answers 'an indented first line' first.example '(error)*'
printf '\xef\xbb\xbfbom.example secure\r\ncrlf.example may\r\n' | table
answers 'a byte order mark is read through' bom.example secure
answers 'and so is CR LF' crlf.example may
printf 'a.example secure\rb.example secure\rc.example may\r' | table
for k in a b c; do answers "lines that end in CR: $k" $k.example '(error)*'; done
printf 'a.example encrypt\nb.example enc\0rypt\nlast.example may' | table
answers 'a NUL byte in a policy poisons its key' b.example '(error)*:2:14:*'
answers 'but not others' a.example encrypt
answers 'the last line needs no newline' last.example may
printf 'a.example encrypt\n\0\0\0\0\0\0' | table
answers 'a run of NUL bytes damages the table' a.example '(error)*damaged*'
printf 'a.example may\nl\xe4tin.example encrypt\nv.example may exclude=\xe4\n' | table
answers 'a policy that is not UTF-8' v.example '(error)*:3:11:*'
says 'a key that is not UTF-8 is reported' "$T:2:1: no mail ever asks" \
	postmap -q a.example "tlspolicy:$T"
{ printf 'long.example encrypt exclude='; head -c 4000000 /dev/zero |
	tr '\0' x; printf '\nshort.example may\n'; } | table
answers 'a line of megabytes' short.example may
claim 'and its answer is whole' test \
	"$(postmap -q long.example "tlspolicy:$T" | wc -c)" = 4000017

# --- the file itself ---------------------------------------------------
echo 'a.example encrypt' | table
unsafe() { # SENTENCE PATTERN
	answers "$1: every key answers an error" a.example "(error)*$2*all mail waits"
	answers "$1: also for a stranger" stranger.example '(error)*'
}
chmod 664 "$T"; unsafe 'writable by the group' 'chmod go-w'
chmod 646 "$T"; unsafe 'writable by others' 'chmod go-w'
chmod 644 "$T"; chown postfix "$T"; unsafe 'owned by postfix' 'chown root'
chown root "$T"; chmod 777 /etc/postfix; unsafe 'in an unsafe folder' 'chmod go-w /etc/postfix'
chmod 755 /etc/postfix
: | table; unsafe 'empty' 'empty'
rm "$T"; unsafe 'absent' 'No such file'
mkdir "$T"; unsafe 'a folder in its place' 'not a regular file'
rmdir "$T"; mkfifo "$T"; unsafe 'a FIFO in its place' 'not a regular file'
rm "$T"; ln -s /nonexistent "$T"; unsafe 'a dangling link' 'No such file'
rm "$T"; echo '# nothing yet' | table
answers 'a file of comments is a table without rules' a.example '(none)'

printf ' \n' | table; unsafe 'blank' 'blank'
echo 'a.example encrypt' | table
ln -s "$T" /tmp/link
answers 'through a link' a.example encrypt tlspolicy:/tmp/link
chown -h nobody /tmp/link
answers "a link of somebody else's" a.example '(error)*link*' tlspolicy:/tmp/link
{ echo 'a.example encrypt'
  for n in {1..30}; do echo "x$n.example none y"; done
  printf '*.lost.example secure\n\xc2\xa0space.example secure\n'
} | table
says 'warnings do not crowd out an error' '"\*.lost.example"' \
	postmap -q a.example "tlspolicy:$T"
says 'a no-break space before a key is reported' 'no-break space' \
	postmap -q a.example "tlspolicy:$T"

# --- listing and refusals ----------------------------------------------
table <<'EOT'
b.example	encrypt  ciphers=high
.a.example	secure final=yes
b.example	may
EOT
claim 'postmap -s lists the rules in their order' test \
	"$(postmap -s "tlspolicy:$T" 2>/dev/null)" = \
	$'b.example\tencrypt  ciphers=high\n.a.example\tsecure'
echo 'bad.example secrue' >>"$T"; touch -d '1 minute ago' "$T"
says "a list with a gap is an error" "sequence error" postmap -s "tlspolicy:$T"
says 'an update says why not' 'fatal.*rules are changed by editing' \
	bash -c "echo 'x may' | postmap -i tlspolicy:$T"
says 'and so does a delete' 'fatal.*rules are changed by editing' \
	postmap -d x "tlspolicy:$T"
says 'a relative name is refused' 'absolute path' postmap -q x tlspolicy:partners

# --- versions, UTF-8 ---------------------------------------------------
table <<'EOT'
rpk.example	encrypt enable_rpk=yes
bücher.example	encrypt
.xn--bcher-kva.org	secure
xn--both-loa.example may
bøth.example	none
EOT
case $(postconf -dhx mail_version) in
3.[4-8].*)
	answers 'an attribute newer than this Postfix' rpk.example '(error)*3.9*' ;;
*)	answers 'an attribute this Postfix has' rpk.example 'encrypt enable_rpk=yes' ;;
esac
setting mail_version 99.1
answers 'an implausible version: Postfix may judge' rpk.example 'encrypt enable_rpk=yes'
setting mail_version
for utf8 in yes no; do
	setting smtputf8_enable $utf8
	answers "smtputf8_enable=$utf8: the UTF-8 form" bücher.example encrypt
	answers "smtputf8_enable=$utf8: its twin" XN--Bcher-KVA.example encrypt
	answers "smtputf8_enable=$utf8: the twin of a wildcard" .bücher.org secure
	answers "smtputf8_enable=$utf8: ASCII case" RPK.example '*'
done
setting smtputf8_enable
answers 'folded as Postfix folds' BÜCHER.example encrypt
answers 'below the twin of a wildcard' a.bücher.org secure
answers 'an explicit rule beats the twin' bøth.example none
answers 'and the other way round' xn--both-loa.example may

# proxymap(8) is tried in tests/host; here, that it is named.
the_end
