#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-compile: tlspolicy compile makes the index that postmap(1) makes: same
# bytes but for their seed, same refusals, same owner and mode.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in
setting smtp_tls_policy_maps "tlspolicy:$T"

printf 'p.example encrypt\n.q.example may\nbücher.example secure\n' | table
prints 'the index is made, and its size said' 0 \
	"^$T.tlsp: 3 rules, [0-9]+ bytes$" tlspolicy compile
shows 'and lookups use it' frozen p.example encrypt
shows 'of its twin, too' frozen xn--bcher-kva.example secure
size=$(stat -c %s "$T.tlsp")
freeze
claim 'it is as large as that of postmap' test "$size" = \
	"$(stat -c %s "$T.tlsp")"
prints 'as JSON' 0 "^{\"table\":\"$T\",\"index\":\"$T.tlsp\",\"rules\":3,\
\"bytes\":$size,\"errors\":0,\"warnings\":0,\"error\":null}$" \
	tlspolicy compile --json "$T"

# --- the same refusals ------------------------------------------------------
cp -p "$T.tlsp" /tmp/index
printf 'p.example may\nbad.example secrue\n' | table
prints 'a bad line: no index, and its place' 78 \
	"^$T:2:13: error: \"secrue\" is no security level" tlspolicy compile
prints 'and how many there are' 78 "^$T: error: 1 error in the rules" \
	tlspolicy compile
claim 'the old index is as it was' cmp -s "$T.tlsp" /tmp/index
prints 'as JSON it says so, too' 78 '"index":null.*"errors":1.*"error":"1 error' \
	tlspolicy compile --json
{ for n in {1..3000}; do echo "b$n.example secrue"; done; } | table
prints 'of many errors the first are shown' 78 \
	'3000 errors and 0 warnings in all; the first 20' tlspolicy compile
printf 'p.example may\np.example none\n' | table
prints 'warnings alone do not stop it' 0 'a second rule for "p.example"' \
	tlspolicy compile
shows 'and the index is used' frozen p.example may
chmod 664 "$T"
prints 'a file that others can write' 78 'others can write' tlspolicy compile
chmod 644 "$T"
prints 'no such file' 75 'No such file' tlspolicy compile /etc/postfix/none
prints 'two tables are too many' 64 'one table at a time' \
	tlspolicy compile "$T" "$T"

# --- all tables of main.cf, each once ----------------------------------------
echo 'other.example may' | table_in /etc/postfix/other
setting smtp_tls_policy_maps \
	"tlspolicy:$T, proxy:tlspolicy:$T, tlspolicy:/etc/postfix/other"
claim 'each table of main.cf is compiled once' test \
	"$(tlspolicy compile 2>/dev/null | wc -l)" = 2
setting smtp_tls_policy_maps "tlspolicy:$T"

# --- owner and mode, as postmap ----------------------------------------------
OWN=/run/own
mkdir $OWN
wrong=
for owner in root:root root:postfix nobody:nogroup; do
	for mode in 600 640 644 400; do
		for mask in 022 077; do
			rm -f $OWN/p*
			chown "${owner%:*}" $OWN
			echo 'p.example encrypt' | table_in $OWN/p
			chown $owner $OWN/p
			chmod $mode $OWN/p
			(umask $mask && postmap tlspolicy:$OWN/p) 2>/dev/null
			want=$(stat -c '%u %g %a' $OWN/p.tlsp)
			rm $OWN/p.tlsp
			(umask $mask && tlspolicy compile $OWN/p) >/tmp/said \
				2>&1 || :
			[ "$(stat -c '%u %g %a' $OWN/p.tlsp)" = "$want" ] ||
				wrong+=" $owner/$mode/$mask"
		done
	done
done
claim 'owner and mode are those that postmap gives' test -z "$wrong"
the_end
