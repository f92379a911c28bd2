#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-version: what is not alike in all versions of Postfix: the attributes that
# it knows, and the size of DICT: from 3.11 on, the reserve behind it is what
# saves the module. "make matrix" runs this, and all tests beside it, in others.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
B=${BUILD:-$TOP/build}
[ "${B#/}" != "$B" ] || B=$TOP/$B
V=$(postconf -dhx mail_version)

furnish() { # NAME MODULE
	local conf=/etc/tlsp-$1
	mkdir -p "$conf/dynamicmaps.cf.d"
	install -m 644 "$2" "$conf/module.so"
	: >"$conf/dynamicmaps.cf"
	printf 'tlspolicy\t%s/module.so\tdict_tlspolicy_open\n' "$conf" \
		>"$conf/dynamicmaps.cf.d/tlspolicy"
	printf '%s\n' 'compatibility_level = 2' "meta_directory = $conf" \
		"smtp_tls_policy_maps = tlspolicy:$conf/partners" \
		>"$conf/main.cf"
	table_in "$conf/partners" <<-END
		audi.fr encrypt ciphers=high
		.example.de secure
		bücher.example may
		rpk.example encrypt enable_rpk=yes
		bad.example secrue
	END
	touch -d '1 minute ago' "$conf/main.cf"
}

gives() { # NAME KEY WANTED
	[ "$(postmap -c "/etc/tlsp-$1" -q "$2" \
		"tlspolicy:/etc/tlsp-$1/partners" 2>/tmp/said)" = "$3" ]
}

furnish with "$B/postfix-tlspolicy.so"
shows "$V: an exact rule" gives with AUDI.fr 'encrypt ciphers=high'
shows "$V: a wildcard" gives with a.b.example.de secure
shows "$V: a twin" gives with xn--bcher-kva.example may
shows "$V: not found" gives with stranger.example ''
gives with bad.example '' || :
claim "$V: a bad line" grep -q 'partners:5:13: "secrue"' /tmp/said
case $V in
3.[4-8].*)
	gives with rpk.example '' || :
	claim "$V: too old for enable_rpk" grep -q 3.9 /tmp/said ;;
*)	shows "$V: knows enable_rpk" \
		gives with rpk.example 'encrypt enable_rpk=yes' ;;
esac
furnish without "$B/no-reserve.so"
case $V in
3.[4-9].* | 3.10.*)
	shows "$V: needs no reserve" \
		gives without audi.fr 'encrypt ciphers=high' ;;
*)	gives without audi.fr '' || :
	claim "$V: without the reserve it is refused" \
		grep -q 'takes 1[0-9]* bytes.*has room for 152' /tmp/said ;;
esac
the_end
