/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_add.c - certificates that are added to a bundle, shown before.
 * Knows:    what is added and what is refused, how it stands in the bundle.
 *           Not: how a file is replaced.
 * Feeds:    ca.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca.h"
#include "ca_file.h"
#include "ca_show.h"
#include "out_text.h"

#define COMMENT_MAX	160	/* bytes of strangers' making */

enum fate { ADDED, THERE, REFUSED };

/* old: what the bundle has; fresh: what the files bring; after: both. */
struct add {
	struct ca *ca;
	const char *path;
	struct ca_file file;
	struct pile old;
	struct pile fresh;
	struct pile after;
	enum fate *fates;
	size_t n_added, n_refused;
};

/* Bytes of which each pile has its own. NULL: no memory. */
static uint8_t *
copy_bytes(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len + 1);

	if (copy != NULL && len > 0)
		memcpy(copy, bytes, len);
	return copy;
}

static enum tlsp_code
add_copy(struct pile *pile, const char *path, const uint8_t *bytes,
    size_t len, struct tlsp_err *err)
{
	uint8_t *copy = copy_bytes(bytes, len);

	return copy == NULL ? tlsp_err_set(err, TLSP_E_NOMEM, NULL,
	    "not enough memory") : pile_add_bytes(pile, path, copy, len, err);
}

/* The bundle as it is, and what could be made worse in it. */
static int
read_old(struct add *add)
{
	struct tlsp_err err;

	if (ca_file_edit(add->path, &add->file, &err) != TLSP_OK ||
	    add_copy(&add->old, add->path, add->file.bytes, add->file.len,
	    &err) != TLSP_OK || pile_sort(&add->old, &err) != TLSP_OK)
		return cmd_error(&err);
	if (add->old.n > 0 && !add->old.certs[0].item->is_plain &&
	    add->old.certs[0].item->line == 0) {
		(void)fprintf(stderr, "%s: error: not PEM, which smtp(8) wants "
		    "of a bundle; nothing was changed. Add it to one that is, "
		    "or to a new file, by tlspolicy ca add --to\n",
		    add->path);
		return EX_DATAERR;
	}
	return ca_say_faults(add->old.files[0], CA_BROKEN_BUNDLE,
	    CA_KEY_IN_BUNDLE);
}

/* All files, or none: a fault in one is told before anything is asked. */
static int
read_fresh(struct add *add)
{
	const struct pile_file *file;
	struct tlsp_err err;
	int n, code = 0;

	for (n = 0; n < add->ca->n_args; n++) {
		if (pile_add(&add->fresh, add->ca->args[n], &err) != TLSP_OK) {
			(void)cmd_error(&err);
			return err.code == TLSP_E_IO ? EX_NOINPUT :
			    EX_DATAERR;
		}
		file = add->fresh.files[add->fresh.n_files - 1];
		if (ca_say_faults(file, "nothing of this file is added; have "
		    "it sent anew", "a key is never copied, and nothing of "
		    "this file is added; its owner should hold it for known")
		    != 0)
			code = EX_DATAERR;
		if (file->bundle.n > 0)
			continue;
		(void)fprintf(stderr, "%s: error: no certificate in it: "
		    "neither PEM, DER nor PKCS#7\n", file->path);
		code = EX_DATAERR;
	}
	if (code == 0 && pile_sort(&add->fresh, &err) != TLSP_OK)
		code = cmd_error(&err);
	return code;
}

static void
decide(struct add *add)
{
	const struct pile_cert *cert, *there;
	size_t n;

	for (n = 0; n < add->fresh.n; n++) {
		cert = &add->fresh.certs[n];
		there = pile_find(&add->old, cert->item->sum);
		if (there != NULL && there->item->is_plain)
			add->fates[n] = THERE;
		else if (cert->same != NULL)
			add->fates[n] = add->fates[cert->same -
			    add->fresh.certs] == REFUSED ? REFUSED : THERE;
		else if (cert->authority.why_not != NULL &&
		    !add->ca->is_not_ca)
			add->fates[n] = REFUSED;
		else
			add->fates[n] = ADDED;
		add->n_added += add->fates[n] == ADDED;
		add->n_refused += add->fates[n] == REFUSED;
	}
}

