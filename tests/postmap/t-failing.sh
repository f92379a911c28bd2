#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-failing: each call of the C library fails once, at every place, in lookups
# and in what writes files: the answer is right or an error, files are the old
# or the new ones.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
# shellcheck source=tests/postmap/faults.sh
. "$HERE/faults.sh"
module_in
table <"$TOP/examples/partners"

sweep 'a lookup by the rules' right_or_error postmap -q audi.fr "tlspolicy:$T"
sweep 'of a stranger' right_or_error postmap -q stranger.example "tlspolicy:$T"
freeze
sweep 'a lookup by the index' right_or_error postmap -q audi.fr "tlspolicy:$T"
sweep 'of a stranger, by the index' right_or_error \
	postmap -q stranger.example "tlspolicy:$T"
sweep 'all rules' right_or_error postmap -s "tlspolicy:$T"

# --- files: the old one or the new one, and nothing beside them ----------
whole() { # FILE OLD NEW
	cmp -s "$1" "$2" || cmp -s "$1" "$3"
}

# What was said to be done is done; what was not, was said.
done_or_error() { # FILE OLD NEW
	whole "$@" || return 1
	case $STATUS in
	0) cmp -s "$1" "$3" ;;
	137) return 0 ;;
	64 | 124) return 1 ;;	# the caller is to blame for nothing
	*) [ -s "$SAID" ] ;;
	esac
}

alone() { # FOLDER FILE...: a killed one may leave what it was writing
	local folder=$1
	shift
	[ "$STATUS" = 137 ] ||
		[ "$(ls -A "$folder")" = "$(printf '%s\n' "$@" | sort)" ]
}

# An index has a seed and a time: whoever reads it is asked.
D=/etc/postfix/tables
I=$D/partners
mkdir $D
table_in $I <"$TOP/examples/partners"
before_index() {
	rm -f $D/*.tlsp*
	[ ! -e /tmp/old.tlsp ] || cp -p /tmp/old.tlsp $I.tlsp
}
index_is_whole() {
	local have
	alone $D partners partners.tlsp || alone $D partners || return 1
	[ ! -e $I.tlsp ] || cmp -s $I.tlsp /tmp/old.tlsp ||
		"$READ" $I.tlsp >/dev/null 2>&1 || return 1
	have=$(postmap -q audi.fr "tlspolicy:$I" 2>/tmp/asked)
	[ "$have" = "$WANT" ] || return 1
	case $STATUS in
	0) [ -e $I.tlsp ] && [ ! -s /tmp/asked ] ;;
	137) return 0 ;;
	124) return 1 ;;
	*) [ -s "$SAID" ] ;;
	esac
}
READ=${BUILD:-$TOP/build}/read_index
[ "${READ#/}" != "$READ" ] || READ=$TOP/$READ
BEFORE=before_index KILL=1 WANT='encrypt ciphers=high'
sweep 'postmap, the first index' index_is_whole postmap "tlspolicy:$I"
before_index
postmap "tlspolicy:$I"
cp -p $I.tlsp /tmp/old.tlsp
sed -i 's/^audi.fr.*/audi.fr verify/' $I
WANT=verify
touch -d '1 minute ago' $I
sweep 'postmap, the next one' index_is_whole postmap "tlspolicy:$I"
sweep 'tlspolicy compile' index_is_whole "$COMMAND" compile -t $I

# --- a bundle of certificates --------------------------------------------
# shellcheck source=tests/postmap/ca.sh
. "$HERE/ca.sh"
B=/etc/postfix/ca/bundle.pem
setting smtp_tls_CAfile "$B"
bundle_before() {
	rm -rf ${B%/*}
	mkdir ${B%/*}
	cp /tmp/ca/from.bundle $B
}
bundle_is_whole() {
	done_or_error $B /tmp/ca/from.bundle /tmp/ca/to.bundle &&
		alone ${B%/*} bundle.pem
}

# bundle SENTENCE FILE COMMAND...: what becomes of FILE.
bundle() {
	cp "$2" from.bundle
	bundle_before
	"${@:3}" >/dev/null 2>&1
	cp $B to.bundle
	sweep "$1" bundle_is_whole "${@:3}"
}
BEFORE=bundle_before
bundle 'tlspolicy ca add' root.pem "$COMMAND" ca add --yes proc.cer
claim 'which adds' cmp -s -n "$(stat -c %s root.pem)" root.pem to.bundle
cp to.bundle both.bundle
bundle 'tlspolicy ca remove' both.bundle \
	"$COMMAND" ca remove --yes "$(sha256 proc.pem)"
claim 'which removes' cmp -s root.pem to.bundle
the_end
