/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_learner.h - a small PKI and a partner, for what is learned of it.
 * Knows:    settings of main.cf as conf_parse() takes them.
 * Feeds:    check_learner.c, check_lesson.c.
 */
#ifndef TLSP_CHECK_LEARNER_H
#define TLSP_CHECK_LEARNER_H

#include "../cmd/learner.h"
#include "pki.h"

#define STAGE_NOW		INT64_C(1800000000)
#define STAGE_CONSTRAINT	UINT64_C(0x0123456789abcdef)

/* root is trusted, foreign is not. */
struct stage {
	struct conf *conf;
	struct demand_site site;
	struct tls_context *tls;
	struct pki_cert root, issuing, foreign;
	char ca_path[40];
	int64_t now;
};

/* rule: what stands in the table, pin= left out. */
void stage_open(struct stage *);
void stage_close(struct stage *);
void stage_demand(const struct stage *, const char *rule, struct demand *);

/* A leaf below an issuer, its chain in the record's. */
void stage_leaf(const struct stage *, const struct pki_cert *issuer,
    const char *names, struct pki_cert *ret_cert);

/* What a good probe of mx.HOST would have recorded. */
void stage_record(const struct stage *, const char *mx,
    const struct pki_cert *leaf, const struct pki_cert *issuer,
    struct record *ret_record);

/* A complete scan that found these hosts; the list ends with NULL. */
void stage_scan(const struct stage *, struct record *ret_record, ...);

#endif
