/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_net.c - deadlines come in their order, descriptors when they are
 * ready, and what was removed is told nothing.
 */
#include "check_tlsp.h"

#include <stdlib.h>
#include <unistd.h>

#include "../cmd/net.h"

#define N_EVENTS	200

struct watch {
	struct net_event event;
	struct net *net;
	int64_t ms;
	int n_told;
	struct watch *other;	/* to be removed */
	int64_t *last_ms;
	int *n_left;
};

static void
on_watch(void *ctx, int is_late)
{
	struct watch *watch = ctx;

	watch->n_told++;
	ck_assert(is_late == (watch->event.fd < 0));
	if (watch->last_ms != NULL) {
		ck_assert_int_le(*watch->last_ms, watch->ms);
		*watch->last_ms = watch->ms;
	}
	if (watch->other != NULL)
		net_remove(watch->net, &watch->other->event, 0);
	if (--*watch->n_left == 0)
		net_stop(watch->net);
}

static void
watch_init(struct watch *watch, struct net *net, int fd, int *n_left)
{
	memset(watch, 0, sizeof(*watch));
	watch->event.fd = fd;
	watch->event.fn = on_watch;
	watch->event.ctx = watch;
	watch->net = net;
	watch->n_left = n_left;
}

static struct net *
open_net(void)
{
	struct tlsp_err err;
	struct net *net;

	ck_assert_int_eq(net_new(NULL, "", &net, &err), TLSP_OK);
	return net;
}

START_TEST(net_run_tells_deadlines_in_order)
{
	static struct watch watches[N_EVENTS];
	struct net *net = open_net();
	int n, n_left = 0, is_told = 0;
	int64_t last_ms = -1;
	struct tlsp_err err;

	srand(1);
	for (n = 0; n < N_EVENTS; n++) {
		watch_init(&watches[n], net, -1, &n_left);
		watches[n].last_ms = &last_ms;
		/* Set twice; what is set last holds. */
		watches[n].ms = 4 * (rand() % 20);
		ck_assert_int_eq(net_deadline(net, &watches[n].event,
		    rand() % 1000, &err), TLSP_OK);
	}
	for (n = 0; n < N_EVENTS; n++) {
		ck_assert_int_eq(net_deadline(net, &watches[n].event,
		    watches[n].ms + 5, &err), TLSP_OK);
		n_left++;
	}
	/* A third of them is not waited for any more. */
	for (n = 0; n < N_EVENTS; n += 3) {
		net_remove(net, &watches[n].event, 0);
		n_left--;
	}
	ck_assert_int_eq(net_run(net, &is_told, &err), TLSP_OK);
	for (n = 0; n < N_EVENTS; n++)
		ck_assert_int_eq(watches[n].n_told, n % 3 != 0);
	ck_assert_int_eq(is_told, 0);
	net_free(net);
}
END_TEST

START_TEST(net_run_tells_nothing_to_what_was_removed)
{
	struct net *net = open_net();
	struct watch one, other;
	int a[2], b[2], n_left = 1, is_told = 0;
	struct tlsp_err err;

	ck_assert(pipe(a) == 0 && pipe(b) == 0);
	ck_assert(write(a[1], "x", 1) == 1 && write(b[1], "x", 1) == 1);
	watch_init(&one, net, a[0], &n_left);
	watch_init(&other, net, b[0], &n_left);
	one.other = &other;
	other.other = &one;
	ck_assert(net_wait(net, &one.event, NET_READ, &err) == TLSP_OK &&
	    net_wait(net, &other.event, NET_READ, &err) == TLSP_OK);
	ck_assert_int_eq(net_run(net, &is_told, &err), TLSP_OK);
	ck_assert_int_eq(one.n_told + other.n_told, 1);
	net_free(net);
}
END_TEST

START_TEST(net_address_is_read_and_printed)
{
	static const char *const GOOD[] = { "127.0.0.1", "::1", "2001:db8::1" };
	static const char *const BAD[] = { "", "x", "1.2.3", "1.2.3.4.5", ":::" };
	struct net_address address;
	char text[NET_ADDRESS_TEXT];
	int n;

	for (n = 0; n < N_ITEMS(GOOD); n++) {
		ck_assert(net_address_read(GOOD[n], &address));
		EXPECT_STR("address", GOOD[n],
		    net_address_print(&address, text));
	}
	for (n = 0; n < N_ITEMS(BAD); n++)
		ck_assert(!net_address_read(BAD[n], &address));
	ck_assert_uint_eq(net_port("25"), 25);
	ck_assert_uint_eq(net_port("65535"), 65535);
	ck_assert_uint_eq(net_port("65536"), 0);
	ck_assert_uint_eq(net_port("25x"), 0);
	ck_assert_uint_eq(net_port("no-such-service"), 0);
}
END_TEST

START_TEST(net_new_refuses_what_is_no_address)
{
	struct net *net = NULL;
	struct tlsp_err err;

	ck_assert_int_eq(net_new("x", NULL, &net, &err), TLSP_E_VALUE);
	ck_assert_int_eq(net_new("::1", NULL, &net, &err), TLSP_E_VALUE);
	ck_assert_int_eq(net_new(NULL, "127.0.0.1", &net, &err),
	    TLSP_E_VALUE);
	ck_assert(net == NULL && strstr(err.text, "smtp_bind_address"));
}
END_TEST

Suite *
check_net_suite(void)
{
	Suite *suite = suite_create("net");
	TCase *tcase;

	ADD_CASE(suite, tcase, "run");
	tcase_add_test(tcase, net_run_tells_deadlines_in_order);
	tcase_add_test(tcase, net_run_tells_nothing_to_what_was_removed);
	ADD_CASE(suite, tcase, "address");
	tcase_add_test(tcase, net_address_is_read_and_printed);
	ADD_CASE(suite, tcase, "new");
	tcase_add_test(tcase, net_new_refuses_what_is_no_address);
	return suite;
}
