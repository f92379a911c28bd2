#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-store-format: a store is what tlspolicy_pins(5) says: read by a program
# written from that page alone, verified and carried by Berkeley DB's own.

# shellcheck source=tests/plain/lib.sh
. "$(dirname "$0")/lib.sh"
if ! has db5.3_dump; then
	skip 'a store is what its manual page says (no db5.3_dump here)'
	the_end
fi
build "$B/store_tool" "$B/read_pins"
P=$W/partners
echo '# rules' >"$P"
chmod 644 "$P"

reads() { # N FILE
	[ "$(db5.3_dump -p "$2" | "$B/read_pins")" = "$1 records" ]
}

for n in 0 1 500; do
	"$B/store_tool" publish "$P" "$n" 1
	claim "a store of $n records is read by its manual page" \
		reads $n "$P.pins.db"
	claim "... and Berkeley DB finds it sound" \
		db5.3_verify -q "$P.pins.db"
done
db5.3_dump -p "$P.pins.db" >"$W/dump"
mkdir -m 755 "$W/other"
cp -p "$P" "$W/other/partners"
db5.3_load -f "$W/dump" "$W/other/partners.pins.db"
claim 'a store that was dumped and loaded is a store' \
	"$B/store_tool" read "$W/other/partners" 500 1

spoil() { # SED: what the page's reader must find
	sed "$1" "$W/dump" >"$W/bad"
	! "$B/read_pins" <"$W/bad" >/dev/null
}
claim 'the reader sees another key' spoil 's/^ d000007/ d000007x/'
claim 'the reader sees another time' spoil 's/1700000001/1700000002/'
claim 'the reader sees a lost record' spoil '/^ d000007/,+1d'
claim 'the reader sees a lost seal' spoil '/^ !tlspolicy/,+1d'
db5.3_load -f "$W/bad" "$W/other/new" && chmod 644 "$W/other/new"
mv "$W/other/new" "$W/other/partners.pins.db"
fails 'and so does the store' "$B/store_tool" read "$W/other/partners" 500 1
the_end
