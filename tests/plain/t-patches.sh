#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-patches: the patches to Postfix are complete, and say what they are for.
# What they do is seen by `make check-patches`, which builds Postfix.

# shellcheck source=tests/plain/lib.sh
. "$(dirname "$0")/lib.sh"

# Each patch has its place in the series, and nothing else lies there.
is_series() { # FOLDER
	diff <(grep -v '^#' "$1/series" | sort) \
		<(find "$1" -mindepth 1 -printf '%P\n' | grep -vx series | sort)
}

# DEP-3: why, for which versions, what became of it upstream.
has_head() { # PATCH
	local field
	for field in Description Origin Forwarded; do
		sed '/^---$/q' "$1" | grep "^$field: ." >/dev/null ||
			{ echo "$1: no $field"; return 1; }
	done
	sed '/^---$/q' "$1" | grep 'For Postfix 3\.' >/dev/null ||
		{ echo "$1: for which versions?"; return 1; }
}

# Each hunk has as many lines as it says; no file outside of the tree.
is_whole() { # PATCH
	awk -v patch="$1" '
	function bad(why) { print patch ":" NR ": " why; failed = 1; exit 1 }
	function take(n, of) { n = $of; return n ~ /,/ ? \
		substr(n, index(n, ",") + 1) : 1 }
	old > 0 || new > 0 {
		if (/^[ \t]/ || /^$/) { old--; new-- }
		else if (/^-/) old--
		else if (/^\+/) new--
		else bad("a hunk is too short")
		if (old < 0 || new < 0) bad("a hunk is too long")
		next
	}
	/^@@ / { old = take(0, 2); new = take(0, 3); hunks++; next }
	/^(---|\+\+\+) ./ {
		if ($2 != "/dev/null" && $2 !~ /^[ab]\/[^\/]/)
			bad("a file outside of the tree")
		next
	}
	hunks { bad("a hunk is too long") }
	END { if (failed) exit 1
		if (old > 0 || new > 0) bad("the last hunk is too short")
		if (!hunks) bad("it changes nothing") }' "$1"
}

# The source of the module has the files that the tree is told to compile.
compiles_all() { # FOLDER, completed
	diff <(sed -n 's/^+++ b\/src\/global\/\(.*\)\.c$/\1/p' \
		"$1/tlspolicy-source.patch" | sort) \
		<(sed -n '/^+TLSPOLICY_OBJS/,/[^\\]$/p' \
		"$1/tlspolicy-type.patch" | grep -o '[a-z_]*\.o' |
		sed 's/\.o//' | sort)
}

for version in 3.7 3.11; do
	folder=$W/$version
	postfix-patches/complete "$version" "$folder"
	passes "$version: the series is complete" is_series "$folder"
	passes "$version: all of the module is compiled" compiles_all "$folder"
	for patch in "$folder"/*.patch; do
		name=$version/${patch##*/}
		passes "$name says why and for what" has_head "$patch"
		passes "$name is whole" is_whole "$patch"
	done
done

# What is broken is seen.
patch=postfix-patches/3.7/session-key-match.patch
cp -r "$W/3.7" "$W/less"
sed '0,/^+ /{/^+ /d}' "$patch" >"$W/short.patch"
sed '0,/^+ /s/^\(+ .*\)$/\1\n\1/' "$patch" >"$W/long.patch"
sed '/^Forwarded/d' "$patch" >"$W/mute.patch"
rm "$W/less/${patch##*/}"
sed -i 's/tlsp_lex\.o //' "$W/less/tlspolicy-type.patch"
fails 'a patch without its file is seen' is_series "$W/less"
fails 'a room that is not compiled is seen' compiles_all "$W/less"
fails 'a line less is seen' is_whole "$W/short.patch"
fails 'a line more is seen' is_whole "$W/long.patch"
fails 'a patch that does not say what became of it is seen' \
	has_head "$W/mute.patch"
skip 'Postfix with these patches is built and tried (make check-patches)'
the_end
