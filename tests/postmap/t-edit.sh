#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-edit: tlspolicy edit puts a copy in the place of the table only when it
# has been read, or somebody says so; whatever fails, the old one is there.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in
setting smtp_tls_policy_maps "tlspolicy:$T"
W=/tmp/edit
mkdir -p $W
unset VISUAL

# The editor: one command for each time that it is called.
cat >$W/editor <<'EOT'
#!/bin/bash
n=$(cat /tmp/edit/turn 2>/dev/null || echo 1)
echo $((n + 1)) >/tmp/edit/turn
echo "$@" >/tmp/edit/args
stat -c '%a %U' "${@: -1}" >/tmp/edit/copy
FILE=${@: -1}
export FILE
. /tmp/edit/do.$n
EOT
chmod +x $W/editor
export EDITOR=$W/editor

# edits STATUS ANSWERS COMMAND...: the commands, one an edit; what is typed.
edits() {
	local want=$1 answers=$2 n=1
	shift 2
	rm -f $W/do.* $W/turn
	for command; do
		echo "$command" >$W/do.$n
		n=$((n + 1))
	done
	STATUS=0
	printf '%b' "$answers" | tlspolicy edit "${OPTIONS[@]}" >$W/out \
		2>$W/err || STATUS=$?
	[ $STATUS = "$want" ] && [ "$(cat $W/turn)" = $n ]
}
OPTIONS=()
said() { grep -Eq -- "$1" $W/err; }
is_old() { [ "$(stat -c '%i %Y' "$T")" = "$OLD" ] && cmp -s "$T" $W/old; }
alone() { # nothing but the table and perhaps its index
	[ -z "$(find /etc/postfix -name 'partners.*' ! -name '*.tlsp')" ]
}
fresh() {
	printf 'a.example encrypt\n' | table
	OLD=$(stat -c '%i %Y' "$T")
	cp "$T" $W/old
}

# --- saved -------------------------------------------------------------------
fresh
shows 'a change is saved' edits 0 '' 'echo "b.example may" >>"$FILE"'
claim 'it is in the table' grep -qx 'b.example may' "$T"
claim 'mail finds it' test "$(ask b.example)" = may
claim 'that is said' said "$T: 2 rules saved$"
claim 'the copy was for root alone' grep -qx '600 root' $W/copy
claim 'and is gone' alone
fresh
chown root:postfix "$T"
chmod 640 "$T"
claim 'an editor that renames: saved' edits 0 '' \
	'cp "$FILE" "$FILE.x"; echo "b.example may" >>"$FILE.x"; mv "$FILE.x" "$FILE"'
claim 'owner, group and mode are those of the table' test \
	"$(stat -c '%U %G %a' "$T")" = 'root postfix 640'
claim 'nothing else is left' alone
chown root:root "$T"
chmod 644 "$T"
fresh
claim 'nothing changed: nothing saved' edits 0 '' ': >/dev/null'
claim 'and the table is the very same file' is_old
claim 'which is said' said 'is unchanged'
fresh
EDITOR="$W/editor -x 'two words'"
claim 'an editor with options' edits 0 '' 'echo "#" >>"$FILE"'
claim 'gets them' grep -q -- '^-x two words /etc/postfix/partners.edit' $W/args
EDITOR=/nonexistent VISUAL=$W/editor
export VISUAL
claim '$VISUAL goes first' edits 0 '' 'echo "#" >>"$FILE"'
unset VISUAL
EDITOR=$W/editor

# --- findings ------------------------------------------------------------------
fresh
claim 'a bad line, mended: saved' edits 0 'e\n' \
	'echo "b.example secrue" >>"$FILE"' 'sed -i s/secrue/secure/ "$FILE"'
claim 'the place was said' said 'partners.edit.*:2:11: error: "secrue"'
claim 'and what can be done' said 'What now\? \(e\)dit again, e\(x\)it'
claim 'it is the mended one' grep -qx 'b.example secure' "$T"
fresh
claim 'x: not saved' edits 1 'x\n' 'echo "b.example secrue" >>"$FILE"'
claim 'x: the table is the same file' is_old
claim 'x: nothing is left' alone
fresh
OPTIONS=(--json)
claim 'nobody changed it: no error' edits 0 '' :
claim 'and no count of what was not read' grep -q '"errors":null' $W/out
OPTIONS=()
fresh
claim 'Q: saved in spite of errors' edits 78 'q\n\nQ\n' \
	'echo "b.example secrue" >>"$FILE"'
claim 'Q: and mail for it waits' test "$(ask b.example | cut -c1-7)" = '(error)'
fresh
claim 'no answer: not saved' edits 1 '' 'echo "b.example secrue" >>"$FILE"'
claim 'no answer: the table is as it was' is_old
kept=$(sed -n 's/.*what you wrote is in //p' $W/err)
claim 'no answer: what was written is kept' grep -q secrue "$kept"
rm -f "$kept"
fresh
claim 'a warning alone is asked about, too' edits 0 's\n' \
	'echo "a.example may" >>"$FILE"'
claim 'and can be saved' said '2 rules saved'
fresh
claim 'an empty file' edits 1 'x\n' ': >"$FILE"'
claim 'is an error' said 'the file is empty'

# --- an index ------------------------------------------------------------------
fresh
freeze
shows 'an index beside it is made anew' edits 0 '' \
	'echo "b.example may" >>"$FILE"'
