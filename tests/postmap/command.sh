# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# command.sh: sourced by tests of the command. Knows how it is called, and
# what of its output changes from run to run.

# Another build of it, with sanitizers: COMMAND=...
COMMAND=${COMMAND:-$TOP/build/tlspolicy}

tlspolicy() {
	kept "$COMMAND" "$@"
}

# print N: a fingerprint by sha256, each another one.
print() {
	printf '%064x' "$1" | tr a-f A-F | sed 's/../&:/g; s/:$//'
}

# put_pins <SCRIPT: what a store is to hold, as tests/put_pins.c has it.
put_pins() {
	"$TOP/build/put_pins" -f -c /etc/postfix "$T"
}

# as_json STATUS COMMAND...: a question that changes nothing ends so with
# --json, too. Not help; nor is a file of the shell's making read twice.
as_json() {
	local want=$1 status=0 verb=("$2" "${3:-}" "${4:-}")
	shift 2
	case "$*" in
	*/dev/fd/* | *--help*) return 0 ;;
	esac
	case "${verb[*]}" in
	'tlspolicy check '* | 'tlspolicy explain '* | 'tlspolicy doctor '* | \
		'tlspolicy export '*) verb=("$1"); shift ;;
	'tlspolicy pins list' | 'tlspolicy pins show' | 'tlspolicy ca list' | \
		'tlspolicy ca verify') verb=("$1" "$2"); shift 2 ;;
	*) return 0 ;;
	esac
	tlspolicy "${verb[@]}" --json "$@" >/dev/null 2>&1 || status=$?
	[ "$status" = "$want" ]
}

# prints SENTENCE STATUS PATTERN COMMAND...: it ends with that, and says this
# on either output.
prints() {
	local sentence=$1 want=$2 pattern=$3 status=0 out
	shift 3
	out=$("$@" 2>&1) || status=$?
	if [ $status = "$want" ] && grep -Eq -- "$pattern" <<<"$out"; then
		if as_json "$status" "$@"; then
			ok "$sentence"
		else
			fail "$sentence" 'but with --json another status'
		fi
	else
		fail "$sentence" "status $status, wanted $want and /$pattern/"
		printf '%s\n' "$out" | head -n 12 | sed 's/^/    | /'
	fi
}

# Times and ages differ: a second more or less is no difference.
scrub() {
	sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/TIME/g
		s/\((in )?[0-9]+[dhms]([0-9]+[hms])?( ago)?\)/(AGE)/g
		s/[0-9A-F]{16}/SUM/g; s/^(constraint) .*/\1 SUM/
		s/(00:){20,}/../g; s/ +$//'
}

# golden SENTENCE FILE COMMAND...: what it prints, but for the time.
golden() {
	local sentence=$1 file=$HERE/ref/$2
	shift 2
	"$@" 2>&1 | scrub >/tmp/golden || :
	if diff "$file" /tmp/golden >/tmp/diff; then ok "$sentence"; else
		fail "$sentence" "not as in ${file#"$TOP"/}"
		sed 's/^/    | /' /tmp/diff
	fi
}
