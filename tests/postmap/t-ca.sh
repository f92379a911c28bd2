#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-ca: tlspolicy ca: certificates are added to bundles and taken out of them;
# openssl(1) is the judge. Whatever happens, a bundle is the old or the new one.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in
# shellcheck source=tests/postmap/ca.sh
. "$HERE/ca.sh"

# --- add: every form, no duplicates ---
prints 'add makes a bundle where there is none' 0 "^\+ $(sha256 root.pem)" \
	tlspolicy ca add --yes root.cer
claim 'which openssl reads' test "$(in_bundle root.pem)" = 1
claim 'readable for all' test "$(stat -c %a "$B")" = 644
prints 'the same again is there already' 0 "^= $(sha256 root.pem)" \
	tlspolicy ca add --yes root.pem
claim 'and is not added' test "$(number)" = 1
prints 'PKCS#7 in DER: what is new is added, what is there is not' 0 \
	"^\+ $(sha256 proc.pem) CN=VW-CA-PROC-06" \
	tlspolicy ca add --yes both.p7b
claim 'openssl reads both' test "$(in_bundle proc.pem)$(number)" = 12
rm "$B"
prints 'PKCS#7 in PEM, and one file twice' 0 '^= ' \
	tlspolicy ca add --yes both.p7c both.p7c root.pem
claim 'makes two' test "$(number)" = 2
rm "$B"
cat root.cer proc.cer >two.cer
tlspolicy ca add --json --yes two.cer >/dev/null 2>&1
claim 'several DER in one file' test "$(number)" = 2
rm "$B"
tlspolicy ca add --json --yes <(cat root.pem proc.pem) >/dev/null 2>&1
claim 'several PEM, from a pipe' test "$(number)" = 2

# What is there already stays as it is, to the byte.
{
	echo '# our own comment, ünïcode, no newline at the end below'
	cat root.pem
	printf 'text between\r\n'
	sed 's/$/\r/' proc.pem
	printf '# end'
} >"$B"
chmod 640 "$B"
chown postfix:mail "$B"
keep
prints 'add to a bundle of somebody' 0 '^\+ ' \
	tlspolicy ca add --yes bücher.pem
claim 'every byte of it is still there' cmp -s -n \
	"$(stat -c %s /tmp/kept.pem)" /tmp/kept.pem "$B"
claim 'owner and mode are kept' test "$(stat -c %U:%G:%a "$B")" = \
	postfix:mail:640
claim 'openssl reads all three' test "$(in_bundle root.pem)$(in_bundle \
	proc.pem)$(in_bundle bücher.pem)" = 111
claim 'names are shown as people read them' grep -q \
	'^# tlspolicy: CN=Bücher CA$' "$B"
prints 'and taken out again' 0 '^- .*CN=Bücher CA' \
	tlspolicy ca remove --yes 'bücher ca'
claim 'all is as before, but for the newline' cmp -s "$B" \
	<(cat /tmp/kept.pem; echo)
ln -s "$B" /tmp/ca/link.pem
prints 'a link stays one' 0 '^\+ ' tlspolicy ca add --to link.pem --yes \
	bücher.pem
claim 'and the file behind it is changed' test -L link.pem -a \
	"$(in_bundle bücher.pem)" = 1
prints 'a bundle in DER is refused, with the reason' 65 \
	'root.cer: error: not PEM' tlspolicy ca add --to root.cer --yes proc.pem
ln -s /tmp/ca/nothing nowhere.pem
prints 'a link to nothing is refused' 78 'link to a file that is not there' \
	tlspolicy ca add --to nowhere.pem --yes proc.pem
rm -f "$B"
tlspolicy ca add --json --yes root.pem proc.pem >/dev/null 2>&1

# --- what is refused, and what is said ---
keep
prints 'a server certificate is refused' 1 '^refused.*leaf.pem:1: ' \
	tlspolicy ca add --yes leaf.pem
claim 'each time' test \
	"$(tlspolicy ca add --yes leaf.pem leaf.pem 2>/dev/null | grep -c '^!')" = 2
prints 'and why' 1 'no certificate of an authority' \
	tlspolicy ca add --yes leaf.pem
prints 'an authority for something else is refused' 1 \
	'may not vouch for TLS servers' tlspolicy ca add --yes mailca.pem
same 'refused'
prints 'unless it is wanted' 0 "^\+ $(sha256 self.pem)" \
	tlspolicy ca add --yes --not-ca self.pem
