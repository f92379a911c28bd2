/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_list.c - every certificate of bundles and folders.
 * Knows:    which files are looked at, what is counted. Not: what a
 *           certificate says.
 * Feeds:    ca.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ca.h"
#include "ca_show.h"

/* A file of a folder. name: behind links. */
struct entry {
	char *name;
	dev_t dev;
	ino_t ino;
};

struct list {
	struct ca *ca;
	struct pile pile;
	struct uses uses;
	size_t n_shown, n_expired, n_soon, n_twice;
	int code;
};

static void
complain(struct list *list, const char *path, enum tlsp_code code,
    const char *what)
{
	const struct tlsp_pos at = { path, 0, 0 };
	struct tlsp_err err;

	(void)tlsp_err_set(&err, code, &at, "%s", what);
	(void)cmd_error(&err);
	list->code = EX_DATAERR;
}

static int
is_any(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int
is_hashed(const struct dirent *entry)
{
	return ca_is_hash(entry->d_name);
}

static int
compare(const void *a, const void *b)
{
	const struct entry *one = a, *other = b;

	if (one->dev != other->dev)
		return one->dev < other->dev ? -1 : 1;
	return one->ino != other->ino ? (one->ino < other->ino ? -1 : 1) : 0;
}

static int
compare_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name,
	    ((const struct entry *)b)->name);
}

/* Each file once, whatever links there are to it; in the order of names. */
static size_t
sort_out(struct entry *entries, size_t n)
{
	size_t k, kept = 0;

	if (n == 0)
		return 0;
	qsort(entries, n, sizeof(*entries), compare);
	for (k = 0; k < n; k++)
		if (kept > 0 && compare(&entries[k], &entries[kept - 1]) == 0)
			free(entries[k].name);
		else
			entries[kept++] = entries[k];
	qsort(entries, kept, sizeof(*entries), compare_name);
	return kept;
}

/* The regular files among the names of a folder. names: taken. */
static size_t
find_files(const char *folder, struct dirent **names, int n,
    struct entry *entries)
{
	struct stat st;
	size_t count = 0;
	char *path;
	int k;

	for (k = 0; k < n; k++) {
		if (asprintf(&path, "%s/%s", folder, names[k]->d_name) >= 0) {
			if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
			    (entries[count].name = realpath(path, NULL)) !=
			    NULL) {
				entries[count].dev = st.st_dev;
				entries[count++].ino = st.st_ino;
			}
			free(path);
		}
		free(names[k]);
	}
	free(names);
	return count;
}

/*
 * What smtp(8) would read there: names that are hashes. Where there are none,
 * everything, and a word about it.
 */
static void
add_folder(struct list *list, const char *folder)
{
	struct entry *entries;
	struct dirent **names;
	struct tlsp_err err;
	size_t k, count;
	int n = scandir(folder, &names, is_hashed, alphasort);

	if (n == 0) {
		free(names);
		(void)fprintf(stderr, "tlspolicy: note: nothing in %s has the "
		    "name that OpenSSL looks for: as smtp_tls_CApath it is "
		    "empty; see openssl-rehash(1)\n", folder);
		n = scandir(folder, &names, is_any, alphasort);
	}
	if (n < 0) {
		complain(list, folder, TLSP_E_IO, strerror(errno));
		return;
	}
	if ((entries = calloc((size_t)n + 1, sizeof(*entries))) == NULL) {
		complain(list, folder, TLSP_E_NOMEM, "not enough memory");
		return;
	}
	count = sort_out(entries, find_files(folder, names, n, entries));
	for (k = 0; k < count; k++) {
		if (pile_add(&list->pile, entries[k].name, &err) != TLSP_OK) {
			(void)cmd_error(&err);
			list->code = EX_DATAERR;
		}
		free(entries[k].name);
	}
	free(entries);
}

static void
add_place(struct list *list, const char *path)
{
	const struct pile_file *file;
	struct tlsp_err err;
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		add_folder(list, path);
		return;
	}
	if (pile_add(&list->pile, path, &err) != TLSP_OK) {
		(void)cmd_error(&err);
		list->code = err.code == TLSP_E_IO ? EX_NOINPUT : EX_DATAERR;
		return;
	}
	file = list->pile.files[list->pile.n_files - 1];
	if (file->bundle.n == 0)
		complain(list, path, TLSP_E_VALUE, "no certificate in it: "
		    "smtp(8) could not use it as smtp_tls_CAfile");
}

