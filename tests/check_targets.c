/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_targets.c - the room cmd/targets: who is probed, under which rule.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../cmd/targets.h"

static const char RULES[] =
    "example.com encrypt ciphers=high\n"
    "pinned.example secure pin=require pin_ttl=1d\n"
    ".below.example encrypt pin=prefer\n"
    "[relay.example]:587 verify pin=prefer\n"
    "bad.example secrue\n"
    "a,b encrypt\n";

static char *dir;
static struct conf *conf;
static struct tables tables;
static struct demand_site site;
static struct targets targets;
static char skipped[400];
static struct tlsp_err err;

static void
note(void *ctx, const char *key, const char *why)
{
	const size_t len = strlen(skipped);

	(void)snprintf(skipped + len, sizeof(skipped) - len, "%s: %s\n", key,
	    why);
	ck_assert_ptr_eq(ctx, &targets);
}

static void
setup_targets(void)
{
	char text[600];

	dir = help_dir();
	ck_assert(help_write(help_path(dir, "p"), RULES, 60) == 0);
	(void)snprintf(text, sizeof(text), "mail_version = 3.7.11\n"
	    "smtputf8_enable = yes\nmail_owner = nobody\n"
	    "smtp_tls_fingerprint_digest = sha256\n"
	    "smtp_tls_security_level = may\n"
	    "smtp_tls_secure_cert_match = nexthop, dot-nexthop\n"
	    "smtp_tls_verify_cert_match = hostname\n"
	    "smtp_tls_ciphers = medium\nsmtp_tls_mandatory_ciphers = medium\n"
	    "tls_high_cipherlist = H\ntls_medium_cipherlist = M\n"
	    "smtp_tls_policy_maps = tlspolicy:%s\n", help_path(dir, "p"));
	ck_assert(conf_parse(strdup(text), &conf, &err) == TLSP_OK);
	EXPECT_CODE("tables", TLSP_OK, tables_open(conf, NULL,
	    tables_say_nothing, NULL, &tables, &err));
	EXPECT_CODE("site", TLSP_OK, demand_site_read(conf, "smtp",
	    tables.host.postfix, &site, &err));
	targets = (struct targets){ .tables = &tables, .site = &site,
	    .skipped = note, .ctx = &targets };
	skipped[0] = '\0';
}

static void
teardown_targets(void)
{
	targets_clear(&targets);
	demand_site_clear(&site);
	tables_close(&tables);
	conf_free(conf);
	help_dir_remove(dir);
}

/* The next one must be this; the constraint is there where a rule is. */
static void
expect(const char *nexthop, const char *key, const char *rule,
    enum tlsp_level_id level)
{
	struct prober_target target;

	memset(&target, 0, sizeof(target));
	EXPECT_CODE(nexthop, TLSP_OK, targets_next(&targets, &target, &err));
	EXPECT_STR("nexthop", nexthop, target.nexthop);
	if (key == NULL)
		ck_assert(target.key == NULL && target.rule == NULL);
	else {
		EXPECT_STR("key", key, target.key);
		if (rule == NULL)
			ck_assert(target.rule == NULL);
		else
			EXPECT_STR("rule", rule, target.rule);
	}
	ck_assert_msg((target.fault != NULL) == (level ==
	    TLSP_LEVEL_UNKNOWN), "%s: %s", nexthop, target.fault);
	if (target.fault == NULL) {
		ck_assert_int_eq(target.demand.level, level);
		ck_assert_int_eq(target.constraint != 0, key != NULL);
	} else
		ck_assert(strstr(target.fault, ":5:") != NULL);
	free(target.nexthop);
	free(target.key);
	free(target.rule);
	free(target.fault);
	demand_clear(&target.demand);
}

static void
expect_end(void)
{
	struct prober_target target;

	EXPECT_CODE("end", TLSP_NONE, targets_next(&targets, &target, &err));
	EXPECT_CODE("end", TLSP_NONE, targets_next(&targets, &target, &err));
}

/* Recipients, domains, next-hops: each by the rule that answers for it. */
START_TEST(targets_are_those_that_were_named)
{
	static char named[5][24] = { "user@Example.COM", "x.below.example",
	    "[Relay.example]:587", "bad.example", "stranger.example" };
	char *who[] = { named[0], named[1], named[2], named[3], named[4] };

	targets.who = who;
	targets.n_who = N_ITEMS(who);
	ck_assert_uint_eq(targets_count(&targets), N_ITEMS(who));
	expect("example.com", "example.com", "encrypt ciphers=high",
	    TLSP_LEVEL_ENCRYPT);
	expect("x.below.example", ".below.example", "encrypt pin=prefer",
	    TLSP_LEVEL_ENCRYPT);
	expect("[relay.example]:587", "[relay.example]:587",
	    "verify pin=prefer", TLSP_LEVEL_VERIFY);
	expect("bad.example", "bad.example", NULL, TLSP_LEVEL_UNKNOWN);
	expect("stranger.example", NULL, NULL, TLSP_LEVEL_MAY);
	expect_end();
	EXPECT_STR("skipped", "", skipped);
}
END_TEST

