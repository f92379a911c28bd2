#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-learn: what learn and refresh make of real servers: proved keys are kept,
# confirmed, retired; everything else is refused, with its reason.
# Knows the command's lines; not the store's inside.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

T=$TOP/build/tlspolicy
OUT=/run/out
NODNS='--trust-anchor=none'

receivers_of_partner() {
	RECEIVERS='
one     127.0.1.1:25   mx.one.example      proc:one.example
two     127.0.1.2:25   mx.two.example      proc:www.two.example
self    127.0.1.3:25   mx.self.example     -:self.example
host    127.0.1.4:25   mx.host.example     proc:mx.host.example
hostile 127.0.1.5:25   mx.hostile.example  foreign:hostile.example
sub     127.0.1.6:25   mx.sub.wild.example proc:sub.wild.example
none    127.0.1.7:25   mx.none.example     proc:none.example
'
}

probe_learn() { # ARG...: of probe
	# shellcheck disable=SC2086
	kept "$T" probe $NODNS --json "$@" >"$OUT.records" 2>"$OUT.err" || :
	learn
}

learn() { # ARG...: of learn; records from $OUT.records
	STATUS=0
	kept "$T" learn --dry-run --json <"$OUT.records" >/dev/null 2>&1 || :
	"$T" learn "$@" <"$OUT.records" >"$OUT" 2>>"$OUT.err" || STATUS=$?
}

says() { # SIGN NEXTHOP PATTERN
	grep -E "^[$1] $2 .*$3" "$OUT" >/dev/null
}

is_status() {
	[ "$STATUS" -eq "$1" ]
}

same_store() {
	cmp -s "$TABLE.pins.db" /run/before
}

key_of() { # KIND: fingerprint of a receiver's key
	openssl x509 -in "$PKI/$1.pem" -noout -pubkey |
		openssl pkey -pubin -outform DER |
		openssl dgst -sha256 -c | sed 's/.*= //' | tr a-f A-F
}

receivers_of_partner
stage one.example=one two.example=two self.example=self host.example=host \
	hostile.example=hostile sub.wild.example=sub none.example=none <<-END
	one.example      encrypt pin=prefer
	two.example      secure match=www.two.example pin=prefer
	self.example     encrypt pin=prefer
	host.example     verify pin=prefer
	hostile.example  encrypt pin=prefer
	.wild.example    encrypt pin=prefer
	none.example     encrypt
END

deliver() { # WHO
	mark
	send "x@$1"
	verdict "$QID"
}

# With a store there, its next one is noticed at once.
probe_learn two.example
deliver one.example
expect 'before, mail goes as written' Trusted sent
probe_learn one.example two.example
claim 'at encrypt, what would pass secure is learned' \
	says + one.example "$(key_of one)"
claim 'at secure, what matches the rule is learned' \
	says = two.example "$(key_of two)"
claim 'learn ends well where nothing is refused' is_status 0
claim 'the store is there' test -s "$TABLE.pins.db"

deliver one.example
expect 'from the next delivery on by fingerprint' Verified sent
cp "$TABLE.pins.db" /run/before
learn --dry-run
claim 'the same again is confirmed' says = one.example "$(key_of one)"
claim '--dry-run leaves the store as it was' same_store
probe_learn one.example
claim 'a second probe confirms' says = one.example "$(key_of one)"

probe_learn self.example hostile.example host.example none.example
claim 'a self-signed key is refused' says '!' self.example 'nobody but itself'
claim 'a certificate of another CA is refused' \
	says '!' hostile.example 'Unrelated CA'
claim "a name from unsigned MX records is refused" \
	says '!' host.example 'unsigned MX'
claim 'a rule without pin is refused' says '!' none.example 'no pin='
claim 'refusal is told by the exit code' is_status 1

# Records that were tampered with, or are of another time or rule.
"$T" probe $NODNS --json one.example >/run/good 2>/dev/null || :
claim 'the probe sees one.example' grep -q '"record": *"server"' /run/good
tamper() { # SENTENCE SED PATTERN
	sed -E "$2" /run/good >"$OUT.records"
	learn
	if cmp -s /run/good "$OUT.records"; then
		fail "$1" 'the record is as it was'
	else
		claim "$1" says '!' one.example "$3"
	fi
}
foreign_leaf=$(openssl x509 -in "$PKI/hostile.pem" -outform DER | base64 -w0)
tamper 'an exchanged certificate is refused' \
	"s|(\"chain\": *\\[\")[^\"]*|\\1$foreign_leaf|" 'altered'