claim 'that is said' said 'its index made anew'
shows 'and used' frozen b.example may
fresh
freeze
claim 'saved with errors' edits 78 'Q\n' 'echo "b.example secrue" >>"$FILE"'
claim 'the rules hold, not the old index' test \
	"$(ask b.example | cut -c1-7)" = '(error)'
OPTIONS=(--json)
claim 'saved with errors, as JSON' edits 78 'Q\n' 'echo "c.example x" >>"$FILE"'
claim 'which says so of the index' grep -q '"saved":true.*"index":"stale",.*"error":null' $W/out
fresh
claim 'an index made, as JSON' edits 0 '' 'echo "b.example may" >>"$FILE"'
claim 'which says that, too' grep -q '"saved":true.*"index":"made",.*"error":null' $W/out
rm -f "$T.tlsp"
mkdir -p "$T.tlsp/x"
fresh
claim 'an index that cannot be made' edits 75 '' 'echo "b.example may" >>"$FILE"'
claim 'the rules are saved, says JSON, and why the index is not' grep -Eq \
	'"saved":true,"rules":2,.*"index":"failed","copy":null,"error":"[^"]+"' $W/out
claim 'and a person is told what to do' said "tlspolicy compile $T$"
claim 'mail finds the new rule' test "$(ask b.example)" = may
rm -r "$T.tlsp"
OPTIONS=()

# --- what fails ------------------------------------------------------------------
fresh
claim 'an editor that fails: not saved' edits 75 '' \
	'echo "b.example may" >>"$FILE"; exit 3'
claim 'the table is as it was' is_old
kept=$(sed -n 's/.*what you wrote is in //p' $W/err)
claim 'what was written is kept' grep -qx 'b.example may' "$kept"
rm -f "$kept"
claim 'an editor that fails and wrote nothing' edits 75 '' 'exit 1'
claim 'leaves nothing' alone
OPTIONS=(--json)
claim 'an editor that fails, as JSON' edits 75 '' 'exit 1'
claim 'why, says JSON' grep -q '"saved":false,.*"error":"the editor .* failed' $W/out
OPTIONS=()
claim 'an editor that removes the copy' edits 75 '' 'rm "$FILE"'
claim 'the table is as it was, then, too' is_old
claim 'no editor' bash -c "EDITOR=/nonexistent '$COMMAND' edit 2>&1 |
	grep -q 'the editor \"/nonexistent\" failed'"
claim 'no editor: nothing is left' alone
for _ in {1..10}; do
	{ EDITOR=/nonexistent "$COMMAND" edit 2>&1 || :; } | :
done
claim 'nor if nobody listens' alone
fresh
claim 'the table changed meanwhile' edits 75 '' \
	"echo 'b.example may' >>\"\$FILE\"; echo 'c.example may' >>$T"
claim 'it is left as it is' test "$(tail -n 1 "$T")" = 'c.example may'
kept=$(sed -n 's/.*what you wrote is in //p' $W/err)
claim 'and what was written is kept' grep -qx 'b.example may' "$kept"
rm -f "$kept"
fresh
claim 'two at a time' edits 0 '' \
	"'$COMMAND' edit 2>$W/second; echo \$? >$W/status; echo '#' >>\"\$FILE\""
claim 'the second is told' grep -q 'somebody else is editing it' $W/second
claim 'and may come again' grep -qx 75 $W/status
mkdir /etc/disk
mount -t tmpfs -o size=64k,mode=755 disk /etc/disk
printf 'a.example encrypt\n' | table_in /etc/disk/p
OPTIONS=(/etc/disk/p)
cp -p /etc/disk/p $W/old
claim 'a full disk' edits 75 '' 'echo "b.example may" >>"$FILE"
	head -c 200000 /dev/zero >/etc/disk/fill 2>/dev/null; :'
claim 'the table is as it was, on a full disk' cmp -s /etc/disk/p $W/old
claim 'and no new one is left half' bash -c '! ls /etc/disk/p.new* 2>/dev/null'
umount /etc/disk
OPTIONS=()

# --- links, new tables, several ----------------------------------------------
fresh
mkdir -p /etc/postfix/rules
mv "$T" /etc/postfix/rules/real
ln -s rules/real "$T"
claim 'behind a link' edits 0 '' 'echo "b.example may" >>"$FILE"'
claim 'the link stays' test -L "$T"
claim 'and the file behind it is the new one' grep -qx 'b.example may' \
	/etc/postfix/rules/real
rm /etc/postfix/rules/real
prints 'a link to nothing is refused before anything is edited' 78 \
	'link to a file that is not there' tlspolicy edit
rm "$T"
claim 'a new table' edits 0 '' 'echo "n.example may" >"$FILE"'
claim 'is for all to read' test "$(stat -c %a "$T")" = 644
prints 'no such folder' 75 'No such file' tlspolicy edit /etc/none/partners
prints 'a folder is no table' 75 'not a regular file' tlspolicy edit /etc/postfix
fresh
OPTIONS=(--json)
claim 'as JSON' edits 1 'x\n' 'echo "b.example secrue" >>"$FILE"'
claim 'an object tells what became of it' grep -qx "{\"table\":\"$T\",\
\"saved\":false,\"rules\":2,\"errors\":1,\"warnings\":0,\"index\":null,\
\"copy\":null,\"error\":null}" $W/out
prints 'edit --help: an example' 0 'Example' tlspolicy edit --help
claim 'edit --help fits a screen' test \
	"$(tlspolicy edit --help | wc -l)" -le 24 -a \
	"$(tlspolicy edit --help | awk 'length > n { n = length }
		END { print n }')" -le 80
the_end
