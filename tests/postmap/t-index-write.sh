#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-index-write: how postmap(1) makes the index: all or nothing, whatever is
# wrong with the rules or the disk, whoever kills it or edits meanwhile; with
# the owner and mode that `postmap cdb:` would give.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
module_in
export LC_ALL=C
setting smtp_tls_policy_maps "tlspolicy:$T"
W=/tmp/write
mkdir -p $W

alone() { # nothing else is left beside TABLE
	[ -z "$(find "${1%/*}" -name "${1##*/}.*" ! -name "${1##*/}.tlsp" \
		! -name "${1##*/}.cdb")" ]
}

# refused SENTENCE PATTERN COMMAND...: it fails and says so; the index that
# was there is there, as it was, and nothing else.
refused() {
	local sentence=$1 pattern=$2 status=0
	shift 2
	"$@" >$W/said 2>&1 || status=$?
	if [ $status = 0 ]; then
		fail "$sentence" 'it succeeded'
	elif ! grep -Eq -- "fatal: .*$pattern" $W/said; then
		fail "$sentence" "it said: $(tail -n 2 $W/said)"
	elif ! cmp -s "$INDEX.tlsp" $W/index; then
		fail "$sentence" 'the old index is another one'
	elif ! alone "$INDEX"; then
		fail "$sentence" "left over: $(ls "$INDEX"*)"
	else
		ok "$sentence"
	fi
}
INDEX=$T
keep() { cp -p "$INDEX.tlsp" $W/index; }
make_index() { postmap "tlspolicy:$INDEX"; }

# --- what is wrong with the rules --------------------------------------
echo 'p.example encrypt' | table
shows 'an index is made' freeze
keep
claim 'nothing is left beside it' alone "$T"
{ echo 'p.example may'
  for n in {1..30}; do
	echo "x$n.example none y"
	echo "bad$n.example secrue"
  done; } | table
refused 'thirty bad lines: no index' '30 errors in the rules' make_index
claim 'each is named, with its place' test "$(grep -Ec \
	"$T:[0-9]+:[0-9]+: \"secrue\" is no security level" $W/said)" = 30
claim 'so are thirty warnings' test "$(grep -Ec "$T:[0-9]+:[0-9]+: .*none" \
	$W/said)" -ge 30
says 'the rules hold, not the old index' "^$(printf 'may')\$" \
	postmap -q p.example "tlspolicy:$T"
for bad in '*.lost.example secure' '  indented.example secure' 'novalue.example' \
	'grade.example may ciphers=hihg' 'a b c'; do
	printf 'p.example may\n%s\n' "$bad" | table
	refused "a bad line: $bad" 'errors? in the rules' make_index
done
printf 'p.example may\np.example none\nq.example none y\n' | table
says 'warnings alone: they are said' 'p.example' postmap "tlspolicy:$T"
shows 'warnings alone: and the index is made' frozen p.example may
keep

# --- what is wrong with the file ---------------------------------------
chmod 664 "$T"; refused 'writable by the group' 'chmod go-w' make_index
chmod 644 "$T"; chmod 777 /etc/postfix
refused 'in a folder that all may write' 'chmod go-w' make_index
chmod 755 /etc/postfix
cp "$T" $W/text
: | table; refused 'empty' 'empty' make_index
rm "$T"; refused 'absent' 'No such file' make_index
mkdir "$T"; refused 'a folder' '' make_index
rmdir "$T"
printf 'p.example may\n\0\0\0\0\0\0\0\0' | table
refused 'damaged' 'damaged' make_index
table <$W/text
freeze || :
keep

# --- refusals ----------------------------------------------------------
increment() { echo 'x.example may' | postmap -i "tlspolicy:$T"; }
refused 'postmap -i' 'rules are changed by editing' increment
refused 'postmap -d' 'rules are changed by editing' \
	postmap -d p.example "tlspolicy:$T"
claim 'and the rules are as they were' cmp -s "$T" $W/text

# --- the disk ----------------------------------------------------------
mkdir /etc/disk
mount -t tmpfs -o size=96k,mode=755 disk /etc/disk
INDEX=/etc/disk/partners
seq -f 'n%.0f.example encrypt' 500 | table_in $INDEX
shows 'on a small disk' freeze $INDEX
keep
echo 'p.example encrypt' >>$INDEX
touch -d '1 minute ago' $INDEX
head -c 200000 /dev/zero >/etc/disk/fill 2>/dev/null || :
refused 'a full disk' 'No space left' make_index
claim 'a full disk: the new rule holds' test \
	"$(postmap -q p.example "tlspolicy:$INDEX" 2>/dev/null)" = encrypt
