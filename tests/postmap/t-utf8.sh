#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-utf8: the module checks and folds keys itself; it answers as it does with
# Postfix's own layer for that in front (-DTLSP_UTF8_BY_HOST), for any bytes,
# in the installed Postfix. And modules that get it wrong are found out.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
so=$TOP/build/postfix-tlspolicy.so
V=/tmp/variants
mkdir -p /etc/tlsp-utf8 $V

variant() { # FILE FLAG...: compiled with these
	make -s -C "$TOP" -f tests/postmap/utf8.mk VARIANT="$1" \
		WITH="${*:2}" "$1"
}

# compare OURS HOST [PART]: sentences of utf8-compare, on stdout
compare() {
	install -m 644 "$1" /etc/tlsp-utf8/ours.so
	install -m 644 "$2" /etc/tlsp-utf8/host.so
	"$HERE/utf8-compare" / "${@:3}"
}

variant $V/host.so -DTLSP_UTF8_BY_HOST
compare "$so" $V/host.so >/tmp/sentences || FAILED=1
claim 'the comparison reaches its end' grep -qx 'end of test' /tmp/sentences
grep -vx 'end of test' /tmp/sentences

# --- a comparison that cannot fail proves nothing ----------------------
wrong() { # SENTENCE NAME VALUE: the host's NAME is VALUE for the module
	printf '%s\n' '#include "compat/postfix.h"' "#undef ${2%%(*}" \
		"#define $2 $3" >$V/wrong.h
	variant $V/wrong.so -I"$TOP" -include $V/wrong.h
	if compare $V/wrong.so $V/host.so masses >/tmp/wrong; then
		fail "seen: $1"
	else
		claim "seen: $1: $(grep -c '^FAIL' /tmp/wrong) sentences" \
			grep -q '^FAIL' /tmp/wrong
	fi
	rm $V/wrong.so
}

wrong 'a module that never folds' DICT_FLAG_FOLD_FIX 0
wrong 'one that always folds' DICT_FLAG_FOLD_FIX '(~0)'
wrong 'one that folds ASCII only' 'casefoldx(f, d, s, l)' '((char *) (s))'
wrong 'one that takes any bytes for UTF-8' 'valid_utf8_string(s, l)' 1
wrong 'one that takes no bytes for it' 'valid_utf8_string(s, l)' 0
wrong 'one that does not look at smtputf8_enable' util_utf8_enable \
	'(*(int[]){ 1 })'
wrong 'one that does not look at what is requested' DICT_FLAG_UTF8_REQUEST '(~0)'
the_end
