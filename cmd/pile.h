/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pile.h - the certificates of some files, each described, easily found.
 * Knows:    which are the same, whose issuer is there. Not: printing, what
 *           main.cf names.
 * Feeds:    uses, the verb ca.
 */
#ifndef TLSP_CMD_PILE_H
#define TLSP_CMD_PILE_H

#include "authority.h"
#include "bundle.h"

/* path, bytes, bundle: owned. */
struct pile_file {
	char *path;
	uint8_t *bytes;
	size_t len;
	struct bundle bundle;
};

/*
 * One certificate. file, item: borrowed from the pile.
 * same:     an earlier one that is the same, or NULL.
 * has_issuer: it issues itself, or one whose subject is its issuer is in the
 *           pile.
 */
struct pile_cert {
	const struct pile_file *file;
	const struct bundle_item *item;
	struct authority authority;
	const struct pile_cert *same;
	int has_issuer;
};

/* In the order of files, and in that of each file. */
struct pile {
	struct pile_file **files;
	size_t n_files;
	struct pile_cert *certs;
	size_t n;
	/* pile's own */
	const struct pile_cert **by_sum;
	const struct pile_cert **by_subject;
};

/*
 * Read a file into the pile; or its bytes, which are taken, also on failure.
 * errors:   those of ca_file_read() and bundle_read(), with path as their
 *           place, borrowed.
 */
enum tlsp_code pile_add(struct pile *, const char *path, struct tlsp_err *err)
    TLSP_MUST_USE;
enum tlsp_code pile_add_bytes(struct pile *, const char *path, uint8_t *bytes,
    size_t len, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Describe all certificates, after the last file. A certificate that cannot
 * be described becomes BUNDLE_BROKEN.
 * errors:   TLSP_E_NOMEM.
 */
enum tlsp_code pile_sort(struct pile *, struct tlsp_err *err) TLSP_MUST_USE;

/* The first with this SHA-256, or this subject; NULL: there is none. */
const struct pile_cert *pile_find(const struct pile *, const uint8_t *sum);
const struct pile_cert *pile_find_subject(const struct pile *,
    const char *subject);

/* All zero may be cleared. */
void pile_clear(struct pile *);

#endif
