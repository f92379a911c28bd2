#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-install: make install and make uninstall: staged, for real, twice, over a
# running Postfix; without a trace; refused where they would break.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
meta=$(postconf -hx meta_directory)
shlib=$(postconf -hx shlib_directory)
so=$shlib/postfix-tlspolicy.so
bin=$(postconf -hx command_directory)
man=$(postconf -hx manpage_directory)

all_files() { # every file and folder, with owner, mode and content
	{ find "$meta" "$shlib" "$bin" "$man" -mindepth 1 \
		! -name "m*.cf*" \
		-printf '%p %u %g %m %s\n' 2>/dev/null || :; } |
		sort
}
make_it() {
	make -s -C "$TOP" "$@"
}

# --- staged, as a package is built -------------------------------------
make_it install DESTDIR=/tmp/stage >/dev/null
claim 'DESTDIR: the module is staged' test -f "/tmp/stage$so"
claim 'DESTDIR: and registered there' \
	test -f "/tmp/stage$meta/dynamicmaps.cf.d/tlspolicy"
claim 'DESTDIR: and its command' test -x "/tmp/stage$bin/tlspolicy"
claim 'DESTDIR: and the manual' test -f "/tmp/stage$man/man1/tlspolicy.1" \
	-a -f "/tmp/stage$man/man5/tlspolicy_table.5"
claim 'DESTDIR: nothing outside of it' test ! -e "$so" -a ! -e "$bin/tlspolicy"
make_it uninstall DESTDIR=/tmp/stage >/dev/null
claim 'DESTDIR: uninstalled without a trace' \
	test -z "$(find /tmp/stage -type f)"

# --- for real, twice ---------------------------------------------------
# Debian 12 ships an empty dynamicmaps.cf.d, Debian 13 none: try both.
for shipped in yes no; do
	rm -rf "$meta/dynamicmaps.cf.d"
	[ $shipped = no ] || mkdir "$meta/dynamicmaps.cf.d"
	all_files >/tmp/before
	make_it install >/dev/null
	first=$(stat -c %i "$so")
	claim "folder shipped=$shipped: registered" bash -c \
		'postconf -m | grep -qx tlspolicy'
	claim "folder shipped=$shipped: root's, not writable by others" test \
		"$(stat -c '%u %g %a' "$so")" = '0 0 644'
	claim "folder shipped=$shipped: the command runs where postconf is" \
		test "$(command -v tlspolicy)" = "$bin/tlspolicy" -a \
		"$(stat -c '%u %g %a' "$bin/tlspolicy")" = '0 0 755'
	claim "folder shipped=$shipped: and answers" bash -c \
		'tlspolicy --help | grep -q explain'
	all_files >/tmp/once
	make_it install >/dev/null
	all_files >/tmp/twice
	claim "folder shipped=$shipped: installed twice is installed once" \
		cmp -s /tmp/once /tmp/twice
	claim "folder shipped=$shipped: an upgrade replaces by rename" test \
		"$first" != "$(stat -c %i "$so")"
	make_it uninstall >/dev/null
	all_files >/tmp/after
	claim "folder shipped=$shipped: removed without a trace" \
		cmp -s /tmp/before /tmp/after
done

# --- what we tell Postfix of our files -----------------------------------
make_it install >/dev/null
# As post-install(1) reads it: path:type:owner:group:mode, each there.
while IFS=: read -r path type owner group mode; do
	path=${path/'$shlib_directory'/$shlib}
	path=${path/'$meta_directory'/$meta}
	path=${path/'$command_directory'/$bin}
	claim "listed in postfix-files.d, and as it is: ${path##*/}" test \
		"f $(stat -c '%U - %a' "$path")" = "$type $owner $group $mode"
done < <(grep -v '^#' "$meta/postfix-files.d/tlspolicy")
claim 'registered: the module, what opens it, what postmap(1) opens' \
	grep -qx $'tlspolicy\tpostfix-tlspolicy.so\tdict_tlspolicy_open\tmkmap_tlspolicy_open' \
	"$meta/dynamicmaps.cf.d/tlspolicy"
echo 'p.example encrypt' | table
shows 'postmap(1) makes an index' freeze
shows 'and finds it' frozen p.example encrypt
claim 'postfix check has nothing to say of it' bash -c \
	'! postfix check 2>&1 | grep tlspolicy'

# --- refusals ----------------------------------------------------------
all_files >/tmp/before
for how in main.cf master.cf instance; do
	cp -p /etc/postfix/main.cf /etc/postfix/master.cf /tmp/
	case $how in
	main.cf) postconf -e "smtp_tls_policy_maps = tlspolicy:$T" ;;
	master.cf) postconf -P "smtp/unix/smtp_tls_policy_maps=tlspolicy:$T" ;;
	instance)
		mkdir -p /etc/postfix-two
		cp /etc/postfix/m*.cf /etc/postfix-two/
		echo "smtp_tls_policy_maps = proxy:tlspolicy:$T" \
			>>/etc/postfix-two/main.cf
		postconf -e 'multi_instance_directories=/etc/postfix-one, /etc/postfix-two' ;;
	esac
	touch -d '1 minute ago' /etc/postfix*/main.cf
	says "uninstall refuses while $how names the table" 'still named in' \
		make_it uninstall
	all_files >/tmp/after
	claim "and has changed nothing ($how)" cmp -s /tmp/before /tmp/after
	cp -p /tmp/main.cf /tmp/master.cf /etc/postfix/
done
rm -rf /etc/postfix-two
# A comment is no use.
echo "# smtp_tls_policy_maps = tlspolicy:$T" >>/etc/postfix/main.cf
touch -d '1 minute ago' /etc/postfix/main.cf

# A module that cannot be loaded would stop smtp(8).
mkdir -p /tmp/bad
cat >/tmp/bad/bad.c <<'EOT'
extern void dict_gone_in_this_version(void);
void *dict_tlspolicy_open(void) { dict_gone_in_this_version(); return 0; }
EOT
if gcc -shared -fPIC -o /tmp/bad/bad.so /tmp/bad/bad.c; then
	says 'install refuses a module that does not load' 'nothing was changed' \
		"$TOP/packaging/install" install /tmp/bad/bad.so \
		"$TOP/build/tlspolicy"
	all_files >/tmp/after
	claim 'and has changed nothing' cmp -s /tmp/before /tmp/after
fi
cat >/tmp/bad/map <<'EOT'
{ global: dict_tlspolicy_open; local: *; };
EOT
if gcc -shared -fPIC -o /tmp/bad/half.so \
	"$TOP"/build/{dict_tlspolicy,mkmap_tlspolicy,tlspolicy_host}.o \
	"$TOP/build/libtlsp.a" -Wl,--version-script=/tmp/bad/map; then
	says 'and one that makes no index' 'nothing was changed' \
		"$TOP/packaging/install" install /tmp/bad/half.so \
		"$TOP/build/tlspolicy"
	all_files >/tmp/after
	claim 'and has changed nothing, again' cmp -s /tmp/before /tmp/after
fi
make_it uninstall >/dev/null
claim "uninstall leaves the administrator's files" test -s "$T" -a -s "$T.tlsp"
claim 'a comment in main.cf does not hold it' test ! -e "$so"
the_end
