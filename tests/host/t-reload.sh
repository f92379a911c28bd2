#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-reload: a running, chrooted smtp(8) notices an edit, however it is done,
# with no `postfix reload`; mail never goes out under the old rule (for an
# eighth of a second it may, where Postfix itself does not notice the edit).

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

OLD='p.example encrypt'
NEW='p.example secure match=nobody.example'

# Stock tables see whole seconds only; ours must do without the pause.
pause() {
	[ "$TABLE_TYPE" = tlspolicy ] || sleep 1.1
}

# settle WORD STATUS: flush until that is the verdict, or the end.
settle() {
	local try
	for try in 1 2 3; do
		flush "$QID"
		[[ ! $WORD/$STATUS =~ ^($1)/$2$ ]] || break
	done
	echo "    ($try flushes)" >&2
}

edited() { # SENTENCE COMMAND...
	local name=$1 before
	shift
	send a@p.example
	verdict "$QID"
	expect "$name: under the old rule mail is sent" Trusted sent
	before=$(pids_of smtp)
	pause
	mark
	"$@" <<<"$NEW"
	claim "$name: the process that delivered still ran" test -n "$before"
	send b@p.example
	verdict "$QID"
	expect "$name: the next mail is not sent under the old rule" \
		'Untrusted|Trusted|-' deferred
	settle 'Untrusted|Trusted' deferred
	expect "$name: the new rule judges it" 'Untrusted|Trusted' deferred \
		'not verified'
	pause
	"$@" <<<"$OLD"
	settle Trusted sent
	expect "$name: edited back, it goes out" Trusted sent
}

stage p.example=good <<<"$OLD"
edited 'edit in place' table_put
claim 'edit in place: the process restarted by itself' \
	logged 'has changed -- restarting'
edited 'rename over' table_rename
edited 'rename over, same time' table_rename same-mtime
claim 'rename over, same time: the process restarted by itself' \
	logged 'has changed -- restarting'
if [ "$TABLE_TYPE" = tlspolicy ]; then
	edited 'backup by rename, same time' unseen table_backup_rename
fi
MARK=1
claim 'nobody reloaded Postfix' not logged reload
the_end
