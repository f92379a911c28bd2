#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-probe-many: partners with two MX hosts each, on servers that answer each
# command after 50 ms, are all probed, in memory that does not grow with their
# number. PARTNERS=10000 (JOBS=64) for the figure: it is printed, and no
# time is a pass or a failure.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

MANY=${PARTNERS:-900}
FEW=$((MANY / 3))
TLSPOLICY=${TLSPOLICY:-$TOP/build/tlspolicy}
[ -x "$TOP/build/bulk_smtpd" ] || make -s -C "$TOP" build/bulk_smtpd
command -v nsd >/dev/null || { echo 'nsd is missing'; exit 77; }

# One zone, two addresses a partner: 127.100.0.0 and 127.200.0.0 on.
zone() { # COUNT
	echo "\$TTL 300"
	echo '@ SOA ns.example. root.example. 1 1h 1h 1w 1m'
	echo '@ NS ns'
	echo 'ns A 127.0.0.1'
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) {
		host = int(i / 200) "." i % 200 + 1
		printf "p%d MX 10 a.p%d\np%d MX 20 b.p%d\n", i, i, i, i
		printf "a.p%d A 127.100.%s\nb.p%d A 127.200.%s\n", i, host, i,
			host } }'
}

dns_many() {
	mkdir -p /run/nsd
	zone "$MANY" >/run/nsd/example.zone
	cat >/run/nsd/nsd.conf <<-END
		server:
		  ip-address: 127.0.0.1@5353
		  username: ""
		  chroot: ""
		  zonesdir: /run/nsd
		  pidfile: /run/nsd/nsd.pid
		  xfrdfile: ""
		  zonelistfile: /run/nsd/zone.list
		  logfile: /var/log/nsd.log
		  database: ""
		remote-control:
		  control-enable: no
		zone:
		  name: example
		  zonefile: example.zone
	END
	nsd -c /run/nsd/nsd.conf
}

# probe COUNT: the output in $OUT, the peak of its memory in $PEAK (kB), the
# time in $TOOK (ms).
probe() {
	local start
	OUT=/run/probe.$1
	start=$(date +%s%3N)
	STATUS=0
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print "p" i ".example" }' |
		"$TOP/build/peak" /run/peak "$TLSPOLICY" probe --json \
			${JOBS:+-j "$JOBS"} --resolver 127.0.0.1@5353 \
			--trust-anchor none -t "$TABLE" - >"$OUT" || STATUS=$?
	PEAK=$(</run/peak)
	TOOK=$(($(date +%s%3N) - start))
}

seen() { # PATTERN COUNT: so many lines
	[ "$(grep -cE "$1" "$OUT")" = "$2" ]
}

flat() { # peaks may differ by what the allocator keeps
	[ $((PEAK - FEW_PEAK)) -lt 3072 ]
}

for ((i = 0; i < MANY; i++)); do
	echo "p$i.example secure match=mx.bulk.example pin=prefer"
done | table_put
pki_make
pki_leaf bulk proc mx.bulk.example
sender_config
sleep 1.1
dns_many
"$TOP/build/bulk_smtpd" 25 50 "$PKI/bulk.chain" &
within 10 [ -s /run/nsd/nsd.pid ]

probe "$FEW"
FEW_PEAK=$PEAK
claim "$FEW partners: every one would be delivered" [ "$STATUS" = 0 ]
probe "$MANY"
claim "$MANY partners: every one would be delivered" [ "$STATUS" = 0 ]
claim 'each of their servers has a record, verified by the rule' \
	seen '"record":"server".*"verdict":"pkix","word":"Verified"' \
	$((2 * MANY))
claim 'each of them is complete' \
	seen '"record":"destination".*"complete":true' "$MANY"
claim 'three times the partners take no more memory' flat
echo "figures: $MANY partners, $((2 * MANY)) servers in $TOOK ms;" \
	"peak $FEW_PEAK kB of $FEW partners, $PEAK kB of $MANY"
the_end
