#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-abi: our declarations are those of every Postfix, and a host whose DICT
# has grown does the module no harm.

# shellcheck source=tests/plain/lib.sh
. "$(dirname "$0")/lib.sh"
build all "$B/abi_layout" "$B/fake_host" "$B/no-reserve.so"

# Recorded from the headers of 3.4.0, 3.5.0 ... 3.10.0 (all the same), and
# of 3.11.0, 3.11.6, 3.12-20260821 (the same, but sizeof(DICT) 168).
"$B/abi_layout" >"$W/ours"
passes 'our declarations are what was recorded of 3.4 to 3.12' \
	diff tests/abi_layout.txt "$W/ours"
live=${POSTFIX_SRC:-/usr/include/postfix}
if [ -e "$live/src/util/dict.h" ] || [ -e "$live/dict.h" ]; then
	build "BUILD=$W/live" "POSTFIX_SRC=$live" "$W/live/abi_layout"
	"$W/live/abi_layout" | grep -v sizeof >"$W/theirs"
	passes "and what $live says" \
		diff <(grep -v sizeof "$W/ours") "$W/theirs"
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
the_end
