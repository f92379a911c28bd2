# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# mail.sh: send a message, wait for its fate, read its fate from the log.
# Knows the log's form; must not know what ought to happen. The TLS line has
# no queue id before Postfix 3.11: lines are paired by process id and order,
# which holds because a process delivers one message at a time and every
# message here has one recipient.

MAIL_COUNT=0

# send ADDRESS [TAG]: sets QID.
send() {
	local tag
	MAIL_COUNT=$((MAIL_COUNT + 1))
	tag=${2:-m$MAIL_COUNT.$RANDOM}
	send_only "$1" "$tag"
	within 20 qid_known "$tag" || {
		echo "mail.sh: no queue id for $1" >&2
		return 1
	}
	# shellcheck disable=SC2034
	QID=$(qid_of "$tag")
}

send_only() { # ADDRESS TAG
	printf 'From: admin@supplier.example\nTo: %s\nSubject: %s\nMessage-Id: <%s@t>\n\ntest\n' \
		"$1" "$2" "$2" | sendmail -f admin@supplier.example "$1"
}

qid_of() {
	awk -v tag="message-id=<$1@t>" '$NF == tag && /\/cleanup\[/ {
		sub(/:$/, "", $(NF - 1)); print $(NF - 1); exit }' "$MAIL_LOG"
}

qid_known() {
	[ -n "$(qid_of "$1")" ]
}

# within SECONDS COMMAND...: repeat until it succeeds, for so long at most.
within() {
	local end=$((SECONDS + $1 + 1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

# One line per delivery attempt: QID WORD STATUS DSN PROCESS RELAY REASON.
# WORD: Verified, Trusted, Untrusted, Anonymous; clear: sent without TLS;
# '-': nothing was sent and no TLS was reached.
attempts() {
	awk '
	/: (Verified|Trusted|Untrusted|Anonymous) TLS connection established to / {
		match($0, /\/(smtp|lmtp)\[[0-9]+\]/)
		pid = substr($0, RSTART, RLENGTH)
		match($0, /: [A-Z][a-z]+ TLS connection/)
		word[pid] = substr($0, RSTART + 2, RLENGTH - 17)
	}
	/: to=<.*, relay=.*, dsn=.*, status=/ {
		match($0, /\/[a-z]+\[[0-9]+\]/)
		pid = substr($0, RSTART, RLENGTH)
		match($0, /[A-Za-z0-9]+: to=</)
		qid = substr($0, RSTART, RLENGTH - 6)
		match($0, /relay=[^,]*/)
		relay = substr($0, RSTART + 6, RLENGTH - 6)
		match($0, /dsn=[^,]*/)
		dsn = substr($0, RSTART + 4, RLENGTH - 4)
		match($0, /status=.*/)
		status = substr($0, RSTART + 7)
		reason = status
		sub(/ .*/, "", status)
		sub(/^[^ ]* /, "", reason)
		w = pid in word ? word[pid] : status == "sent" ? "clear" : "-"
		delete word[pid]
		print qid, w, status, dsn, pid, relay, reason
	}' "$MAIL_LOG"
}

attempts_of() { # QID
	attempts | awk -v qid="$1" '$1 == qid'
}

attempted() { # QID COUNT
	[ "$(grep -c ": $1: to=<.*status=" "$MAIL_LOG")" -ge "$2" ]
}

# verdict QID [COUNT]: waits for that many attempts, then sets WORD, STATUS,
# DSN, RELAY and REASON of the last one. After one silence it waits less.
PATIENCE=40
verdict() {
	within "$PATIENCE" attempted "$1" "${2:-1}" || {
		PATIENCE=3
		WORD=- STATUS=silence DSN=- RELAY=- REASON='no attempt was logged'
		return 0
	}
	# shellcheck disable=SC2034
	read -r _ WORD STATUS DSN _ RELAY REASON \
		< <(attempts_of "$1" | tail -n 1)
}

attempt_count() { # QID
	grep -c ": $1: to=<.*status=" "$MAIL_LOG" || :
}

# flush QID: try what waits once more, and read the new fate of this one.
flush() {
	local before
	before=$(attempt_count "$1")
	# What is sent already will not be tried again.
	postqueue -p | grep "^$1" >/dev/null || before=$((before - 1))
	postqueue -f
	verdict "$1" $((before + 1))
}
