# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# sides.sh: right-hand sides, good and bad, as an array SIDES. Left out is
# match=1 at fingerprint, which makes smtp(8) panic. Knows no verdicts.
# Feeds: t-grammar, t-check.

FP=11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00
# shellcheck disable=SC2034
mapfile -t SIDES <<END
none
none ciphers=high nonsense
may
MAY
may ciphers=high
may ciphers=HIGH
may ciphers=medium
may ciphers=hihg
may ciphers=invalid
may ciphers=
may ciphers
may ciphers = high
may ciphers=high ciphers=high
may ,, ciphers=high
,may
may # comment
may "ciphers=high"
may ciphers="high"
may foo=bar
may =high
may match=x
may tafile=/x
may protocols=
may protocols=TLSv1.2
may protocols=tlsv1.2:TLSv1.3
may protocols=!SSLv2:!SSLv3
may protocols=TLSv1_2
may protocols=TLSv9
may protocols=!
may protocols=>=TLSv1.2
may protocols=>=TLSv1.2:<=TLSv1.3
may protocols=>=
may protocols=>=None
may protocols=>=SSLv2
may protocols=>=303
may protocols=>=0x0303
may protocols=>=TLSv9
may protocols=>=TLSv1.2 protocols=TLSv1.2
may protocols=>=TLSv1.3:<=TLSv1.2
may protocols=TLSv1.2:!TLSv1.2
may protocols=!SSLv3:!TLSv1:!TLSv1.1:!TLSv1.2:!TLSv1.3
may protocols=TLSv1.2,TLSv1.3
may exclude=
may exclude=RC4
may exclude=RC4:aNULL
may exclude=!RC4
may exclude=RC4:+DES
may exclude=-RC4
may exclude=@STRENGTH
may exclude=nosuchcipher
may exclude=ALL
may exclude=a exclude=b
may servername=mx.example.com
may servername=hostname
may servername=nexthop
may servername=
may servername=192.0.2.1
may servername=a..b
may servername=mx.example.com.
may servername=bücher.example
may servername=a servername=b
may connection_reuse=no
may connection_reuse=NO
may connection_reuse=maybe
may connection_reuse=
may enable_rpk=yes
may enable_rpk=maybe
may { ciphers = high }
may {ciphers=high}
may policy_type=sts
may policy_type=none
may policy_ttl=5
may policy_type=no-policy-found policy_ttl=5 policy_domain=example.com
may policy_type=sts policy_ttl=x
may mx_host_pattern=*.example.com
encrypt
encrypt ciphers=high
encrypt ciphers=null
may ciphers=export
encrypt match=x
encrypt fingerprint
encrypted
fingerprint match=$FP
fingerprint match=${FP//:/}
fingerprint match=$FP|$FP
fingerprint match=
fingerprint match=|
fingerprint match=xyz
fingerprint match=xyz|$FP
fingerprint tafile=/x
halfdane
half-dane
dane
dane match=x
dane_only
verify
verify match=hostname
secure
secure match=gw1.group.example
secure match=gw1.group.example:other.example
secure match=.group.example
secure match=nexthop:dot-nexthop
secure match=
secure match=a match=b
secure match=|
secure match={a b}
secure MATCH=gw1.group.example
secure ciphers=high protocols=>=TLSv1.2 exclude=aNULL match=gw1.group.example
secrue
secure,match=gw1.group.example
secure match=gw1.group.example ciphers
{secure}
END
