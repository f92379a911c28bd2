#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-uninstall: `make uninstall` leaves nothing of ours; it refuses while a
# configuration names tlspolicy:, and a module that does not load is never
# put in the place of one that does. Both refusals change nothing.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

SHLIB=$(postconf -h shlib_directory)
META=$(postconf -h meta_directory)

# Every file and folder with its content, mode and owner; not main.cf.
inventory() {
	find "$SHLIB" "$META" ! -name main.cf -printf '%p %y %m %u\n' | sort
	find "$SHLIB" "$META" ! -name main.cf -type f -exec sha256sum {} + |
		sort
}

make_quiet() {
	make -s -C "$TOP" "$@" >/var/log/make.log 2>&1
}

same_inventory() {
	diff <(echo "$1") <(inventory) | sed 's/^/    /'
	[ "$1" = "$(inventory)" ]
}

answers() {
	[ "$(postmap -q p.example "tlspolicy:$TABLE" 2>&1)" = encrypt ]
}

broken_module() { # a shared library, but not ours
	cp "$SHLIB/libpostfix-dns.so" /tmp/broken.so
	DESTDIR='' "$TOP/packaging/install" install /tmp/broken.so \
		"$TOP/build/tlspolicy" \
		>/var/log/make.log 2>&1
}

echo 'p.example encrypt' >"$TABLE"
chmod 644 "$TABLE"
before=$(inventory)
claim 'make install succeeds' make_quiet install
claim 'the module answers' answers
installed=$(inventory)
claim 'make install succeeds again' make_quiet install
claim 'the second install changed nothing' same_inventory "$installed"

installed=$(inventory)
claim 'a module that cannot be loaded is refused' not broken_module
claim 'the refusal changed nothing' same_inventory "$installed"
claim 'the module still answers' answers

postconf -e "smtp_tls_policy_maps = tlspolicy:$TABLE"
claim 'make uninstall refuses while main.cf names tlspolicy:' \
	not make_quiet uninstall
claim 'it says in which folder' grep -q "$META" /var/log/make.log
claim 'the refusal changed nothing, again' same_inventory "$installed"

postconf -e 'smtp_tls_policy_maps ='
claim 'make uninstall succeeds when nothing names it' make_quiet uninstall
claim 'nothing of ours remains' same_inventory "$before"
claim 'nothing bears our name' not grep -rql tlspolicy "$SHLIB" \
	"$META"/*.cf.d "$META/dynamicmaps.cf"
claim 'Postfix programs still work' postmap -q x "inline:{x=y}"
the_end
