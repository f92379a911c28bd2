# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# dnssec.sh: a DNS of our own from the root down, signed, with a trust anchor
# of its own: nsd on 127.0.0.1:5353 has the zones, unbound on 127.0.0.1:53
# validates for whoever asks. Knows zones and keys; the records are told by
# its callers. For tests that source it instead of calling dns_up.

ZONES=/run/zones
ANCHOR=$ZONES/root.key

# zone_sign NAME: signs $ZONES/NAME.zone ("root" is "."), leaves NAME.signed
# and the DS records of its key in NAME.ds.
zone_sign() {
	local name=$1 origin=$1 key
	[ "$name" != root ] || origin=.
	key=$(cd "$ZONES" && ldns-keygen -r /dev/urandom -k \
		-a ECDSAP256SHA256 "$origin")
	cp "$ZONES/$key.ds" "$ZONES/$name.ds"
	cp "$ZONES/$key.key" "$ZONES/$name.key"
	ldns-signzone -o "$origin" -f "$ZONES/$name.signed" \
		"$ZONES/$name.zone" "$ZONES/$key"
}

zone_head() { # ORIGIN
	# shellcheck disable=SC2016
	printf '$ORIGIN %s\n$TTL 60\n@ SOA ns.example. root.example. %s\n' \
		"$1" '1 3600 600 86400 60'
	echo '@ NS ns.example.'
}

# nsd_up [TEXT]: FILE SUFFIX pairs are the zones.
nsd_up() {
	local name origin
	cat >"$ZONES/nsd.conf" <<-END
		server:
		  ip-address: 127.0.0.1@5353
		  username: ""
		  chroot: ""
		  zonesdir: $ZONES
		  pidfile: $ZONES/nsd.pid
		  xfrdfile: ""
		  zonelistfile: $ZONES/zone.list
		  logfile: /var/log/nsd.log
		  database: ""
		remote-control:
		  control-enable: no
	END
	for name; do
		origin=${name%.*}
		[ "$origin" != root ] || origin=.
		printf 'zone:\n  name: "%s"\n  zonefile: %s\n' "$origin" \
			"$name" >>"$ZONES/nsd.conf"
	done
	nsd -c "$ZONES/nsd.conf"
}

resolver_up() {
	cat >"$ZONES/unbound.conf" <<-END
		server:
		  interface: 127.0.0.1
		  port: 53
		  username: ""
		  chroot: ""
		  directory: $ZONES
		  pidfile: $ZONES/unbound.pid
		  logfile: /var/log/unbound.log
		  use-syslog: no
		  do-daemonize: yes
		  do-not-query-localhost: no
		  trust-anchor-file: $ANCHOR
		remote-control:
		  control-enable: no
		forward-zone:
		  name: "."
		  forward-addr: 127.0.0.1@5353
	END
	unbound -c "$ZONES/unbound.conf"
}

dnssec_need() {
	local tool
	for tool in nsd unbound ldns-signzone; do
		command -v "$tool" >/dev/null ||
			{ echo "dnssec.sh: $tool is missing"; exit 77; }
	done
	mkdir -p "$ZONES"
}