: >/etc/disk/fill
mount -o remount,ro /etc/disk
refused 'a disk that is only read' 'Read-only file system' make_index
mount -o remount,rw /etc/disk
shows 'once there is room again' freeze $INDEX
keep
limited() { bash -c "ulimit -f 1; postmap tlspolicy:$INDEX"; }
touch -d '1 minute ago' $INDEX
status=0
limited >$W/said 2>&1 || status=$?
claim 'files may not grow: it fails' test $status != 0
claim 'files may not grow: the old index is as it was' cmp -s $INDEX.tlsp $W/index
rm -f $INDEX.tlsp.*
umount /etc/disk
INDEX=$T

# --- owner and mode ----------------------------------------------------
OWN=/run/own
mkdir $OWN
like_cdb() { # OWNER MODE UMASK [OPTION]
	local table=$OWN/partners
	rm -f $table*
	chown "${1%:*}" $OWN
	echo 'p.example encrypt' | table_in $table
	chown "$1" $table
	chmod "$2" $table
	(umask "$3" && postmap ${4:+"$4"} "cdb:$table" &&
		postmap ${4:+"$4"} "tlspolicy:$table") >$W/said 2>&1 || return 1
	[ "$(stat -c '%u %g %a' $table.cdb)" = \
		"$(stat -c '%u %g %a' $table.tlsp)" ]
}
for owner in root:root root:postfix nobody:nogroup; do
	for option in '' -p -o; do
		[ $owner/$option != nobody:nogroup/-o ] || continue
		wrong=
		for mode in 600 640 644 400 444; do
			for mask in 022 077; do
				like_cdb $owner $mode $mask $option ||
					wrong+=" $mode/$mask"
			done
		done
		shows "of $owner, postmap $option: owner and mode as with cdb" \
			test -z "$wrong"
	done
done
echo 'p.example encrypt' | table_in $OWN/partners
chown nobody:nogroup $OWN $OWN/partners
says "nobody's rules: root does not trust them" 'belongs to uid' \
	postmap -o "tlspolicy:$OWN/partners"
rm $OWN/partners*
chown root $OWN
echo 'p.example encrypt' | table_in $OWN/partners
chown nobody $OWN/partners
says "nobody's rules in root's folder: nobody cannot write there" \
	'fatal.*Permission denied' postmap "tlspolicy:$OWN/partners"
claim 'and so there is no index' test ! -e $OWN/partners.tlsp

# --- at the same time --------------------------------------------------
old='made before the rules file was last changed'
quiet_or_old() { # KEY WANTED: by rules or index, but never damaged or wrong
	local have
	have=$(postmap -q "$1" "tlspolicy:$T" 2>$W/said)
	[ "$have" = "$2" ] && ! grep -v "$old" $W/said
}
seq -f 'n%.0f.example encrypt' 100000 >$W/large
{ cat $W/large; echo 'p.example encrypt'; } | table
shows '100,000 rules' freeze
wrong=0
for n in {1..5}; do
	pids=()
	for _ in 1 2 3; do
		postmap "tlspolicy:$T" 2>>$W/said &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || wrong=$((wrong + 1))
	done
	frozen p.example encrypt || wrong=$((wrong + 1))
done
shows 'three postmaps at once, five times: all succeed, the index is good' \
	test $wrong = 0
claim 'and nothing else is left' alone "$T"

# Killed at any moment, and once there is a temporary file.
wrong=0 killed=0 writing=0
for n in {1..30}; do
	level=$((n % 2))
	{ cat $W/large; echo "p.example encrypt exclude=A$level"; } >"$T.new"
	touch -d "$((100 - n)) minutes ago" "$T.new"
	mv "$T.new" "$T"
	postmap "tlspolicy:$T" >/dev/null 2>&1 &
	pid=$!
	if [ $level = 0 ]; then
		sleep "0.$(printf '%03d' $((n * 11)))"
	else
		until compgen -G "$T.tlsp.*" >/dev/null ||
			! kill -0 $pid 2>/dev/null; do :; done
		! compgen -G "$T.tlsp.*" >/dev/null || writing=$((writing + 1))
	fi
	kill -9 $pid 2>/dev/null && killed=$((killed + 1))
	wait $pid 2>/dev/null || :
	quiet_or_old p.example "encrypt exclude=A$level" || wrong=$((wrong + 1))
	rm -f "$T".tlsp.*
done
claim "killed $killed times, $writing while it wrote: the old index or the new one" \
	test $wrong = 0