tamper 'an exchanged fingerprint is refused' \
	's/("key_digest": *")../\1EE/' 'altered'
tamper 'a record of another rule is refused' \
	's/("constraint": *")[0-9A-F]{4}/\10000/' 'changed since'
tamper 'an old record is refused' \
	"s/(\"time\": *)[0-9]+/\\1$(($(date +%s) - 3700))/" 'older than an hour'
tamper 'a record from the future is refused' \
	"s/(\"time\": *)[0-9]+/\\1$(($(date +%s) + 3700))/" 'future'
tamper 'a resumed session is refused' \
	's/("resumed": *)false/\1true/' 'resumed'
tamper 'an unverified record is refused' \
	's/("verdict": *")pkix/\1none/' 'not verified by the probe'
# A lie about the name: believed by nobody, for the chain is asked again.
sed -E 's/self\.example/one.example/g' /run/good >/dev/null
"$T" probe $NODNS --json self.example 2>/dev/null |
	sed -E 's/("verdict": *")none/\1pkix/' >"$OUT.records"
learn
claim 'a verdict that is a lie is not believed' \
	says '!' self.example 'not verified: .*nobody but itself'
echo '{"record":"server","version":1' >"$OUT.records"
learn
claim 'half a record is refused' says '!' - 'no record'
: >"$OUT.records"
learn
claim 'no record at all is an error of its own' is_status 65
head -c 20000 /dev/urandom >"$OUT.records"
learn
claim 'noise is no record' test "$STATUS" -ge 1
{
	printf 'record {"record":"'
	head -c 3000000 /dev/zero | tr '\0' x
	echo
	cat /run/good
} >"$OUT.records"
learn
claim 'a line that is too long is refused' says '!' - 'too long'
claim 'and what follows is read' says = one.example "$(key_of one)"

# A rule that changed.
sed -i 's/^one.example .*/one.example encrypt pin=prefer servername=hostname/' \
	"$TABLE"
learn_after_change() {
	cp /run/good "$OUT.records"
	learn
}
learn_after_change
claim 'records of before the change of a rule are refused' \
	says '!' one.example 'changed since'
probe_learn one.example
claim 'and the first new one retires what the old rule learned' \
	says - one.example 'another rule'

# A new key: mail waits until it is learned, and then goes on.
pki_leaf one proc one.example
postfix -c "$RX" reload 2>/dev/null
deliver one.example
expect 'mail to an unknown key waits' "$STRANGE" deferred
probe_learn one.example
claim 'the new key is learned' says + one.example "$(key_of one)"
deliver one.example
expect 'and the next mail goes' Verified sent

# Both halves in one.
refresh() {
	STATUS=0
	# shellcheck disable=SC2086
	"$T" refresh $NODNS "$@" >"$OUT" 2>"$OUT.err" || STATUS=$?
}
refresh
claim 'refresh confirms what is known' says = two.example "$(key_of two)"
claim 'refresh leaves rules without pin alone' not says '!' none.example ''
kept "$T" refresh $NODNS --json two.example >"$OUT.json" 2>/dev/null || :
claim 'as JSON, too' grep -q '^{"change":"=","nexthop":"two.example","mx"' \
	"$OUT.json"
refresh sub.wild.example
claim 'a name below a wildcard is learned when it is named' \
	says + sub.wild.example "$(key_of sub)"
refresh
claim 'and refreshed from then on by itself' \
	says = sub.wild.example "$(key_of sub)"

