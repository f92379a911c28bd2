#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-oracle: the index against the slow obvious matcher.

# shellcheck source=tests/plain/lib.sh
. "$(dirname "$0")/lib.sh"
build "$B/oracle"
passes 'every small rule set, and 1,000,000 random keys' "$B/oracle" 1000000
# A module that takes the farthest wildcard must not get past it.
cp -r Makefile compat dict_tlspolicy tests packaging "$W/"
sed -i '/^tlsp_search_down/,/^}/s/is_rule(node, start))/is_rule(node, start) \&\& (start == 0 || ret_found->node == NULL))/' \
	"$W/dict_tlspolicy/search.c"
passes 'the mutation took' bash -c "! cmp -s dict_tlspolicy/search.c \
	$W/dict_tlspolicy/search.c"
make -s -C "$W" BUILD=b b/oracle >/dev/null 2>&1
fails 'the farthest wildcard in place of the nearest is found out' \
	"$W/b/oracle" 1000
the_end