/* What was named, or what main.cf does. */
static int
add_places(struct list *list)
{
	const struct demand_site *site = &list->ca->site;
	int n;

	for (n = 0; n < list->ca->n_args; n++)
		add_place(list, list->ca->args[n]);
	if (n > 0)
		return 0;
	if (site->ca_file[0] == '\0' && site->ca_path[0] == '\0')
		return ca_usage("%s/main.cf has neither smtp_tls_CAfile nor "
		    "smtp_tls_CApath; list which file?",
		    conf_dir(list->ca->conf));
	if (site->ca_file[0] != '\0')
		add_place(list, site->ca_file);
	if (site->ca_path[0] != '\0')
		add_place(list, site->ca_path);
	return 0;
}

static void
list_one(struct list *list, const struct pile_cert *cert)
{
	const enum ca_state state = ca_state(list->ca, &cert->authority);
	struct out_json *json;
	struct tlsp_err err;

	list->n_expired += state == CA_EXPIRED;
	list->n_soon += state == CA_EXPIRING;
	list->n_twice += cert->same != NULL;
	if (list->ca->is_expiring && state != CA_EXPIRED &&
	    state != CA_EXPIRING)
		return;
	list->n_shown++;
	if (!list->ca->options.is_json) {
		ca_show(stdout, "ca", list->ca, cert, &list->uses);
		return;
	}
	json = out_json_new();
	ca_show_json(json, list->ca, cert, &list->uses);
	if (out_json_print(json, stdout, &err) != TLSP_OK)
		list->code = cmd_error(&err);
}

/* What cannot be read is said on standard error, and counted for programs. */
static void
list_faults(struct list *list, const struct pile_file *file)
{
	const struct bundle_item *item;
	struct out_json *json;
	struct tlsp_err err;
	size_t n;

	if (ca_say_faults(file, CA_BROKEN_BUNDLE, CA_KEY_IN_BUNDLE) == 0)
		return;
	list->code = EX_DATAERR;
	for (n = 0; list->ca->options.is_json && n < file->bundle.n; n++) {
		item = &file->bundle.items[n];
		if (item->kind != BUNDLE_BROKEN && item->kind != BUNDLE_KEY)
			continue;
		json = out_json_new();
		out_json_text(json, "file", file->path);
		out_json_int(json, "line", item->line);
		out_json_text(json, "state", item->kind == BUNDLE_KEY ?
		    "key" : "broken");
		out_json_text(json, "why", item->why);
		if (out_json_print(json, stdout, &err) != TLSP_OK)
			list->code = cmd_error(&err);
	}
}

static void
list_all(struct list *list)
{
	size_t n;

	for (n = 0; n < list->pile.n; n++)
		list_one(list, &list->pile.certs[n]);
	for (n = 0; n < list->pile.n_files; n++)
		list_faults(list, list->pile.files[n]);
	/* Silence means that nothing expires: cron(8) sends no mail. */
	if (!list->ca->options.is_json &&
	    (!list->ca->is_expiring || list->n_shown > 0))
		(void)printf("total      %zu certificates, %zu expired, %zu "
		    "expire within %lld days, %zu are there twice\n",
		    list->pile.n, list->n_expired, list->n_soon,
		    (long long)(list->ca->soon_s / 86400), list->n_twice);
}

int
ca_list(struct ca *ca)
{
	struct list list = { .ca = ca };
	struct tlsp_err err;
	int code;

	if ((code = add_places(&list)) == 0) {
		if (pile_sort(&list.pile, &err) != TLSP_OK ||
		    uses_read(&ca->tables, &ca->site, &ca->stores,
		    &list.uses, &err) != TLSP_OK)
			code = cmd_error(&err);
		else
			list_all(&list);
	}
	uses_clear(&list.uses);
	pile_clear(&list.pile);
	if (code != 0)
		return code;
	if (list.code != 0)
		return list.code;
	return ca->is_expiring && list.n_shown > 0;
}