# In numbers, for monitoring.
M=/run/metrics/tlspolicy.prom
metric() { # NAME-AND-LABELS: its value
	sed -n "s|^${1//[/\\[} ||p" $M
}
says_metric() { # NAME-AND-LABELS VALUE
	[ "$(metric "$1")" = "$2" ]
}
# Each line is a comment or a value, each value follows its HELP and TYPE, no
# value comes twice, and no metric in two parts.
is_exposition() {
	awk '/^# HELP [a-z_]+ [^ ]/ { help = $3; next }
		/^# TYPE [a-z_]+ gauge$/ {
			if ($3 != help || seen[$3]++) exit 1
			next
		}
		{
			name = $1
			sub(/[{].*/, "", name)
			if (name != help || !seen[name] || value[$1]++ ||
			    $0 !~ /^[a-z_]+([{]([a-z]+="[^"]*",?)+[}])? -?[0-9]+$/)
				exit 1
			n++
		}
		END { exit n == 0 }' $M
}
mkdir ${M%/*}
refresh --metrics $M two.example
claim '--metrics: the file is there, and everybody may read it' \
	test "$(stat -c %a $M)" = 644
claim 'it is what the node exporter reads' is_exposition
claim 'it says how the run ended' \
	says_metric tlspolicy_refresh_exit_status "$STATUS"
claim 'and when' test $(($(date +%s) - \
	$(metric tlspolicy_refresh_end_timestamp_seconds))) -lt 60
claim 'what was learned' \
	says_metric 'tlspolicy_refresh_changes{change="confirmed"}' 1
claim 'what would become of mail' \
	says_metric 'tlspolicy_refresh_destinations{fate="delivered"}' 1
n_listed() { # STATE
	"$T" pins list | awk -v state="$1" '$2 == state { n++ }
		END { print n + 0 }'
}
for state in usable none other_rule lacking; do
	claim "how many next-hops are $state: $(n_listed $state)" says_metric \
		"tlspolicy_next_hops{table=\"$TABLE\",pin=\"prefer\",state=\"$state\"}" \
		"$(n_listed $state)"
done
claim 'there are some of two kinds' \
	test "$(n_listed usable)" -gt 0 -a "$(n_listed none)" -gt 0
# A week from now, or less: the pins are as old as the test.
lasts=$(($(metric tlspolicy_next_hops_end_timestamp_seconds) - $(date +%s)))
claim 'and how long what is usable lasts' \
	test $lasts -gt 600000 -a $lasts -le 604800
first=$(stat -c %i $M)
refresh --metrics $M self.example
claim 'the next run replaces the file' test "$first" != "$(stat -c %i $M)"
claim 'and leaves nothing beside it' test "$(ls -A ${M%/*})" = "${M##*/}"
claim 'it says what was refused' \
	says_metric 'tlspolicy_refresh_changes{change="refused"}' 1
claim 'and so does the exit status, there and here' \
	test "$STATUS-$(metric tlspolicy_refresh_exit_status)" = 1-1
cp /etc/postfix/main.cf /run/main.cf
postconf -X smtp_tls_policy_maps
touch -d '1 minute ago' /etc/postfix/main.cf
refresh --metrics $M
claim 'a run that fails before its first question is told, too' \
	test "$STATUS" -ge 64 -a \
	"$(metric tlspolicy_refresh_exit_status)" = "$STATUS"
claim 'and nothing of what it does not know' \
	not grep -q tlspolicy_next_hops $M
cp -p /run/main.cf /etc/postfix/main.cf
touch -d '1 minute ago' /etc/postfix/main.cf
refresh --metrics /run/nowhere/x.prom two.example
claim 'a file that cannot be written is said' \
	grep -q '^/run/nowhere/x.prom: error: ' "$OUT.err"
claim 'and makes the exit status 74' is_status 74
claim 'what was learned is kept all the same' \
	says = two.example "$(key_of two)"
refresh --metrics $M --dry-run
claim '--metrics and --dry-run exclude each other' is_status 64

# The network half has no rights. It is caught while the DNS keeps silent.
child_is_nobody() {
	local pid
	for pid in $(pgrep -x tlspolicy); do
		if [ "$(stat -c %U "/proc/$pid")" != root ] ||
		    grep -q '^Uid:.*65534.*65534.*65534' "/proc/$pid/status"
		then
			grep -q '^NoNewPrivs:[[:space:]]*1' "/proc/$pid/status"
			return
		fi
	done
	return 1
}
# The half that learns has no network: neither an interface, nor a way to a
# server that everybody else reaches.
learning_half() { # COMMAND...: in its network
	nsenter --net="/proc/$REFRESH/ns/net" "$@"
}
reaches() { # [COMMAND...]: a receiver, in the network where the command runs
	"$@" timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.1.1/25' 2>/dev/null
}
is_alone() {
	[ "$(stat -c %U "/proc/$REFRESH")" = root ] &&
		[ "$(readlink "/proc/$REFRESH/ns/net")" != \
			"$(readlink /proc/self/ns/net)" ]
}
dns_mute() { kill -STOP "$(cat /run/dnsmasq.pid)"; }
dns_mute
"$T" refresh $NODNS two.example >"$OUT" 2>&1 &
REFRESH=$!
claim 'the half that hears strangers is nobody, without new rights' \
	within 5 child_is_nobody
claim 'the half that learns is root, in a network of its own' \
	within 5 is_alone
claim 'with no interface that is up' \
	test -z "$(learning_half ip -o link show up)"
claim 'a server can be reached from here' reaches
claim 'and not from there' not reaches learning_half
kill -CONT "$(cat /run/dnsmasq.pid)"
wait $REFRESH || :
claim 'and it learns all the same' says = two.example "$(key_of two)"
# Where the system forbids it, as in some containers, it is said.
STATUS=0
setpriv --bounding-set -sys_admin "$T" refresh $NODNS two.example \
	>"$OUT" 2>"$OUT.err" || STATUS=$?
claim 'a system that forbids it is named' \
	grep -q 'warning: .*cannot give up the network' "$OUT.err"
claim 'and it is learned there, too' says = two.example "$(key_of two)"

# As cron(8) would run it: once an hour, later by what is this host's own.
line=$(sed -n 's/^0 \* \* \* \* root //p' "$TOP/packaging/cron/tlspolicy.cron" |
	sed 's/\\%/%/g')
as_cron() {
	: >/run/slept
	: >/run/logged
	env -i PATH="$TOP/build:/usr/sbin:/usr/bin:/sbin:/bin" sh -c "
		sleep() { echo \"\$1\" >>/run/slept; }
		logger() { cat >>/run/logged; }
		$line"
}
as_cron
claim 'by cron: what it says is logged' grep -q two.example /run/logged
claim 'after less than 50 minutes' \
	like "$(cat /run/slept)" '[0-9]|[0-9]{2,3}|[12][0-9]{3}'
claim 'the same on each day' test "$(cat /run/slept)" = \
	"$(as_cron && cat /run/slept)"
flock /run/tlspolicy-refresh.lock sleep 600 &
held=$!
within 5 not flock -n /run/tlspolicy-refresh.lock true
as_cron || :
claim 'not while the last one runs' test ! -s /run/logged
kill $held

# Ten thousand partners, two servers each, 20,000 keys: in one publication.
{
	cat "$TABLE"
	seq -f 'p%.0f.bulk.example encrypt pin=prefer' 0 9999
} >/run/many
cp /run/many "$TABLE"
constraint=$(sed -nE 's/.*"constraint": *"([0-9A-F]{16})".*/\1/p' /run/good |
	head -n 1)
learn_many() { # WHOSE [shared]
	local begin end
	rm -f "$TABLE.pins.db"
	# shellcheck disable=SC2086
	"$TOP/build/make_records" 10000 "$constraint" "$PKI/proc" ${2:-} \
		>"$OUT.records"
	begin=$(date +%s%N)
	learn
	end=$(date +%s%N)
	claim "20,000 servers of 10,000 partners are learned at once, $1" \
		test "$(grep -c '^+ .*\.bulk\.example' "$OUT")" -eq 20000
	echo "    (in $(((end - begin) / 1000000)) ms," \
		"$(wc -c <"$OUT.records") bytes)"
}
learn_many 'with one certificate' shared
learn_many 'each with its own certificate'

# It opens no socket.
cp /run/good "$OUT.records"
if command -v strace >/dev/null; then
	strace -e trace=socket -o /run/trace "$T" learn \
		<"$OUT.records" >/dev/null 2>&1 || :
	claim 'learn opens no network socket' \
		not grep AF_INET /run/trace
fi
the_end
