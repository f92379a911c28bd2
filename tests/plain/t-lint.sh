#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-lint: the walls of the house stand, the module asks for nothing unlisted,
# scripts and manuals are clean.

# shellcheck source=tests/plain/lib.sh
. "$(dirname "$0")/lib.sh"
build all

passes 'includes go down the stairs, each foreign header has one owner' \
	tests/lint/rooms
passes 'the module imports and exports only what is listed' \
	tests/lint/symbols "$B/postfix-tlspolicy.so"

# The walls themselves: a breach must be seen.
cp -r cmd compat dict_tlspolicy tests packaging .ci "$W/"
breach() { # SENTENCE FILE TEXT
	cp "$W/$2" "$W/saved"
	printf '%s\n' "$3" >>"$W/$2"
	fails "the lint sees $1" tests/lint/rooms "$W"
	mv "$W/saved" "$W/$2"
}
passes 'the lint has nothing to say of an untouched copy' tests/lint/rooms "$W"
breach 'an include up the stairs' dict_tlspolicy/name.c '#include "rules.h"'
breach 'a foreign header' dict_tlspolicy/index.c '#include <db.h>'
breach 'Postfix outside of the adapter' dict_tlspolicy/table.c \
	'#include "../compat/postfix.h"'
breach 'OpenSSL in a verb' cmd/main.c '#include <openssl/ssl.h>'
breach 'Berkeley DB outside of the store' dict_tlspolicy/table.c \
	'#include "../compat/bdb.h"'
breach 'a core that prints' dict_tlspolicy/rules.c 'x(void) { printf("x"); }'

mapfile -t scripts < <(grep -rlE '^#!/bin/(ba)?sh' .ci packaging \
	postfix-patches tests)
if has shellcheck; then
	passes 'scripts pass shellcheck' shellcheck -x -S warning "${scripts[@]}"
else
	skip 'scripts pass shellcheck (no shellcheck here)'
fi
if has mandoc; then
	passes 'manuals pass mandoc -T lint' mandoc -T lint -W warning man/*.[1-8]
else
	skip 'manuals pass mandoc -T lint (no mandoc here)'
fi

# What a warning means for mail stands behind "--": a README has it, too.
explained() {
	local text said
	text=$(tr -s ' \n' ' ' <man/TLSPOLICY_README)
	while read -r said; do
		[[ $text == *"-- $said"* ]] || { echo "$said"; return 1; }
	done < <(grep -ho '"[^"]*-- [^"]*"' dict_tlspolicy/*tlspolicy*.c |
		sed 's/.*-- //; s/[" ]*$//; s/[;,]$//')
}
passes 'TLSPOLICY_README explains each warning of the module' explained
the_end
