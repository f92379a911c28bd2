# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# table.sh: the ways in which administrators and their tools change a table.
# Knows files; must not know what the rules mean or what reads them.

# hash: and its kind need their index; tlspolicy: reads the text, unless it
# is told to make one, too (table_freeze).
table_compile() {
	case $TABLE_TYPE in
	tlspolicy | texthash) ;;
	*) postmap "$TABLE_TYPE:$TABLE" ;;
	esac
}

# Rules on standard input, written over the old ones in place.
table_put() {
	cat >"$TABLE"
	table_compile
}

# Rules on standard input, a new file renamed over the old one.
table_rename() {
	cat >"$TABLE.new"
	chmod 644 "$TABLE.new"
	[ "${1:-}" != same-mtime ] || touch -r "$TABLE" "$TABLE.new"
	mv -f "$TABLE.new" "$TABLE"
	table_compile
}

# As emacs with backup-by-rename: the old file lives on as FILE~, and the
# new one bears the old time (cp -p, restored archives do that too).
table_backup_rename() {
	mv -f "$TABLE" "$TABLE~"
	cat >"$TABLE"
	touch -r "$TABLE~" "$TABLE"
	table_compile
}

# The index of the rules, beside them.
table_freeze() {
	[ "$TABLE_TYPE" != tlspolicy ] || postmap "tlspolicy:$TABLE"
}

# unseen COMMAND...: a change that Postfix itself does not notice. The table
# looks for those once a second.
unseen() {
	"$@"
	sleep 1.1
}
