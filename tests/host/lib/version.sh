# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# version.sh: which Postfix this is, and how its words differ from those of
# others. Must not know what a test expects. Feeds: postmap/, host/.

# is_since 3.6: Postfix is that one or a newer one.
is_since() {
	[ "$(printf '%s\n' "$1" "$(postconf -dhx mail_version)" | sort -V |
		head -n 1)" = "$1" ]
}

# shellcheck disable=SC2034
{
	# What the log calls a server that has another key than the rule, one
	# whose name alone is wrong, and one of an unknown authority that waits.
	STRANGE=Untrusted MISNAMED=Untrusted UNVERIFIED='not verified'
	if is_since 3.10; then
		MISNAMED=Trusted
	elif ! is_since 3.6; then
		# There it depends on who vouches for it.
		STRANGE='Untrusted|Trusted' MISNAMED=Trusted
		UNVERIFIED='not trusted'
	fi
}
