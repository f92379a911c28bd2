# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# faults.sh: a command again and again, each time with another call of the C
# library gone wrong (tests/faults.c). Knows calls and how they fail; what a
# command may do then, its judge knows.

FAULTS=${BUILD:-$TOP/build}/faults.so
[ "${FAULTS#/}" != "$FAULTS" ] || FAULTS=$TOP/$FAULTS
install -m 755 "$FAULTS" /tmp/faults.so
OUT=/tmp/out SAID=/tmp/said STATUS=0

# How each call fails.
hows_of() {
	case $1 in
	open) echo EMFILE EACCES slow ;;
	read) echo EIO EINTR short slow ;;
	write) echo ENOSPC EIO EINTR short ;;
	stat) echo EIO EACCES ;;
	mmap | memory) echo ENOMEM ;;
	fsync | close) echo EIO ;;
	rename) echo EIO ENOSPC slow ;;
	unlink) echo EROFS ;;
	chmod) echo EPERM ;;
	truncate) echo ENOSPC ;;
	lock) echo ENOLCK slow ;;
	fork) echo EAGAIN ;;
	random) echo ENOSYS EINTR ;;
	clock) echo slow ;;
	esac
}

# under FAULT COMMAND...: sets STATUS; OUT and SAID are what it printed.
under() {
	local program=${2##*/}
	STATUS=0
	# In a shell of its own, which says when it was killed.
	(
		export FAULT=$1 FAULT_PROGRAM=$program FAULT_COUNTS=/tmp/counts \
			FAULT_OF='postfix-tlspolicy tlspolicy libdb' \
			LD_PRELOAD=/tmp/faults.so
		exec timeout 20 "${@:2}" >"$OUT" 2>"$SAID" </dev/null
	) 2>/dev/null || STATUS=$?
}

# sweep SENTENCE JUDGE COMMAND...: every call of it fails once, in each way.
# BEFORE (a function) puts things back, KILL=1: it is killed at each, too.
sweep() {
	local sentence=$1 judge=$2 call n i how hows bad=0 all=0
	shift 2
	${BEFORE:-:}
	under none "$@"
	cp "$OUT" /tmp/right
	RIGHT=$STATUS
	cp /tmp/counts /tmp/calls
	claim "$sentence: right without faults" in_order "$judge"
	while read -r call n <&3; do
		hows=$(hows_of "$call")
		[ -z "${KILL:-}" ] || hows+=' kill killed'
		for how in $hows; do
			for ((i = 1; i <= n; i++)); do
				${BEFORE:-:}
				under "$call:$i:$how" "$@"
				all=$((all + 1))
				"$judge" && continue
				bad=$((bad + 1))
				[ $bad -gt 5 ] || {
					echo "    | $call $i of $n: $how: status $STATUS"
					head -n 3 "$SAID" "$OUT" | sed 's/^/    |   /'
				}
			done
		done
	done 3</tmp/calls
	claim "$sentence: $all faults" [ $bad = 0 -a "$all" -gt 30 ]
}

in_order() { # JUDGE: of a run without faults; 1: there is no such rule
	[ "$STATUS" -le 1 ] && [ ! -s "$SAID" -o "$STATUS" = 0 ] && "$1"
}

# Judges.

is_right() {
	[ "$STATUS" = "$RIGHT" ] && cmp -s "$OUT" /tmp/right
}

# The right answer, or an error that says so; never another answer.
right_or_error() {
	is_right || { [ "$STATUS" -ge 1 ] && [ "$STATUS" != 124 ] &&
		[ ! -s "$OUT" ] && [ -s "$SAID" ]; }
}
