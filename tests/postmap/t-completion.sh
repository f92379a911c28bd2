#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-completion: what shells offer behind tlspolicy, asked of a real bash, and
# of a real zsh where there is one: all that --help names, and nothing that a
# table could make them run.

# shellcheck source=tests/postmap/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/postmap/command.sh
. "$HERE/command.sh"
module_in
W=/tmp/completion
mkdir -p $W
cd $W
setting smtp_tls_policy_maps "tlspolicy:$T"
BASH_FILE=/usr/share/bash-completion/completions/tlspolicy
ZSH_FILE=/usr/share/zsh/vendor-completions/_tlspolicy
[ -d "${BASH_FILE%/*}" ] || BASH_FILE=$TOP/packaging/completion/tlspolicy
printf '%s\n' 'audi.fr encrypt' 'bücher.example may' '.wild.example may' \
	'$(touch${IFS}ran).example may' '`touch${IFS}ran`.example may' \
	"[relay.example]:587 secure" | table

# offers LINE: what bash offers at its end, one a line.
offers() {
	bash --norc -c '
		source "$1"
		COMP_LINE=$2 COMP_POINT=${#2}
		read -ra COMP_WORDS <<<"$2"
		[[ $2 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_tlspolicy
		printf "%s\n" "${COMPREPLY[@]}"' - "$BASH_FILE" "$1" | sort
}
verbs() { tlspolicy --help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | sort; }
offered() { # SENTENCE LINE WANTED
	local have
	have=$(offers "$2" | tr '\n' ' ')
	if [ "${have% }" = "$3" ]; then ok "$1"; else
		fail "$1" "wanted \"$3\", offered \"$have\""; fi
}

claim 'make install puts it where bash looks' test -s "$BASH_FILE"
claim 'all verbs are offered' test "$(offers 'tlspolicy ' | grep -v ^-)" = \
	"$(verbs)"
claim 'there are some' test "$(verbs | wc -l)" -ge 8
# Each option that a help names, and no other.
for verb in $(verbs); do
	tlspolicy "$verb" --help | grep -oE '^ +-.*|\[-[^]]*' |
		sed 's/\([^ ]\)   *.*/\1/' | grep -oE -- '--[a-z][a-z-]*' | cat - <(printf '%s\n' --config-dir \
		--table --json --help) | sort -u >$W/want
	claim "$verb: all its options are offered" test "$(offers \
		"tlspolicy $verb --")" = "$(<$W/want)"
	# And they are options of the verb, not words of a sentence.
	while read -r option; do
		timeout 10 "$COMMAND" "$verb" "$option" --help \
			</dev/null >$W/out 2>&1 || :
		grep -q "no option $option" $W/out &&
			fail "$verb $option is an option"
	done <$W/want
done
offered 'the beginning of a verb' 'tlspolicy comp' compile
offered 'parts of a verb' 'tlspolicy pins ' 'accept dump forget list load show'
offered 'the beginning of a part' 'tlspolicy pins d' dump
offered 'an option' 'tlspolicy export --po' --postfix
offered 'values' 'tlspolicy export --for ' 'cdb hash lmdb texthash'
offered 'values behind =' 'tlspolicy export --for=l' lmdb
offered 'a value with = in it' 'tlspolicy explain --as-if pin=r' require
offered 'no file where a value is any text' 'tlspolicy explain --as-of ' ''
offered 'next-hops: those of the rules' 'tlspolicy explain au' audi.fr
offered 'names as people read them' 'tlspolicy probe b' bücher.example
offered 'behind options, too' 'tlspolicy explain --as-of 2026-12-02 au' audi.fr
offered 'with a port: what is behind the colon' \
	'tlspolicy explain [relay.example]:5' 587
touch $W/rules.txt
offered 'files for a table' 'tlspolicy compile ru' rules.txt
offered 'files for -t' 'tlspolicy explain -t ru' rules.txt
offered 'a file for --metrics' 'tlspolicy refresh --metrics ru' rules.txt
mkdir $W/folder
offered 'folders for -c' 'tlspolicy explain -c f' folder
offered 'an unknown verb offers files, no error' 'tlspolicy nosuch ru' rules.txt
offers 'tlspolicy explain ' >/dev/null
offers 'tlspolicy explain $' >/dev/null
claim 'no rule makes the shell run anything' test ! -e $W/ran
claim 'it is what bash itself has for the command' bash --norc -c \
	"source $BASH_FILE; complete -p tlspolicy | grep -q -- '-F _tlspolicy'"

# --- a real terminal: TAB in an interactive bash ------------------------------
keys() { # SHELL-COMMAND TEXT: what the screen shows
	{ sleep 1; printf '%b' "$2"; sleep 1; printf '\025exit\n'; sleep 0.3; } |
		{ timeout 20 script -qec "$1" /dev/null 2>/dev/null || :; } |
		tr -d '\r\007' || :
}
if command -v script >/dev/null; then
	printf 'source %s\nPS1="> "\n' "$BASH_FILE" >$W/rc
	claim 'TAB in a real bash completes a verb' grep -q 'tlspolicy compile ' \
		<(keys "bash --noprofile --rcfile $W/rc -i" 'tlspolicy comp\t')
	claim 'and a next-hop' grep -q 'explain audi.fr ' \
		<(keys "bash --noprofile --rcfile $W/rc -i" 'tlspolicy explain au\t')
else
	skip 'TAB in a real bash (no script(1) here)'
fi
if command -v zsh >/dev/null && command -v script >/dev/null; then
	[ -d "${ZSH_FILE%/*}" ] && claim 'make install puts it where zsh looks' \
		test -s $ZSH_FILE
	mkdir -p $W/zsh
	cp "$TOP/packaging/completion/_tlspolicy" $W/zsh
	cat >$W/zsh/.zshrc <<-EOT
		fpath=($W/zsh \$fpath)
		autoload -Uz compinit
		compinit -u -d $W/zsh/dump
		PS1='> '
		unsetopt zle_bracketed_paste 2>/dev/null
	EOT
	zsh_keys() { keys "env ZDOTDIR=$W/zsh TERM=dumb zsh -i" "$1"; }
	claim 'TAB in a real zsh completes a verb' grep -q 'tlspolicy compile' \
		<(zsh_keys 'tlspolicy comp\t')
	claim 'in zsh: an option' grep -q -- '--postfix' \
		<(zsh_keys 'tlspolicy export --po\t')
	claim 'in zsh: a next-hop' grep -q 'explain audi.fr' \
		<(zsh_keys 'tlspolicy explain au\t')
	claim 'in zsh, too, no rule runs anything' test ! -e $W/ran
else
	skip 'completion in zsh (no zsh here)'
fi
the_end