prints 'what is refused is no obstacle to the rest' 1 '^\+ .*CN=Bücher CA' \
	tlspolicy ca add --yes leaf.pem bücher.pem
prints 'expired is said' 0 'warning: expired.*CN=Old CA' \
	tlspolicy ca add --yes old.pem
prints 'an issuer that is not there is said' 0 \
	'before its issuer is there, too: CN=VW-CA-ROOT-04' \
	tlspolicy ca add --yes --to /tmp/ca/alone.pem proc.cer
claim 'openssl, too, believes nobody because of that' not openssl verify \
	-CAfile alone.pem leaf.pem
prints 'that everybody is concerned is said' 0 'can pass for every partner' \
	tlspolicy ca add --yes later.pem
prints 'no terminal to ask on' 64 'say --yes' setsid "$COMMAND" ca add \
	mailca.pem --not-ca
keep
prints 'asked, and the answer is no' 1 'nothing was changed' \
	on_terminal no add --not-ca mailca.pem
same 'no'
prints 'asked, and the answer is yes' 0 '^\+ .*Mail CA' \
	on_terminal yes add --not-ca mailca.pem
prints 'no bundle in main.cf' 64 'no smtp_tls_CAfile; .*--to BUNDLE' \
	bash -c "postconf -X smtp_tls_CAfile; touch -d '1 minute ago' \
	/etc/postfix/main.cf; $COMMAND ca add root.pem"
setting smtp_tls_CAfile "$B"

# --- hostile files: nothing is taken of them, nothing is changed ---
keep
refuses() { # SENTENCE PATTERN FILE
	prints "$1" 65 "$2" tlspolicy ca add --yes "$3"
	same "$1"
}
cat root.key bücher.pem >with.key
refuses 'a private key is never copied' \
	'with.key:1:1: error: a private key: .*never copied' with.key
openssl pkcs12 -export -in leaf.pem -inkey leaf.key -passout pass:x \
	-out leaf.p12
refuses 'nor one in PKCS#12' 'leaf.p12: error: a private key, or' leaf.p12
openssl genrsa -out rsa.pem 2048 2>/dev/null
openssl rsa -in rsa.pem -outform DER -out rsa.key 2>/dev/null
refuses 'nor one in DER' 'rsa.key: error: a private key' rsa.key
head -n 5 mailca.pem | cat - later.pem >half.pem
refuses 'half a block' 'half.pem:1:1: error: half a block' half.pem
head -c 100000 /dev/urandom >noise
refuses 'noise' 'error: ' noise
head -c 200 root.cer >cut.cer
refuses 'half a certificate' 'error: neither a certificate nor PKCS#7' cut.cer
echo hello >text
refuses 'a text' 'text: error: no certificate in it' text
: >empty
refuses 'an empty file' 'no certificate in it' empty
truncate -s 100M large
refuses '100 MB' 'larger than 16 MiB' large
refuses 'what has no end' 'larger than 16 MiB' /dev/zero
prints 'no such file' 66 'cannot open: No such file' \
	tlspolicy ca add --yes nowhere.pem
same 'no such file'
# 600,000 half blocks: a moment, and no screen full of words.
yes -- '-----BEGIN CERTIFICATE-----' 2>/dev/null | head -c 16000000 >begins ||
	:
refuses 'half a million half blocks' 'more than 20000' begins
head -c 500000 begins >fewer
prints 'many faults are counted, not listed' 65 'and [0-9]{4,} more' \
	tlspolicy ca list fewer
claim 'in few lines' test \
	"$(tlspolicy ca list fewer 2>&1 | wc -l)" -lt 50
# A name that would speak to a terminal, or be a certificate to OpenSSL.
cert hostile - $'\e[31mred\e]0;x\a\xc2\x9b1m' - -1000 $DAY ca -
mkdir names
cp root.pem $'names/\e[31mred.pem'
cp half.pem $'names/\e]0;half\a.pem'
for part in "add --yes hostile.pem" list "list --json" "list names"; do
	# shellcheck disable=SC2086
	tlspolicy ca $part >out 2>&1 || :
	claim "no escape passes through: $part" not env LC_ALL=C grep -qP \
		'[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' out
done
claim 'nor into the bundle' not env LC_ALL=C grep -qP \
	'[\x1b\x07]|\xc2[\x80-\x9f]' "$B"
