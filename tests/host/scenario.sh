# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# scenario.sh: the supplier's correspondence with every partner of
# examples/partners: who is written to, which server answers there, what must
# come of it. Knows expectations, prints nothing. Feeds: demo, t-scenario.

PARTNERS=$TOP/examples/partners

# DOMAIN  RECEIVER  RULE ('-': none)  WORD  STATUS  REASON (a pattern)
# A RECEIVER `relay` is reached by transport_maps and not by MX.
DESTINATIONS='
example.com             www        example.com             Verified     sent     -
audi.fr                 good       audi.fr                 Trusted      sent     -
audi.in                 good       audi.in                 Trusted      sent     -
audi.it                 selfsigned audi.it                 Untrusted    sent     -
bentleymotors.com.au    good       bentleymotors.com.au    Trusted      sent     -
bentleymotorschina.com  anonymous  bentleymotorschina.com  Anonymous    sent     -
bugatti.com             good       bugatti.com             Trusted      sent     -
bugatti-auto.com        good       bugatti-auto.com        Trusted      sent     -
bugatti-auto.de         selfsigned bugatti-auto.de         Untrusted    sent     -
cert.volkswagen.de      good       cert.volkswagen.de      Trusted      sent     -
glaesernemanufaktur.de  good       glaesernemanufaktur.de  Trusted      sent     -
glaeserne-manufaktur.de good       glaeserne-manufaktur.de Trusted      sent     -
seat.fr                 good       seat.fr                 Trusted      sent     -
seat.com.cn             anonymous  seat.com.cn             Anonymous    sent     -
skoda.co.uk             good       skoda.co.uk             Trusted      sent     -
skoda.com.au            good       skoda.com.au            Trusted      sent     -
skoda.fr                good       skoda.fr                Trusted      sent     -
volkswagen.co.uk        good       volkswagen.co.uk        Trusted      sent     -
volkswagen.de           good       volkswagen.de           Trusted      sent     -
volkswagen.fr           good       volkswagen.fr           Trusted      sent     -
volkswagen.it           good       volkswagen.it           Trusted      sent     -
volkswagen.pt           good       volkswagen.pt           Trusted      sent     -
porsche-india.in        otherca    porsche-india.in        Untrusted    sent     -
example.de              own        example.de              Trusted      sent     -
werk1.example.de        own        .example.de             Trusted      sent     -
tor3.werk2.example.de   plain      .example.de             -            deferred not.offered
silent.plants.example   plain      .plants.example         -            deferred not.offered
werk1.plants.example    own        .plants.example         Trusted      sent     -
behind-relay.example    relay      [relay.example.net]:587 Verified     sent     -
zulieferer.example      mismatch   zulieferer.example      (Unt|T)rusted deferred not.verified
named.example           named      named.example           Verified     sent     -
otherca.example         otherca    otherca.example         Untrusted    deferred UNVERIFIED
silent.example          plain      silent.example          -            deferred not.offered
presswerk.example       presswerk  presswerk.example       Verified     sent     -
giesserei.example       giesserei  giesserei.example       Trusted      sent     -
stranger.example        selfsigned -                       Untrusted    sent     -
old-stranger.example    plain      -                       clear        sent     -
'

RELAY='[relay.example.net]:587'

scenario_each() { # FUNCTION: called with the six fields
	local domain receiver rule word status reason
	while read -r domain receiver rule word status reason; do
		[ -z "$domain" ] || "$1" "$domain" "$receiver" "$rule" \
			"$word" "$status" "${reason/UNVERIFIED/$UNVERIFIED}"
	done <<<"$DESTINATIONS"
}

scenario_route() {
	if [ "$2" = relay ]; then
		printf '%s\tsmtp:%s\n' "$1" "$RELAY" >>/etc/postfix/transport
	else
		dns_mx "$1" "$(receiver_mx "$2")"
	fi
}

# The stand-in types do not know attributes of ours.
scenario_table() {
	if [ "$TABLE_TYPE" = tlspolicy ]; then
		cat "$PARTNERS"
	else
		sed -E 's/[[:blank:]]+(final|pin)=[a-z]+//' "$PARTNERS"
	fi
}

scenario_up() {
	pki_make
	receivers_make
	scenario_each scenario_route
	dns_up
	scenario_table | table_put
	hosts_up
}

declare -A SENT # by domain: the queue id

scenario_send_one() {
	send_only "einkauf@$1" "to-$1"
}

scenario_qid() {
	within 20 qid_known "to-$1"
	# shellcheck disable=SC2034
	SENT[$1]=$(qid_of "to-$1")
}

# Everything at once, then the queue ids: SENT[DOMAIN].
scenario_send() {
	scenario_each scenario_send_one
	scenario_each scenario_qid
}

# The rule's line in the example: partners:12, or nothing.
rule_place() {
	awk -v key="$1" '$1 == key { print "partners:" NR; exit }' "$PARTNERS"
}

rule_level() {
	awk -v key="$1" '$1 == key { print $2; exit }' "$PARTNERS"
}

# shellcheck disable=SC2153
# As expected? Takes the fields, after `verdict`.
scenario_holds() {
	[[ $WORD =~ ^($4)$ && $STATUS = "$5" ]] &&
		[[ $6 = - || $REASON =~ $6 ]]
}
