#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-abi: our declarations are those of every Postfix, and a host whose DICT
# has grown does the module no harm.

# shellcheck source=tests/plain/lib.sh
. "$(dirname "$0")/lib.sh"
build all "$B/fake_host" "$B/fake_host_less" "$B/no-reserve.so"
# Whatever POSTFIX_SRC says, and whatever was built before.
build "BUILD=$W/ours.b" POSTFIX_SRC= "$W/ours.b/abi_layout"

# Recorded from the headers of 3.4.0, 3.5.0 ... 3.10.0, 3.7.11, 3.10.13 (all
# the same), and of 3.11.0, 3.11.6, 3.12-20260821 (the same, but sizeof(DICT)
# 168). abi_layout.c does not compile where a prototype differs.
"$W/ours.b/abi_layout" >"$W/ours"
passes 'our declarations are what was recorded of 3.4 to 3.12' \
	diff tests/abi_layout.txt "$W/ours"
live=${POSTFIX_SRC:-/usr/include/postfix}
if [ -e "$live/src/util/dict.h" ] || [ -e "$live/dict.h" ]; then
	build "BUILD=$W/live" "POSTFIX_SRC=$live" "$W/live/abi_layout"
	"$W/live/abi_layout" | grep -vF 'sizeof(DICT)' >"$W/theirs"
	passes "and what $live says" \
		diff <(grep -vF 'sizeof(DICT)' "$W/ours") "$W/theirs"
	build "BUILD=$W/live" "POSTFIX_SRC=$live" all
	ok 'the module builds against them'
else
	skip 'and what real headers say (none here; POSTFIX_SRC=DIR names some)'
fi

printf '# rules\nexample.com\tencrypt ciphers=high\n' >"$W/partners"
touch -d '1 minute ago' "$W/partners"
want=$'example.com\tencrypt ciphers=high\nlist\texample.com\tencrypt ciphers=high'
hosted() { # MODULE GROWTH
	[ "$("$B/fake_host" "$TOP/$1" "$W/partners" "$2" example.com)" = "$want" ]
}
case $B in /*) so=${B#"$TOP/"} ;; *) so=$B ;; esac
passes 'a DICT as in 3.10' hosted "$so/postfix-tlspolicy.so" 0
passes 'a DICT that has grown by two pointers, as in 3.11' \
	hosted "$so/postfix-tlspolicy.so" 2
passes 'a DICT that has grown by sixteen' hosted "$so/postfix-tlspolicy.so" 16
passes 'without the reserve: 3.10 is still served' hosted "$so/no-reserve.so" 0
fails 'without the reserve: 3.11 is not' hosted "$so/no-reserve.so" 2

# A Postfix to come: it says what is wrong, and every lookup fails.
refused() { # PATTERN HOST MODULE GROWTH ARGUMENT
	rm -f "$W/partners.tlsp"
	! "$B/$2" "$TOP/$3" "$W/partners" "$4" "$5" >"$W/said" 2>&1 &&
		[ "$(wc -l <"$W/said")" = 1 ] &&
		grep -q "^surrogate tlspolicy:$W/partners: .*$1.*mail.*waits" \
			"$W/said" && [ ! -e "$W/partners.tlsp" ]
}
passes 'a DICT that has grown by seventeen is refused' refused \
	'takes 288 bytes.*room for 280' fake_host "$so/postfix-tlspolicy.so" \
	17 example.com
passes "by seventeen, postmap's, too" refused 'takes 288 bytes' fake_host \
	"$so/postfix-tlspolicy.so" 17 -w
passes 'by a thousand' refused 'takes 8152 bytes' fake_host \
	"$so/postfix-tlspolicy.so" 1000 example.com
passes 'without the reserve, 3.11 is' refused 'takes 168 bytes.*room for 152' \
	fake_host "$so/no-reserve.so" 2 example.com
passes 'a Postfix without casefoldx() is refused' refused 'has no casefoldx' \
	fake_host_less "$so/postfix-tlspolicy.so" 0 example.com
passes "its postmap, too" refused 'has no casefoldx' \
	fake_host_less "$so/postfix-tlspolicy.so" 0 -w

# A change that Postfix cannot see is not forgotten by the next lookup.
unseen() {
	: >"$W/said"
	{ until grep -q encrypt "$W/said"; do sleep 0.05; done
	  chmod 664 "$W/partners"
	  sleep 1.1
	  echo; } | "$B/fake_host" "$TOP/$so/postfix-tlspolicy.so" \
		"$W/partners" 0 example.com - example.com example.com \
		2>"$W/warned" | grep --line-buffered -v ^list >"$W/said"
	chmod 644 "$W/partners"
	printf 'example.com\t%s\n' 'encrypt ciphers=high' '(error)' '(error)' |
		diff - "$W/said" && [ "$(grep -c '"example.com": the file was changed' "$W/warned")" = 2 ]
}
passes 'a change unseen by Postfix: an error, and again' unseen

# What postmap(1) opens is a DICT too.
indexed() { # MODULE GROWTH
	rm -f "$W/partners.tlsp"
	"$B/fake_host" "$TOP/$1" "$W/partners" "$2" -w &&
		test -s "$W/partners.tlsp"
}
for growth in 0 2 16; do
	passes "postmap's DICT, grown by $growth pointers" \
		indexed "$so/postfix-tlspolicy.so" $growth
	passes "by $growth: its index answers" \
		hosted "$so/postfix-tlspolicy.so" $growth
done
fails "without the reserve: postmap of 3.11 is not served" \
	indexed "$so/no-reserve.so" 2

# A declaration that is not Postfix's.
as_recorded() { # SED-SCRIPT on our declarations
	rm -rf "$W/other"
	mkdir -p "$W/other/tests"
	cp -r Makefile compat dict_tlspolicy packaging "$W/other/"
	cp tests/*.mk tests/abi_layout.c "$W/other/tests/"
	sed -i "$1" "$W/other/compat/postfix_abi.h"
	make -s -C "$W/other" BUILD=b POSTFIX_SRC= b/abi_layout >"$W/make" 2>&1 &&
		"$W/other/b/abi_layout" | diff tests/abi_layout.txt -
}
breach() { # SENTENCE SED-SCRIPT
	fails "$1 is found out" as_recorded "$2"
	fails "$1: and it was put there" \
		cmp -s compat/postfix_abi.h "$W/other/compat/postfix_abi.h"
}
passes 'an untouched copy is as recorded' as_recorded ''
breach 'another prototype' 's/^extern void \*mymalloc/extern char *mymalloc/'
breach 'another type of a member' 's/int     multi_writer/unsigned multi_writer/'
breach 'a member less in MKMAP' '/(\*after_open)/d'
breach 'another flag' '/DICT_FLAG_UTF8_ACTIVE/s/20/21/'
the_end