newline=$'a\n-----BEGIN CERTIFICATE-----\nb.pem'
cp later.pem "$newline"
rm "$B"
tlspolicy ca add --json --yes root.pem "$newline" >/dev/null 2>&1
claim 'a file name with lines in it makes no lines' test "$(number)" = 2
claim 'and openssl reads the bundle' test "$(in_bundle root.pem)" = 1

# To OpenSSL a line ends after 254 bytes: what is behind would be another.
prefix='# tlspolicy: added 2026-11-25 from '
name=$(head -c $((254 - ${#prefix})) /dev/zero | tr '\0' x)
name+='-----BEGIN CERTIFICATE-----'
cp later.pem "$name"
rm "$B"
tlspolicy ca add --yes "$name" root.pem >/dev/null 2>&1
claim 'nor does one that is too long' openssl verify -CAfile "$B" root.pem

# A bundle that smtp(8) could not read is not made longer.
cp "$B" good.pem
head -n 4 mailca.pem >>"$B"
keep
prints 'half a block in the bundle: add refuses' 65 \
	'half a block.*smtp\(8\) cannot read such a file' \
	tlspolicy ca add --yes proc.pem
prints 'so does remove' 65 'half a block' tlspolicy ca remove --yes later
same 'half a block in the bundle'
claim 'and openssl cannot read it either' not openssl verify -CAfile "$B" \
	root.pem
prints 'list says so' 65 "ca-bundle.pem:[0-9]+:1: error: half a block" \
	tlspolicy ca list
prints 'and has the rest' 65 '^ca .*VW-CA-ROOT-04' tlspolicy ca list
prints 'as JSON, too' 65 '"state":"broken"' tlspolicy ca list --json
cat good.pem root.key >"$B"
prints 'a key in the bundle is told of' 65 'a private key: whoever reads' \
	tlspolicy ca list

# --- remove ---
cat root.pem proc.pem old.pem later.pem root.pem >"$B"
serial=$(openssl x509 -in later.pem -noout -serial | sed 's/.*=//')
keep
prints 'remove: what is not there' 1 'no certificate has' \
	tlspolicy ca remove --yes 'No CA'
prints 'a part of a name is no name' 1 'no certificate has' \
	tlspolicy ca remove --yes VW-CA
same 'remove of nothing'
prints 'remove by serial number, in any case' 0 '^- .*CN=Later CA' \
	tlspolicy ca remove --yes "$(tr A-F a-f <<<"$serial")"
claim 'it is gone' test "$(in_bundle later.pem)$(number)" = 04
prints 'remove by fingerprint; both of two' 0 '^- .*VW-CA-ROOT-04' \
	tlspolicy ca remove --yes "$(sha256 root.pem | tr -d :)"
claim 'they are gone' test "$(in_bundle root.pem)$(number)" = 02
tlspolicy ca add --json --yes root.pem >/dev/null 2>&1
prints 'remove: a rule that believes it still' 0 \
	'the rule for ta.example believes it still' \
	tlspolicy ca remove --yes VW-CA-ROOT-04
mkdir hashed
cp old.pem "hashed/$(openssl x509 -in old.pem -noout -hash).0"
cp proc.pem hashed/not-a-hash
setting smtp_tls_CApath /tmp/ca/hashed
cp "$B" before.pem
prints 'remove: one that smtp_tls_CApath has, too' 0 \
	'believes it still: CN=Old CA stands in /tmp/ca/hashed/' \
	tlspolicy ca remove --yes CN=Old\ CA
cp before.pem "$B"
setting smtp_tls_CApath
prints 'remove by subject' 0 '^- ' tlspolicy ca remove --yes CN=Old\ CA
keep
prints 'the last one stays' 78 'nothing would be left' \
	tlspolicy ca remove --yes VW-CA-PROC-06
same 'the last one'
cert twin - 'VW-CA-ROOT-04' - -1000 $((300 * DAY)) ca -
tlspolicy ca add --json --yes root.pem twin.pem >/dev/null 2>&1
prints 'two of one name: which?' 64 "means several.*" \
	tlspolicy ca remove --yes VW-CA-ROOT-04
prints 'and their fingerprints' 64 "^  $(sha256 twin.pem)" \
	tlspolicy ca remove --yes VW-CA-ROOT-04
tlspolicy ca remove --json --yes "$(sha256 twin.pem)" >/dev/null 2>&1
prints 'asked, and the answer is no' 1 'nothing was changed' \
	on_terminal no remove VW-CA-ROOT-04
claim 'it is still there' test "$(in_bundle root.pem)" = 1
# OpenSSL takes the rest of a line that is too long for a line.
{ head -c 254 /dev/zero | tr '\0' '#'; cat later.pem; cat root.pem; } >"$B"
prints 'what OpenSSL reads in a line that is too long' 0 'CN=Later CA' \
	tlspolicy ca list
prints 'is taken out as well' 0 '^- .*Later CA' \
	tlspolicy ca remove --yes 'Later CA'
claim 'and what follows is still read' openssl verify -CAfile "$B" root.pem

# --- a full disk, a kill, two at once ---
mkdir small
mount -t tmpfs -o size=64k tmpfs small
cat root.pem >small/bundle.pem
dd if=/dev/zero of=small/rest 2>/dev/null || :
cp small/bundle.pem /tmp/kept.pem
prints 'a full disk: said' 75 'No space left.*|cannot (write|create)' \
	tlspolicy ca add --yes --to small/bundle.pem proc.pem
claim 'a full disk: the old bundle is there' cmp -s small/bundle.pem \
	/tmp/kept.pem
claim 'and nothing else' test "$(ls -A small | tr '\n' ' ')" = \
	'bundle.pem rest '
umount small
cat root.pem >"$B"
if command -v strace >/dev/null; then
	for call in fchmod write fsync rename; do
		cp root.pem "$B"
		status=0
		strace -o /dev/null -e inject=$call:signal=KILL \
			-e trace=$call "$COMMAND" ca add --yes proc.pem \
			>/dev/null 2>&1 || status=$?
		claim "killed at $call: it was" test $status = 137
		claim "killed at $call: the old bundle or the new one" test \
			"$(number)" = 1 -o "$(in_bundle proc.pem)" = 1
		claim "and openssl reads it: $call" test \
			"$(in_bundle root.pem)" = 1
	done
else
	skip 'killed in the midst of it (no strace here)'
fi
cat root.pem >"$B"
torn=0 done=0
for _ in {1..40}; do
	cp root.pem "$B"
	timeout -s KILL "0.0$((RANDOM % 40 + 10))" "$COMMAND" ca add --yes \
		proc.pem later.pem >/dev/null 2>&1 || :
	case $(in_bundle root.pem)$(in_bundle proc.pem)$(in_bundle later.pem) in
	100) ;;
	111) done=$((done + 1)) ;;
	*) torn=$((torn + 1)) ;;
	esac
done
claim "40 kills at any time ($done of them too late): nothing is torn" test \
	$torn = 0
rm -f /etc/postfix/.ca-bundle.pem.tlspolicy.*
cp root.pem "$B"
for name in proc later bücher old mailca; do
	tlspolicy ca add --yes --not-ca $name.pem >/dev/null 2>&1 &
done
wait
claim 'five at once: none is lost' test "$(number)" = 6
cp root.pem "$B"
flock "$B" sleep 60 &
prints 'somebody else has it: said, after a while' 75 \
	'somebody else is changing it' tlspolicy ca add --yes proc.pem
kill $!

# --- usage ---
prints 'no part: usage' 64 'list, add, remove, missing or verify' tlspolicy ca
prints 'an unknown part: usage' 64 '"lost" is none of' tlspolicy ca lost
prints 'add what?' 64 'add which file' tlspolicy ca add
prints 'remove what?' 64 'remove which' tlspolicy ca remove
prints 'missing whose?' 64 'one next-hop' tlspolicy ca missing
prints 'verify what?' 64 'verify which' tlspolicy ca verify
prints 'ca --help: exit status 0, an example' 0 'Example' tlspolicy ca --help
claim 'ca --help fits a screen' test "$(tlspolicy ca --help | wc -l)" -le 24 \
	-a "$(tlspolicy ca --help | awk 'length > n { n = length }
		END { print n }')" -le 80
prints 'a full disk is told of' 74 'standard output' bash -c \
	"$COMMAND ca list >/dev/full"
for _ in {1..500}; do cat old.pem; done >many.pem
claim 'who reads no further hears no complaint' test -z "$(trap '' PIPE
	exec 3>&1
	"$COMMAND" ca list many.pem 2>&3 3>&- | head -n 1 >/dev/null)"
the_end