claim 'also while it wrote' test $writing -gt 0

# Edited meanwhile: same size, same time stamp.
wrong=0 refused=0
for n in {1..12}; do
	{ cat $W/large; echo 'p.example encrypt exclude=OLD'; } >"$T.new"
	touch -d '1 hour ago' "$T.new"
	mv "$T.new" "$T"
	postmap "tlspolicy:$T" >/dev/null 2>&1 &
	pid=$!
	sleep "0.$(printf '%03d' $((n * 20)))"
	printf 'NEW' | dd of="$T" conv=notrunc status=none bs=1 \
		seek=$(($(stat -c %s "$T") - 4))
	touch -d '1 hour ago' "$T"
	wait $pid || refused=$((refused + 1))
	quiet_or_old p.example 'encrypt exclude=NEW' || wrong=$((wrong + 1))
done
claim 'edited while postmap runs: always the new rule' test $wrong = 0

# The same at the worst moment, right after the rules were read; also on a
# file system that counts whole seconds.
cat >$W/edit.c <<'EOT'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
static int state, looks;
static void edit(const char *text)
{
	static const struct timespec at[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
	int fd = (int)syscall(SYS_openat, AT_FDCWD, getenv("EDIT"), O_WRONLY | O_TRUNC);
	if (write(fd, text, strlen(text)) < 0 || futimens(fd, at) < 0)
		abort();
	close(fd);
}
int open(const char *path, int flags, ...)
{
	int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
	va_list ap;
	mode_t mode;
	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	if (state == 0 && (flags & O_NONBLOCK) && strcmp(path, getenv("EDIT")) == 0) {
		state = 1;
		edit("p.example encrypt\n");
	}
	return real(path, flags, mode);
}
static int coarse(int result, struct stat *st)
{
	if (getenv("SECONDS_ONLY"))
		st->st_ctim.tv_nsec = st->st_mtim.tv_nsec = 0;
	return result;
}
int fstat(int fd, struct stat *st)
{
	int result = coarse((int)syscall(SYS_newfstatat, fd, "", st,
	    AT_EMPTY_PATH), st);
	if (state == 1 && ++looks == 2) {	/* before and behind reading */
		state = 2;
		edit("p.example none   \n");
	}
	return result;
}
int stat(const char *path, struct stat *st)
{
	return coarse((int)syscall(SYS_newfstatat, AT_FDCWD, path, st, 0), st);
}
/* As a module calls them that was built before glibc 2.33. */
int __fxstat(int version, int fd, struct stat *st)
{
	return fstat(fd, st);
}
int __xstat(int version, const char *path, struct stat *st)
{
	return stat(path, st);
}
EOT
if gcc -w -shared -fPIC -o $W/edit.so $W/edit.c -ldl 2>/dev/null; then
	echo 'p.example encrypt' | table
	EDIT=$T LD_PRELOAD=$W/edit.so postmap "tlspolicy:$T" >$W/said 2>&1 || :
	claim 'edited right after it was read: it was' \
		test "$(<"$T")" = 'p.example none   '
	shows 'edited right after it was read: it is read again' \
		frozen p.example none
	wrong=0
	export SECONDS_ONLY=1
	for n in {1..3}; do
		echo 'p.example encrypt' | table
		rm -f "$T.tlsp"
		# A second has just begun.
		sleep "0.$(printf '%06d' $((1000000 - 10#$(date +%6N))))"
		EDIT=$T LD_PRELOAD=$W/edit.so postmap "tlspolicy:$T" 2>/dev/null || :
		[ "$(EDIT=/ LD_PRELOAD=$W/edit.so postmap -q p.example \
			"tlspolicy:$T" 2>/dev/null)" = none ] || wrong=$((wrong + 1))
	done
	unset SECONDS_ONLY
	claim 'edited right after it was read, in the same second' test $wrong = 0
else
	skip 'edited right after it was read (no compiler)'
fi

# --- a text that is young ----------------------------------------------
rm -f "$T.tlsp"
echo 'p.example encrypt' >"$T"
shows 'a text of this moment is waited for' freeze
shows 'and the index is used' frozen p.example encrypt
{ for n in {1..10}; do echo "n$n.example encrypt"; sleep 0.1; done
  echo 'last.example secure'; } >"$T" &
sleep 0.2
postmap "tlspolicy:$T" >/dev/null 2>$W/said || :
wait $!
claim 'a text that is being written: its last rule holds' \
	quiet_or_old last.example secure
claim 'nothing else is left, at the end' alone "$T"
the_end