/* What cannot be asked for is told, and is not the end. */
START_TEST(targets_of_a_stream_are_taken_line_by_line)
{
	static char stream[] = "-", pinned[] = "pinned.example";
	char *who[] = { stream, pinned };
	static char lines[] = "# partners\n\nexample.com  # a comment\n"
	    "\xff.example\n\tx\npinned.example\r\nstranger.example";

	targets.who = who;
	targets.n_who = N_ITEMS(who);
	targets.stream = fmemopen(lines, strlen(lines), "r");
	ck_assert_ptr_nonnull(targets.stream);
	ck_assert_uint_eq(targets_count(&targets), 0);
	expect("example.com", "example.com", "encrypt ciphers=high",
	    TLSP_LEVEL_ENCRYPT);
	expect("pinned.example", "pinned.example", "secure pin=require",
	    TLSP_LEVEL_SECURE);
	expect("stranger.example", NULL, NULL, TLSP_LEVEL_MAY);
	expect("pinned.example", "pinned.example", "secure pin=require",
	    TLSP_LEVEL_SECURE);
	expect_end();
	ck_assert_uint_eq(targets.n_skipped, 1);
	ck_assert_msg(strncmp(skipped, "\xff.example: ", 10) == 0, "%s",
	    skipped);
	(void)fclose(targets.stream);
}
END_TEST

START_TEST(targets_of_all_rules_leave_out_what_names_nobody)
{
	targets.is_all = 1;
	ck_assert_uint_eq(targets_count(&targets), 4);
	expect("example.com", "example.com", "encrypt ciphers=high",
	    TLSP_LEVEL_ENCRYPT);
	expect("pinned.example", "pinned.example", "secure pin=require",
	    TLSP_LEVEL_SECURE);
	expect("[relay.example]:587", "[relay.example]:587",
	    "verify pin=prefer", TLSP_LEVEL_VERIFY);
	expect("bad.example", "bad.example", NULL, TLSP_LEVEL_UNKNOWN);
	expect_end();
	EXPECT_STR("skipped", ".below.example: a wildcard: name a domain "
	    "below it\na,b: no host that can be asked\n", skipped);
	ck_assert_uint_eq(targets.n_skipped, 2);
}
END_TEST

START_TEST(targets_of_pinned_rules_are_those_alone)
{
	targets.is_all = targets.is_pinned = 1;
	ck_assert_uint_eq(targets_count(&targets), 2);
	expect("pinned.example", "pinned.example", "secure pin=require",
	    TLSP_LEVEL_SECURE);
	expect("[relay.example]:587", "[relay.example]:587",
	    "verify pin=prefer", TLSP_LEVEL_VERIFY);
	expect_end();
}
END_TEST

/* Where the certificate is what counts, no rule lets it be left out. */
START_TEST(targets_for_certificates_ask_for_them_at_every_level)
{
	static const char *const texts[] = { "none", "may", "encrypt",
	    "dane", "secure", "verify pin=require" };
	static const enum tlsp_level_id levels[] = { TLSP_LEVEL_ENCRYPT,
	    TLSP_LEVEL_ENCRYPT, TLSP_LEVEL_ENCRYPT, TLSP_LEVEL_DANE,
	    TLSP_LEVEL_SECURE, TLSP_LEVEL_VERIFY };
	static char names[N_ITEMS(texts)][24];
	char rules[400] = "", *who[N_ITEMS(texts)];
	struct prober_target target;
	size_t n, len = 0;

	for (n = 0; n < N_ITEMS(texts); n++) {
		(void)snprintf(names[n], sizeof(names[n]), "n%zu.example", n);
		who[n] = names[n];
		len += (size_t)snprintf(rules + len, sizeof(rules) - len,
		    "%s %s\n", names[n], texts[n]);
	}
	ck_assert(help_write(help_path(dir, "p"), rules, 60) == 0);
	tables_close(&tables);
	EXPECT_CODE("tables", TLSP_OK, tables_open(conf, NULL,
	    tables_say_nothing, NULL, &tables, &err));
	targets.who = who;
	targets.n_who = N_ITEMS(texts);
	targets.is_for_cert = 1;
	for (n = 0; n < N_ITEMS(texts); n++) {
		memset(&target, 0, sizeof(target));
		EXPECT_CODE(names[n], TLSP_OK, targets_next(&targets, &target,
		    &err));
		ck_assert_msg(target.fault == NULL, "%s", target.fault);
		ck_assert_int_eq(target.demand.level, levels[n]);
		ck_assert(target.demand.has_pin);
		ck_assert_ptr_nonnull(target.demand.pin_ciphers);
		if (target.demand.as_may != NULL)
			ck_assert_int_eq(target.demand.as_may->level,
			    TLSP_LEVEL_ENCRYPT);
		free(target.nexthop);
		free(target.key);
		free(target.rule);
		demand_clear(&target.demand);
	}
	expect_end();
}
END_TEST

Suite *
check_targets_suite(void)
{
	Suite *suite = suite_create("targets");
	TCase *tcase;

	ADD_CASE(suite, tcase, "targets_next");
	tcase_add_checked_fixture(tcase, setup_targets, teardown_targets);
	tcase_add_test(tcase, targets_are_those_that_were_named);
	tcase_add_test(tcase, targets_of_a_stream_are_taken_line_by_line);
	tcase_add_test(tcase,
	    targets_of_all_rules_leave_out_what_names_nobody);
	tcase_add_test(tcase, targets_of_pinned_rules_are_those_alone);
	tcase_add_test(tcase,
	    targets_for_certificates_ask_for_them_at_every_level);
	return suite;
}
