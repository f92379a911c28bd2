#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-store: the store of fingerprints where the disk is full, where it cannot be
# written, in a chroot, under another uid. Knows file systems and uids; nothing
# of what is in a record.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
tool=${BUILD:-$TOP/build}/store_tool
[ "${tool#/}" != "$tool" ] || tool=$TOP/$tool
install -m 755 "$tool" /tmp/store_tool
tool=/tmp/store_tool
D=/tmp/disk
P=$D/partners

# small SIZE: an empty file system of that size, with rules in it.
small() {
	umount "$D" 2>/dev/null || :
	mkdir -p "$D"
	mount -t tmpfs -o "size=$1,mode=755" small "$D"
	echo '# rules' >"$P"
	chmod 644 "$P"
}

refuses() { # PATTERN COMMAND...: it fails, and says so in one line
	local pattern=$1
	shift
	! "$@" >/tmp/said 2>&1 && [ "$(wc -l </tmp/said)" = 1 ] &&
		grep -Eq -- "$pattern" /tmp/said
}

unchanged() { # as it was published, and nothing beside it
	cmp -s "$P.pins.db" /tmp/kept && "$tool" read "$P" "$1" 1 &&
		[ "$(ls "$D")" = 'partners
partners.pins.db
partners.pins.lock' ]
}

# --- a full disk ---------------------------------------------------------
small 3m
claim 'a store of 1,000 records is published on a small disk' \
	"$tool" publish "$P" 1000 1
cp "$P.pins.db" /tmp/kept
# From too little for one page to almost enough.
used=$(stat -c %s "$P.pins.db")
bad=0
for left in 0 1 2 3 10 100 $((used / 4096 - 1)); do
	rm -f "$D/filler"
	head -c $((3 * 1048576 - used - left * 4096 - 4096)) /dev/zero \
		>"$D/filler" 2>/dev/null || :
	mv "$D/filler" "$D/.filler"
	refuses 'No space left on device; make room, and do it again' \
		"$tool" change "$P" 1000 2 || bad="$left pages: $(cat /tmp/said)"
	mv "$D/.filler" "$D/filler"
	rm "$D/filler"
	unchanged 1000 || bad="$left pages: $(ls -l "$D")"
done
claim 'no space, wherever it ends: refused, and the reason; the old store is untouched, nothing is left over' \
	test "$bad" = 0
claim '... and with space again, the same change is made' \
	"$tool" change "$P" 1000 2
claim '... and is there' "$tool" read "$P" 1000 2

# --- a disk that cannot be written ---------------------------------------
small 8m
"$tool" publish "$P" 300 1
cp "$P.pins.db" /tmp/kept
mount -o remount,ro "$D"
claim 'read-only: refused, and the reason' \
	refuses 'Read-only file system; mount the file system for writing' \
	"$tool" change "$P" 300 2
claim '... and the old store is read' unchanged 300
mount -o remount,rw "$D"
rm "$P.pins.lock"
mount -o remount,ro "$D"
claim 'read-only, without a lock file: the same' \
	refuses 'Read-only file system' "$tool" change "$P" 300 2
mount -o remount,rw "$D"
"$tool" change "$P" 300 1

# --- another uid, a chroot -----------------------------------------------
chmod 444 "$P.pins.db"
mkdir -p /tmp/jail
claim 'opened as root, read in an empty chroot as uid 65534, which may call nothing but pread()' \
	"$tool" jail "$P" 300 1 /tmp/jail
dies() {
	(exec "$@") 2>/dev/null && return 1
	[ $? -gt 128 ]
}
claim '... and would die of any other call' \
	dies "$tool" pwrite "$P"
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
mount -o remount,ro "$D"
claim 'opened and read by uid 65534, mode 0444, on a read-only disk' \
	"${nobody[@]}" "$tool" read "$P" 300 1
mount -o remount,rw "$D"
claim 'which cannot change it' \
	refuses 'Permission denied; do it as root' \
	"${nobody[@]}" "$tool" change "$P" 300 2
chown 65534 "$P.pins.db"
claim 'a store that is not root'\''s is not read' \
	refuses 'belongs to uid 65534; chown root' "$tool" read "$P" 300 1
claim 'nor passed on' \
	refuses 'belongs to uid 65534; chown root' "$tool" change "$P" 300 2
chown root "$P.pins.db"
chmod 666 "$P.pins.db"
claim 'nor one that others can write' \
	refuses 'others can write the file; chmod go-w' "$tool" read "$P" 300 1
chmod 644 "$P.pins.db"
umount "$D"

# --- a folder whose DB_CONFIG is not for us --------------------------------
mkdir -p /tmp/trap
echo '# rules' >/tmp/trap/partners
echo 'set_flags nonsense' >/tmp/trap/DB_CONFIG
cd /tmp/trap
claim 'a DB_CONFIG in the folder and in the current one is not read' \
	"$tool" publish partners 10 1
claim '... nor by a reader' "$tool" read partners 10 1
the_end
