#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-ca-ask: tlspolicy ca: what is in bundles, whom a server's certificate
# satisfies, whose is missing; openssl(1) is the judge.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in
# shellcheck source=tests/postmap/ca.sh
. "$HERE/ca.sh"

# --- list ---
cat root.pem proc.pem old.pem later.pem root.pem >"$B"
list() {
	tlspolicy ca list "$@"
}
: >empty
head -n 5 mailca.pem | cat - later.pem >half.pem
cert twin - 'VW-CA-ROOT-04' - -1000 $((300 * DAY)) ca -
prints 'list: place, state, subject' 0 \
	"^ca         $B:1: valid CN=VW-CA-ROOT-04$" list
prints 'list: what ends soon' 0 "^ca .*: EXPIRES-SOON CN=VW-CA-PROC-06$" list
prints 'list: what has ended' 0 '^ca .*: EXPIRED CN=Old CA$' list
prints 'list: what has not begun' 0 '^ca .*: NOT-YET-VALID CN=Later CA$' list
prints 'list: days' 0 'to .*Z, 300 of 300 days left$' list
prints 'list: days gone' 0 'expired 35 days ago$' list
prints 'list: who issued it' 0 '^issuer     CN=VW-CA-ROOT-04$' list
prints 'list: twice' 0 "^note +the same as in $B, line 1$" list
prints 'list: a rule that has it as tafile' 0 \
	'^used       ta.example \(tafile\)$' list
prints 'list: a sum' 0 \
	'^total +5 certificates, 1 expired, 1 expire within 30 .* 1 are' list
prints 'soon is what one says' 0 'valid CN=VW-CA-PROC-06' list --soon 3
prints '--soon of nonsense' 64 'takes days' list --soon x
prints '--expiring: only those, and exit status 1' 1 'EXPIRED' list --expiring
claim 'no others' test "$(list --expiring | grep -c '^ca ')" = 2
claim '--expiring: silent if there is nothing' test -z \
	"$(list --expiring --soon 1 root.pem 2>&1)"
for name in root proc old later; do
	prints "SHA-256 and serial number are those of openssl: $name" 0 \
		"^sha256     $(sha256 $name.pem)$" list $name.pem
	prints "the serial number, too: $name" 0 \
		"^serial     $(openssl x509 -in $name.pem -noout -serial |
		sed 's/.*=//')$" list $name.pem
done
names='file line state subject issuer serial not_before not_after days_left '
names+='sha256 is_ca has_issuer is_read is_twice used_by '
claim 'JSON: the names of its members' test "$names" = "$(list --json \
	later.pem | grep -o '"[a-z0-9_]*":' | tr -d '":' | tr '\n' ' ')"
claim 'JSON: an object a line' test "$(list --json | grep -c '^{.*}$')" = 5
prints 'JSON: who uses it' 0 '"used_by":\[\{"who":"ta.example","as":"tafile"' \
	list --json
prints 'list: DER is no bundle' 0 'note +not in PEM: smtp\(8\) cannot read' \
	list root.cer
prints 'list of what is not there' 66 'No such file' list /nowhere
prints 'list of an empty file' 65 'smtp\(8\) could not use it' list empty
system=/etc/ssl/certs/ca-certificates.crt
if [ -s $system ]; then
	claim "all $(grep -c BEGIN $system) certificates of the system" test \
		"$(list $system | grep -c '^ca ')" = "$(grep -c BEGIN $system)"
	list $system | grep '^sha256' | awk '{ print $2 }' | sort >ours
	awk '/BEGIN/ { n++ } { print > ("sys." n ".pem") }' $system
	for file in sys.*.pem; do sha256 "$file"; done | sort >theirs
	claim 'each with the fingerprint that openssl has' cmp -s ours theirs
	prints 'who makes that file is said' 0 'update-ca-certificates' \
		tlspolicy ca add --yes --to $system root.pem
else
	skip "all certificates of the system (there is no $system)"
fi
mkdir folder
cp root.pem proc.pem folder
prints 'a folder without hashes: everything, and a word about it' 0 \
	'as smtp_tls_CApath it is empty' list folder
claim 'both of it' test "$(list folder 2>/dev/null | grep -c '^ca ')" = 2
openssl rehash folder
cp later.pem folder
claim 'a folder with hashes: what smtp(8) reads, each once' test \
	"$(list folder 2>/dev/null | grep -c '^ca ')" = 2
setting smtp_tls_CApath /tmp/ca/folder
claim 'list takes CAfile and CApath' test "$(list | grep -c '^ca ')" = 7
setting smtp_tls_CApath

