/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_remove.c - certificates that are taken out of a bundle, and what was
 *	learned because of them.
 * Knows:    the order of calls, which bytes go. Not: how a file is replaced,
 *           what is in a store.
 * Feeds:    ca.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ca.h"
#include "ca_choose.h"
#include "ca_file.h"
#include "ca_forget.h"
#include "ca_show.h"

/* gone: of pile.certs, which. */
struct removal {
	struct ca *ca;
	const char *path;
	struct ca_file file;
	struct pile pile;
	struct uses uses;
	char *gone;
	size_t n_gone, n_left;
	struct ca_forget forget;
};

static enum tlsp_code
copy_file(struct removal *removal, struct tlsp_err *err)
{
	uint8_t *copy = malloc(removal->file.len + 1);

	if (copy == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	memcpy(copy, removal->file.bytes, removal->file.len);
	return pile_add_bytes(&removal->pile, removal->path, copy,
	    removal->file.len, err);
}

static int
read_bundle(struct removal *removal)
{
	const struct tlsp_pos at = { removal->path, 0, 0 };
	struct ca *ca = removal->ca;
	struct tlsp_err err;

	if (ca_file_edit(removal->path, &removal->file, &err) != TLSP_OK)
		return cmd_error(&err);
	if (removal->file.bytes == NULL) {
		(void)tlsp_err_set(&err, TLSP_E_IO, &at, "there is no such "
		    "file");
		(void)cmd_error(&err);
		return EX_NOINPUT;
	}
	if (copy_file(removal, &err) != TLSP_OK ||
	    pile_sort(&removal->pile, &err) != TLSP_OK ||
	    uses_read(&ca->tables, &ca->site, &ca->stores, &removal->uses,
	    &err) != TLSP_OK)
		return cmd_error(&err);
	removal->gone = calloc(removal->pile.n + 1, 1);
	if (removal->gone == NULL)
		return cmd_no_memory();
	return ca_say_faults(removal->pile.files[0], CA_BROKEN_BUNDLE,
	    CA_KEY_IN_BUNDLE);
}

/* What may not go, or not by us. */
static int
refuse(struct removal *removal)
{
	const struct tlsp_pos at = { removal->path, 0, 0 };
	const struct pile_cert *cert;
	struct tlsp_err err;
	size_t n;

	for (n = 0; n < removal->pile.n; n++) {
		cert = &removal->pile.certs[n];
		removal->n_gone += removal->gone[n] != 0;
		removal->n_left += removal->gone[n] == 0 &&
		    cert->item->is_plain;
		if (!removal->gone[n] || cert->item->is_plain)
			continue;
		(void)tlsp_err_set(&err, TLSP_E_CONFLICT, &at, "the "
		    "certificate does not stand there by itself, but in "
		    "PKCS#7 or DER: nothing was changed");
		return cmd_error(&err);
	}
	if (removal->n_left > 0)
		return 0;
	(void)tlsp_err_set(&err, TLSP_E_CONFLICT, &at, "nothing would be "
	    "left, and smtp(8) does without TLS where smtp_tls_CAfile is "
	    "empty: add another certificate first, or unset it in main.cf");
	return cmd_error(&err);
}

/* The comments of ours right above a block go with it. */
static size_t
begin_of(const struct removal *removal, const struct bundle_item *item)
{
	const char *text = (const char *)removal->file.bytes, *end;
	const size_t len = strlen(CA_COMMENT);
	size_t from = item->from, line;

	while (from > 0) {
		end = memrchr(text, '\n', from - 1);
		line = end == NULL ? 0 : (size_t)(end - text) + 1;
		if (from - line < len || memcmp(text + line, CA_COMMENT,
		    len) != 0)
			break;
		from = line;
	}
	return from;
}

/* All bytes but those that go. *ret_text: owned. 0: no memory. */
static int
compose(const struct removal *removal, char **ret_text, size_t *ret_len)
{
	const char *bytes = (const char *)removal->file.bytes;
	size_t n, from, done = 0;
	char *to;

	if ((to = *ret_text = malloc(removal->file.len + 1)) == NULL)
		return 0;
	for (n = 0; n < removal->pile.n; n++) {
		if (!removal->gone[n])
			continue;
		from = begin_of(removal, removal->pile.certs[n].item);
		to = mempcpy(to, bytes + done, from - done);
		done = removal->pile.certs[n].item->to;
	}
	to = mempcpy(to, bytes + done, removal->file.len - done);
	*ret_len = (size_t)(to - *ret_text);
	return 1;
}

static int
report(const struct removal *removal)
{
	const struct pile_cert *cert;
	struct out_json *json;
	struct tlsp_err err;
	char name[CA_NAME];
	size_t n;

	for (n = 0; n < removal->pile.n; n++) {
		cert = &removal->pile.certs[n];
		if (!removal->gone[n])
			continue;
		if (!removal->ca->options.is_json) {
			(void)printf("- %s %s\n", cert->authority.sha256,
			    ca_name(cert->authority.cert.subject, name));
			continue;
		}
		json = out_json_new();
		out_json_text(json, "change", "-");
		out_json_text(json, "bundle", removal->path);
		ca_show_json(json, removal->ca, cert, &removal->uses);
		if (out_json_print(json, stdout, &err) != TLSP_OK)
			return cmd_error(&err);
	}
	return 0;
}

/* Does the new text hold all that is to stay, and nothing else? */
static enum tlsp_code
prove(const struct removal *removal, const char *text, size_t len,
    struct tlsp_err *err)
{
	struct bundle bundle;
	enum tlsp_code code;
	size_t n, at = 0;

	code = bundle_read((const uint8_t *)text, len, &bundle, err);
	if (code != TLSP_OK)
		return code;
	for (n = 0; n < removal->pile.n; n++) {
		if (removal->gone[n])
			continue;
		while (at < bundle.n && bundle.items[at].kind != BUNDLE_CERT)
			at++;
		if (at == bundle.n || memcmp(bundle.items[at++].sum,
		    removal->pile.certs[n].item->sum, BUNDLE_SUM) != 0)
			break;
	}
	bundle_clear(&bundle);
	return n == removal->pile.n ? TLSP_OK : tlsp_err_set(err,
	    TLSP_E_BUG, NULL, "%s would not read as it should; nothing was "
	    "changed", removal->path);
}

/*
 * First the new bundle is on the disk, beside the old one; then what was
 * learned is forgotten; then the bundle is replaced. Wherever that ends,
 * nobody is believed who should not be.
 */
static int
publish(struct removal *removal)
{
	struct tlsp_err err;
	char *text = NULL;
	size_t len = 0;
	int is_done;

	if (!compose(removal, &text, &len))
		return cmd_no_memory();
	is_done = prove(removal, text, len, &err) == TLSP_OK &&
	    ca_file_prepare(&removal->file, text, len, &err) == TLSP_OK &&
	    ca_forget_all(&removal->forget, &removal->pile,
	    removal->gone, &err) == TLSP_OK &&
	    ca_file_publish(&removal->file, &err) == TLSP_OK;
	free(text);
	if (!is_done)
		return cmd_error(&err);
	ca_say_reload(removal->ca, removal->path);
	return report(removal);
}

static int
is_same_file(const char *a, const char *b)
{
	struct stat one, other;

	return stat(a, &one) == 0 && stat(b, &other) == 0 &&
	    one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* Trust that lies in another file, and stays. */
static void
say_tafile(void *ctx, const struct uses_one *use)
{
	char who[CA_NAME];

	(void)ctx;
	if (use->how == USES_TAFILE)
		(void)fprintf(stderr, "tlspolicy: note: the rule for %s "
		    "believes it still: it stands in his tafile\n",
		    ca_name(use->who, who));
}

static void
add_other(const struct removal *removal, struct pile *others,
    const char *path)
{
	struct tlsp_err err;

	/* What we cannot read there, smtp(8) cannot, either. */
	if (!is_same_file(path, removal->path) &&
	    pile_add(others, path, &err) != TLSP_OK)
		cmd_warning(&err);
}

/*
 * Trust that another file has, which smtp(8) reads, too: smtp_tls_CAfile, or
 * a file of smtp_tls_CApath.
 */
static void
read_others(const struct removal *removal, struct pile *others)
{
	const struct demand_site *site = &removal->ca->site;
	struct dirent *entry;
	struct tlsp_err err;
	DIR *folder;
	char *path;

	if (site->ca_file[0] != '\0')
		add_other(removal, others, site->ca_file);
	folder = site->ca_path[0] == '\0' ? NULL : opendir(site->ca_path);
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (!ca_is_hash(entry->d_name) || asprintf(&path, "%s/%s",
		    site->ca_path, entry->d_name) < 0)
			continue;
		add_other(removal, others, path);
		free(path);
	}
	if (folder != NULL)
		(void)closedir(folder);
	if (pile_sort(others, &err) != TLSP_OK)
		(void)cmd_error(&err);
}

static void
say_others(const struct removal *removal)
{
	struct pile others = { .files = NULL };
	const struct pile_cert *cert;
	char name[CA_NAME];
	size_t n;

	read_others(removal, &others);
	for (n = 0; n < removal->pile.n; n++)
		if (removal->gone[n] && (cert = pile_find(&others,
		    removal->pile.certs[n].item->sum)) != NULL)
			(void)fprintf(stderr, "tlspolicy: note: smtp(8) "
			    "believes it still: %s stands in %s, too\n",
			    ca_name(cert->authority.cert.subject, name),
			    cert->file->path);
	pile_clear(&others);
}

static void
show_chosen(const struct removal *removal)
{
	size_t n;

	for (n = 0; n < removal->pile.n; n++) {
		if (!removal->gone[n])
			continue;
		ca_show(stderr, "remove", removal->ca,
		    &removal->pile.certs[n], &removal->uses);
		if (removal->ca->bundle == NULL)
			(void)uses_tell(&removal->uses,
			    &removal->pile.certs[n], say_tafile, NULL);
	}
	say_others(removal);
}

static int
run(struct removal *removal)
{
	char question[300];
	int n, code;

	if ((code = read_bundle(removal)) != 0)
		return code;
	for (n = 0; n < removal->ca->n_args; n++)
		if ((code = ca_choose(&removal->pile,
		    removal->ca->args[n], removal->gone)) != 0)
			return code;
	if ((code = refuse(removal)) != 0)
		return code;
	show_chosen(removal);
	(void)snprintf(question, sizeof(question), "Remove %zu certificate%s "
	    "from %.200s, and forget what was learned because of %s",
	    removal->n_gone, removal->n_gone == 1 ? "" : "s", removal->path,
	    removal->n_gone == 1 ? "it" : "them");
	if ((code = ca_ask(removal->ca, question)) != 0 ||
	    (code = ca_forget_begin(removal->ca, &removal->forget)) != 0)
		return code;
	return publish(removal);
}

int
ca_remove(struct ca *ca)
{
	struct removal removal = { .ca = ca, .file = { .fd = -1 } };
	int code;

	if (ca->n_args == 0)
		return ca_usage("remove which certificate? Name its SHA-256, "
		    "serial number or subject");
	if ((code = ca_the_bundle(ca, "--from", &removal.path)) == 0)
		code = run(&removal);
	ca_forget_end(&removal.forget);
	free(removal.gone);
	ca_file_close(&removal.file);
	uses_clear(&removal.uses);
	pile_clear(&removal.pile);
	return code;
}
