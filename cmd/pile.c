/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pile.c - the certificates of some files, each described, easily found.
 * Knows:    which are the same, whose issuer is there. Not: printing, what
 *           main.cf names.
 * Feeds:    uses, the verb ca.
 */
#include "pile.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ca_file.h"

static enum tlsp_code
no_memory(struct tlsp_err *err)
{
	return tlsp_err_set(err, TLSP_E_NOMEM, NULL, "not enough memory");
}

static void
free_file(struct pile_file *file)
{
	bundle_clear(&file->bundle);
	free(file->path);
	free(file->bytes);
	free(file);
}

enum tlsp_code
pile_add_bytes(struct pile *pile, const char *path, uint8_t *bytes,
    size_t len, struct tlsp_err *err)
{
	struct pile_file *file = calloc(1, sizeof(*file)), **grown;
	const struct tlsp_pos at = { path, 0, 0 };
	enum tlsp_code code;

	grown = reallocarray(pile->files, pile->n_files + 1, sizeof(*grown));
	if (grown != NULL)
		pile->files = grown;
	if (file == NULL || grown == NULL) {
		free(file);
		free(bytes);
		return no_memory(err);
	}
	file->bytes = bytes;
	file->len = len;
	if ((file->path = strdup(path)) == NULL)
		code = no_memory(err);
	else
		code = bundle_read(bytes, len, &file->bundle, err);
	if (code != TLSP_OK) {
		err->at = at;
		free_file(file);
		return code;
	}
	pile->files[pile->n_files++] = file;
	return TLSP_OK;
}

enum tlsp_code
pile_add(struct pile *pile, const char *path, struct tlsp_err *err)
{
	enum tlsp_code code;
	uint8_t *bytes;
	size_t len;

	code = ca_file_read(path, &bytes, &len, err);
	return code != TLSP_OK ? code :
	    pile_add_bytes(pile, path, bytes, len, err);
}

/* In their order where they are equal: qsort() keeps none. */
static int
first(const struct pile_cert *a, const struct pile_cert *b)
{
	return (a > b) - (a < b);
}

static int
compare_sum(const void *one, const void *other)
{
	const struct pile_cert *a = *(const struct pile_cert *const *)one;
	const struct pile_cert *b = *(const struct pile_cert *const *)other;
	const int order = memcmp(a->item->sum, b->item->sum, BUNDLE_SUM);

	return order != 0 ? order : first(a, b);
}

static int
compare_subject(const void *one, const void *other)
{
	const struct pile_cert *a = *(const struct pile_cert *const *)one;
	const struct pile_cert *b = *(const struct pile_cert *const *)other;
	const int order = strcasecmp(a->authority.cert.subject,
	    b->authority.cert.subject);

	return order != 0 ? order : first(a, b);
}

/* Describe the certificates of one file. */
static enum tlsp_code
describe(struct pile *pile, struct pile_file *file, struct tlsp_err *err)
{
	struct bundle_item *item;
	struct pile_cert *cert;
	enum tlsp_code code;
	size_t n;

	for (n = 0; n < file->bundle.n; n++) {
		item = &file->bundle.items[n];
		if (item->kind != BUNDLE_CERT)
			continue;
		cert = &pile->certs[pile->n];
		code = authority_read(item->der, item->len, &cert->authority,
		    err);
		if (code == TLSP_E_VALUE) {
			item->kind = BUNDLE_BROKEN;
			item->why = "a certificate that cannot be read";
			continue;
		}
		if (code != TLSP_OK)
			return code;
		cert->file = file;
		cert->item = item;
		pile->n++;
	}
	return TLSP_OK;
}

/* Which come twice, and whose issuer is there. */
static void
relate(struct pile *pile)
{
	struct pile_cert *cert;
	size_t n;

	for (n = 0; n < pile->n; n++) {
		pile->by_sum[n] = &pile->certs[n];
		pile->by_subject[n] = &pile->certs[n];
	}
	if (pile->n == 0)
		return;
	qsort(pile->by_sum, pile->n, sizeof(*pile->by_sum), compare_sum);
	qsort(pile->by_subject, pile->n, sizeof(*pile->by_subject),
	    compare_subject);
	for (n = 0; n < pile->n; n++) {
		cert = &pile->certs[n];
		cert->same = pile_find(pile, cert->item->sum);
		if (cert->same == cert)
			cert->same = NULL;
		cert->has_issuer = cert->authority.cert.is_self_issued ||
		    pile_find_subject(pile, cert->authority.cert.issuer) !=
		    NULL;
	}
}

enum tlsp_code
pile_sort(struct pile *pile, struct tlsp_err *err)
{
	enum tlsp_code code = TLSP_OK;
	size_t n, total = 1;

	for (n = 0; n < pile->n_files; n++)
		total += pile->files[n]->bundle.n;
	pile->certs = calloc(total, sizeof(*pile->certs));
	pile->by_sum = calloc(total, sizeof(*pile->by_sum));
	pile->by_subject = calloc(total, sizeof(*pile->by_subject));
	if (pile->certs == NULL || pile->by_sum == NULL ||
	    pile->by_subject == NULL)
		return no_memory(err);
	for (n = 0; code == TLSP_OK && n < pile->n_files; n++)
		code = describe(pile, pile->files[n], err);
	if (code == TLSP_OK)
		relate(pile);
	return code;
}

const struct pile_cert *
pile_find(const struct pile *pile, const uint8_t *sum)
{
	size_t low = 0, high = pile->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (memcmp(pile->by_sum[middle]->item->sum, sum,
		    BUNDLE_SUM) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < pile->n && memcmp(pile->by_sum[low]->item->sum, sum,
	    BUNDLE_SUM) == 0 ? pile->by_sum[low] : NULL;
}

const struct pile_cert *
pile_find_subject(const struct pile *pile, const char *subject)
{
	size_t low = 0, high = pile->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcasecmp(pile->by_subject[middle]->authority.cert.subject,
		    subject) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < pile->n &&
	    strcasecmp(pile->by_subject[low]->authority.cert.subject,
	    subject) == 0 ? pile->by_subject[low] : NULL;
}

void
pile_clear(struct pile *pile)
{
	size_t n;

	for (n = 0; n < pile->n; n++)
		authority_clear(&pile->certs[n].authority);
	for (n = 0; n < pile->n_files; n++)
		free_file(pile->files[n]);
	free(pile->files);
	free(pile->certs);
	free(pile->by_sum);
	free(pile->by_subject);
	memset(pile, 0, sizeof(*pile));
}