# --- verify: as openssl does ---
judge() { # SENTENCE FILE BUNDLE: ours and theirs are the same
	local theirs=yes ours=0
	openssl verify -auth_level 1 -purpose sslserver -CAfile "$3" \
		-untrusted "$2" "$2" >/tmp/said 2>&1 || theirs=no
	tlspolicy ca verify --against "$3" --json "$2" >/tmp/ours 2>&1 ||
		ours=$?
	if [ "$theirs" = yes ]; then
		claim "$1: as openssl verify: yes" test $ours = 0
	else
		claim "$1: as openssl verify: no" test $ours = 1
	fi
}
cat leaf.pem proc.pem >chain.pem
cat leaf.pem proc.pem root.pem >whole.pem
cat root.pem proc.pem >full.pem
judge 'a whole chain' chain.pem root.pem
judge 'with its root' whole.pem root.pem
judge 'issuers in the bundle' leaf.pem full.pem
judge 'an issuer missing' leaf.pem root.pem
judge 'no root in the bundle' chain.pem proc.pem
judge 'the root of others' chain.pem later.pem
judge 'an authority that has expired' stray.pem old.pem
judge 'self-signed, unknown' self.pem root.pem
judge 'self-signed, known' self.pem self.pem
judge 'a purpose that is another' mailca.pem mailca.pem
cat proc.pem leaf.pem >turned.pem
prints 'the server certificate need not be the first' 0 \
	'^server .*CN=www.example.com' tlspolicy ca verify --against root.pem \
	turned.pem
verify() {
	tlspolicy ca verify --against root.pem chain.pem "$@"
}
prints 'verify: the chain, to its root' 0 \
	'^chain +2 CN=VW-CA-ROOT-04, until .*, trusted by root.pem:1$' verify
prints 'verify: which rules it meets' 0 \
	"^rule +$T:1:1: example.com secure match=.*: met: www.example.com m" \
	verify
prints 'verify: the name of the server, at verify' 0 \
	"^rule +$T:2:1: mx.example.com verify: met" verify
prints 'verify: how many' 0 '^total +3 of 5 rules' verify
prints 'verify: a rule that is not met, and why' 1 \
	'^rule .*other.example secure: NOT MET: wanted is other.example' \
	verify other.example
prints 'verify: a rule that asks for nothing' 0 'plain.example encrypt: met' \
	verify plain.example
prints 'verify: no rule' 1 'no rule answers for nobody.example' \
	verify nobody.example
prints 'verify: what is missing' 1 '^missing +CN=VW-CA-PROC-06$' \
	tlspolicy ca verify --against root.pem leaf.pem
prints 'verify: a key in the file is no obstacle' 0 '^verifies +yes' \
	tlspolicy ca verify --against root.pem <(cat leaf.key chain.pem)
prints 'verify: half a block is' 65 'half a block' \
	tlspolicy ca verify --against root.pem half.pem

# --- missing, from records ---
record() { # FILE...: of a server that shows these
	local chain='' file
	for file; do
		chain+=${chain:+,}\"$(openssl x509 -in "$file" -outform DER |
			base64 -w0)\"
	done
	printf 'record {"record":"server","version":1,"nexthop":"example.com",'
	printf '"mx":"mx.example.com","port":25,"address":"192.0.2.1",'
	printf '"time":%s,"chain":[%s]}\n' "$(date +%s)" "$chain"
}
missing() {
	cat >record
	tlspolicy ca missing --json --from-record example.com <record \
		>/dev/null 2>&1 || :
	tlspolicy ca missing --from-record example.com <record
}
cat root.pem >"$B"
prints 'missing: nothing' 0 'nothing is missing' missing \
	< <(record leaf.pem proc.pem)
prints 'missing: who issued the last that is shown' 1 \
	'^missing    CN=VW-CA-PROC-06$' missing < <(record leaf.pem)
prints 'missing: where it is said to be' 1 \
	'^where      the certificate does not say$' missing < <(record leaf.pem)
cat twin.pem >"$B"
prints 'missing: another of that name' 1 'its key has not signed this' \
	missing < <(record leaf.pem proc.pem)
cat later.pem >"$B"
prints 'missing: a root that the server sends' 1 \
	"^sha256     $(sha256 root.pem)$" missing \
	< <(record leaf.pem proc.pem root.pem)
prints 'missing: nobody could help' 1 'no authority can help' missing \
	< <(record self.pem)
prints 'missing: a tafile is all that counts for its rule' 1 \
	'^missing    CN=VW-CA-PROC-06$' tlspolicy ca missing --from-record \
	ta.example < <(record leaf.pem | sed 's/"example.com"/"ta.example"/')
sed -i 's,/tmp/ca/root.pem,/tmp/ca/proc.pem,' "$T"
prints 'missing: and may hold the issuer alone' 0 'nothing is missing' \
	tlspolicy ca missing --from-record ta.example \
	< <(record leaf.pem | sed 's/"example.com"/"ta.example"/')
prints 'missing: as JSON' 1 '"state":"no_issuer"' tlspolicy ca missing \
	--json --from-record example.com < <(record leaf.pem)
prints 'missing: no record of this partner' 65 'no record of a server' \
	tlspolicy ca missing --from-record other.example < <(record leaf.pem)
prints 'missing: half a record' 65 'standard input\):1:1: error' missing \
	<<<'{"record":"server"'
prints 'missing: a line that is too long' 65 'longer than any record' missing \
	< <(printf 'record {"record":"'; head -c 3000000 /dev/zero |
		tr '\0' x)
prints 'missing: no certificate was shown' 75 'it cannot be told' missing \
	< <(record)

# --- without a table of ours ---
setting smtp_tls_policy_maps
prints 'without a table certificates are listed all the same' 0 '^ca ' list
prints 'and verified' 0 '^verifies +yes' verify
the_end