/*
 * A comment line. OpenSSL takes a line that is too long for several, one of
 * which might be one of a certificate.
 */
static void
put_comment(FILE *out, const char *word, const char *text)
{
	size_t len = COMMENT_MAX;
	char name[CA_NAME];

	if (strlen(ca_name(text, name)) > len) {
		while (len > 0 && ((unsigned char)name[len] & 0xc0) == 0x80)
			len--;
		name[len] = '\0';
	}
	(void)fprintf(out, CA_COMMENT "%s%s\n", word, name);
}

/* 0: no memory. */
static int
put_cert(FILE *out, const struct ca *ca, const struct pile_cert *cert)
{
	const char *slash = strrchr(cert->file->path, '/');
	char *pem = bundle_pem(cert->item->der, cert->item->len);
	char date[OUT_TEXT_TIME], word[OUT_TEXT_TIME + 20];

	if (pem == NULL)
		return 0;
	(void)snprintf(word, sizeof(word), "added %.10s from ",
	    out_text_time(ca->now, date));
	put_comment(out, "", cert->authority.cert.subject);
	put_comment(out, word, slash != NULL ? slash + 1 : cert->file->path);
	(void)fputs(pem, out);
	free(pem);
	return 1;
}

/*
 * The bundle with what is added: every byte of the old one, then the new
 * blocks. *ret_text: owned. 0: no memory.
 */
static int
compose(const struct add *add, char **ret_text, size_t *ret_len)
{
	const struct ca_file *file = &add->file;
	FILE *out = open_memstream(ret_text, ret_len);
	int is_ok = out != NULL;
	size_t n;

	if (out == NULL)
		return 0;
	if (file->len > 0) {
		(void)fwrite(file->bytes, 1, file->len, out);
		if (file->bytes[file->len - 1] != '\n')
			(void)fputc('\n', out);
	}
	for (n = 0; is_ok && n < add->fresh.n; n++)
		if (add->fates[n] == ADDED)
			is_ok = put_cert(out, add->ca, &add->fresh.certs[n]);
	is_ok &= !ferror(out);
	if (fclose(out) == 0 && is_ok)
		return 1;
	free(*ret_text);
	*ret_text = NULL;
	return 0;
}

/* What a system writes anew by itself, and who. */
static void
warn_generated(const char *path)
{
	static const struct { const char *part, *who, *instead; } made[] = {
		{ "/etc/ssl/certs/ca-certificates.crt",
		    "update-ca-certificates(8)",
		    "/usr/local/share/ca-certificates" },
		{ "/etc/pki/ca-trust/extracted/", "update-ca-trust(8)",
		    "/etc/pki/ca-trust/source/anchors" },
	};
	size_t n;

	for (n = 0; n < sizeof(made) / sizeof(made[0]); n++)
		if (strncmp(path, made[n].part, strlen(made[n].part)) == 0)
			(void)fprintf(stderr, "tlspolicy: warning: %s makes "
			    "%s anew and would drop what is added; put the "
			    "file into %s, or have smtp_tls_CAfile name a file "
			    "of your own\n", made[n].who, path,
			    made[n].instead);
}

/* What somebody should know before he says yes. */
static void
warn(const struct add *add)
{
	const struct pile_cert *cert;
	char name[CA_NAME];
	size_t n;

	for (n = 0; n < add->fresh.n; n++) {
		if (add->fates[n] != ADDED)
			continue;
		if (ca_state(add->ca, &add->fresh.certs[n].authority) ==
		    CA_EXPIRED)
			(void)fprintf(stderr, "tlspolicy: warning: expired, "
			    "so that nobody is believed because of it: %s\n",
			    ca_name(add->fresh.certs[n].authority.cert.subject,
			    name));
		cert = pile_find(&add->after, add->fresh.certs[n].item->sum);
		if (cert != NULL && !cert->has_issuer)
			(void)fprintf(stderr, "tlspolicy: warning: smtp(8) "
			    "will believe nobody because of it before its "
			    "issuer is there, too: %s\n",
			    ca_name(cert->authority.cert.issuer, name));
	}
	warn_generated(add->file.path);
	if (strcmp(add->path, add->ca->site.ca_file) == 0)
		(void)fputs("tlspolicy: note: whoever has one of these keys "
		    "can pass for every partner whose rule says verify or "
		    "secure; for one partner alone, have his rule say "
		    "tafile=FILE instead\n", stderr);
}

