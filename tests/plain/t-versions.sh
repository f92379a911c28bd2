#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-versions: the one binary in other Postfix versions, each in a folder
# (debootstrap) that TLSP_ROOTS names; that the reserve is what saves 3.11; and
# that the module's own UTF-8 checks and folding are Postfix's (t-utf8 says
# more). Needs root for chroot(1).

# shellcheck source=tests/plain/lib.sh
. "$(dirname "$0")/lib.sh"
if [ -z "${TLSP_ROOTS:-}" ]; then
	skip 'other Postfix versions (TLSP_ROOTS="DIR..." names their folders)'
	the_end
fi
[ "$(id -u)" = 0 ] || { skip 'other Postfix versions (not root)'; the_end; }
build all "$B/no-reserve.so"
build -f tests/postmap/utf8.mk WITH=-DTLSP_UTF8_BY_HOST VARIANT="$W/host.so" \
	"$W/host.so"

furnish() { # ROOT MODULE NAME
	local conf=$1/tlsp-$3
	rm -rf "$conf"
	mkdir -p "$conf/dynamicmaps.cf.d"
	cp "$2" "$conf/module.so"
	: >"$conf/dynamicmaps.cf"
	printf 'tlspolicy\t/tlsp-%s/module.so\tdict_tlspolicy_open\n' "$3" \
		>"$conf/dynamicmaps.cf.d/tlspolicy"
	printf '%s\n' 'compatibility_level = 2' "meta_directory = /tlsp-$3" \
		"smtp_tls_policy_maps = tlspolicy:/tlsp-$3/partners" \
		>"$conf/main.cf"
	printf '%s\n' 'audi.fr encrypt ciphers=high' '.example.de secure' \
		'bücher.example may' 'rpk.example encrypt enable_rpk=yes' \
		'bad.example secrue' >"$conf/partners"
	chown -R 0:0 "$conf"
	chmod -R go-w "$conf"
	chmod 644 "$conf/module.so"
	touch -d '1 minute ago' "$conf/main.cf" "$conf/partners"
}

gives() { # ROOT NAME KEY WANTED
	[ "$(chroot "$1" postmap -c "/tlsp-$2" -q "$3" \
		"tlspolicy:/tlsp-$2/partners" 2>"$W/stderr")" = "$4" ]
}

# The sentences of utf8-compare; the daemons that it starts end with it.
compare() { # ROOT
	mkdir -p "$1/etc/tlsp-utf8"
	install -m 644 "$B/postfix-tlspolicy.so" "$1/etc/tlsp-utf8/ours.so"
	install -m 644 "$W/host.so" "$1/etc/tlsp-utf8/host.so"
	unshare --pid --fork --kill-child tests/postmap/utf8-compare "$1" \
		>"$W/sentences" || FAILED=$((FAILED + 1))
	grep -vx 'end of test' "$W/sentences"
	passes "$v: the comparison reaches its end" \
		grep -qx 'end of test' "$W/sentences"
	rm -rf "$1/etc/tlsp-utf8"
}

for root in $TLSP_ROOTS; do
	v=$(chroot "$root" postconf -dhx mail_version)
	furnish "$root" "$B/postfix-tlspolicy.so" with
	passes "$v: an exact rule" gives "$root" with AUDI.fr 'encrypt ciphers=high'
	passes "$v: a wildcard" gives "$root" with a.b.example.de secure
	passes "$v: a twin" gives "$root" with xn--bcher-kva.example may
	passes "$v: not found" gives "$root" with stranger.example ''
	gives "$root" with bad.example '' || :
	passes "$v: a bad line" grep -q 'partners:5:13: "secrue"' "$W/stderr"
	case $v in
	3.[4-8].*) gives "$root" with rpk.example '' || :
		passes "$v: too old for enable_rpk" grep -q 3.9 "$W/stderr" ;;
	*)	passes "$v: knows enable_rpk" \
			gives "$root" with rpk.example 'encrypt enable_rpk=yes' ;;
	esac
	furnish "$root" "$B/no-reserve.so" without
	case $v in
	3.[4-9].*|3.10.*) passes "$v: needs no reserve" \
		gives "$root" without audi.fr 'encrypt ciphers=high' ;;
	*)	fails "$v: without the reserve it breaks" \
			gives "$root" without audi.fr 'encrypt ciphers=high' ;;
	esac
	rm -rf "$root/tlsp-with" "$root/tlsp-without"
	compare "$root"
done
the_end
