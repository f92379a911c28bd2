# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# walk.awk: ask for destinations as smtp(8) does. With -v list=1 print every
# key that may be asked; else read answers (key TAB value) first and
# print "destination TAB answer".
# Usage: walk.awk -v list=1 KEYS | walk.awk ANSWERS KEYS
# Source: Postfix smtp/smtp_tls_policy.c, util/valid_hostname.c.

function is_hostname(name,    n, i, part) {
	if (name == "" || length(name) > 255 || name ~ /[^A-Za-z0-9_.-]/ ||
	    name !~ /[^0-9.]/)
		return 0
	n = split(name, part, ".")
	for (i = 1; i <= n; i++)
		if (part[i] == "" || length(part[i]) > 63 || part[i] ~ /^-|-$/)
			return 0
	return 1
}

function parent(key,    dot) {
	dot = index(substr(key, 2), ".")
	return dot ? substr(key, dot + 1) : ""
}

list {
	print
	for (key = is_hostname($0) ? parent($0) : ""; key != "";
	    key = parent(key))
		print key
	next
}

NR == FNR {
	tab = index($0, "\t")
	answer[substr($0, 1, tab - 1)] = substr($0, tab + 1)
	next
}

{
	key = $0
	while (!(key in answer) && is_hostname($0) &&
	    (key = parent(key)) != "")
		;
	print $0 "\t" (key in answer ? answer[key] : "(none)")
}