static void
show_fresh(const struct add *add)
{
	static const char *const labels[] = { "new", "there", "refused" };
	size_t n;

	for (n = 0; n < add->fresh.n; n++)
		ca_show(stderr, labels[add->fates[n]], add->ca,
		    &add->fresh.certs[n], NULL);
}

/* A line, or an object, for each: what became of it. */
static int
report(const struct add *add)
{
	static const char *const signs[] = { "+", "=", "!" };
	const struct pile_cert *cert;
	struct out_json *json;
	struct tlsp_err err;
	char name[CA_NAME];
	size_t n;

	for (n = 0; n < add->fresh.n; n++) {
		cert = &add->fresh.certs[n];
		if (!add->ca->options.is_json) {
			(void)printf("%s %s %s\n", signs[add->fates[n]],
			    cert->authority.sha256,
			    ca_name(cert->authority.cert.subject, name));
			continue;
		}
		json = out_json_new();
		out_json_text(json, "change", signs[add->fates[n]]);
		out_json_text(json, "bundle", add->path);
		ca_show_json(json, add->ca, cert, NULL);
		if (out_json_print(json, stdout, &err) != TLSP_OK)
			return cmd_error(&err);
	}
	return add->n_refused > 0;
}

static int
publish(struct add *add, const char *text, size_t len)
{
	struct tlsp_err err;

	if (ca_file_prepare(&add->file, text, len, &err) != TLSP_OK ||
	    ca_file_publish(&add->file, &err) != TLSP_OK)
		return cmd_error(&err);
	ca_say_reload(add->ca, add->path);
	return report(add);
}

static int
ask_and_publish(struct add *add)
{
	struct tlsp_err err;
	char question[300], *text = NULL;
	size_t len = 0;
	int code;

	if (!compose(add, &text, &len)) {
		(void)tlsp_err_set(&err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
		return cmd_error(&err);
	}
	/* As OpenSSL will read it: so it is known before it is there. */
	if (add_copy(&add->after, add->path, (const uint8_t *)text, len,
	    &err) != TLSP_OK || pile_sort(&add->after, &err) != TLSP_OK ||
	    (add->after.n != add->old.n + add->n_added && tlsp_err_set(&err,
	    TLSP_E_BUG, NULL, "%s would not read as it should; nothing was "
	    "changed", add->path) != TLSP_OK))
		code = cmd_error(&err);
	else {
		warn(add);
		(void)snprintf(question, sizeof(question), "Have you compared "
		    "the SHA-256 with what the partner told you himself? Add "
		    "%zu certificate%s to %.150s", add->n_added,
		    add->n_added == 1 ? "" : "s", add->path);
		code = ca_ask(add->ca, question);
		if (code == 0)
			code = publish(add, text, len);
	}
	free(text);
	return code;
}

static int
run(struct add *add)
{
	int code;

	if ((code = read_fresh(add)) != 0 || (code = read_old(add)) != 0)
		return code;
	add->fates = calloc(add->fresh.n + 1, sizeof(*add->fates));
	if (add->fates == NULL)
		return cmd_no_memory();
	decide(add);
	show_fresh(add);
	if (add->n_refused > 0)
		(void)fprintf(stderr, "tlspolicy: %zu refused; --not-ca would "
		    "take them: for a server's own certificate have its rule "
		    "say fingerprint\n", add->n_refused);
	if (add->n_added == 0) {
		(void)fputs("tlspolicy: nothing was changed\n", stderr);
		return report(add);
	}
	return ask_and_publish(add);
}

int
ca_add(struct ca *ca)
{
	struct add add = { .ca = ca, .file = { .fd = -1 } };
	int code;

	if (ca->n_args == 0)
		return ca_usage("add which file?");
	if ((code = ca_the_bundle(ca, "--to", &add.path)) == 0)
		code = run(&add);
	ca_file_close(&add.file);
	pile_clear(&add.old);
	pile_clear(&add.fresh);
	pile_clear(&add.after);
	free(add.fates);
	return code;
}
