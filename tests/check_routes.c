/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_routes.c - the room cmd/routes: in the order of trivial-rewrite(8).
 */
#include "check_tlsp.h"

#include <stdlib.h>

#include "../cmd/routes.h"

static const char FIRST[] =
    "a.example\tsmtp:[relay.example]:587\n"
    ".a.example\t:below.example\n"
    "b.example\t:\n"
    "c.example\trelay:\n"
    "D.example\tlmtp:Mixed.Example\n"
    "no tab in this line\n"
    "list.example\tsmtp:[one.example], [two.example]:25\n"
    "store.example\tlmtp:inet:deep.store.example:24\n"
    "socket.example\tlmtp:unix:private/store\n"
    "name.example\tlmtp:inet:inner.store.example\n";
static const char SECOND[] =
    "a.example\tsmtp:late.example\n"
    "e.example\tsmtp:second.example\n";

struct world {
	struct conf *conf;
	struct routes *routes;
};

static void
build(struct world *world, const char *settings, int has_tables)
{
	struct tlsp_err err;

	ck_assert(conf_parse(strdup(settings), &world->conf, &err) ==
	    TLSP_OK);
	ck_assert((world->routes = routes_new(world->conf)) != NULL);
	if (has_tables) {
		ck_assert(routes_add(world->routes, "hash:first",
		    strdup(FIRST), &err) == TLSP_OK);
		ck_assert(routes_add(world->routes, "hash:second",
		    strdup(SECOND), &err) == TLSP_OK);
	}
	routes_sort(world->routes);
}

static void
raze(struct world *world)
{
	routes_free(world->routes);
	conf_free(world->conf);
}

#define RELAY	"relayhost = [smart.example]\n"
#define DOTLESS	"parent_domain_matches_subdomains = x, transport_maps\n"

#define DEFAULT	"default_transport = smtp:[gw.example]\n"
#define CLASSES	"mydestination = localhost, own.example\n" \
		"relay_domains = in.example\n" \
		"parent_domain_matches_subdomains = relay_domains\n" \
		"relay_transport = relay:[inner.example]\n"

#define OURS	RELAY "mydestination = own.example\n" \
		"local_transport = local:$me\n" \
		"virtual_alias_domains = alias.example\n" \
		"virtual_mailbox_domains = box.example\n" \
		"virtual_transport = lmtp:unix:private/box\n" \
		"relay_domains = in.example\nrelay_transport = relay\n"

/* nexthop: NULL: the domain itself. */
static const struct {
	const char *settings, *domain, *transport, *nexthop, *by;
} FOUND[] = {
	{ "", "a.example", "smtp", "[relay.example]:587", "hash:first" },
	{ "", "A.Example", "smtp", "[relay.example]:587", "hash:first" },
	{ "", "x.a.example", "smtp", "below.example", "hash:first" },
	{ "", "x.y.a.example", "smtp", "below.example", "hash:first" },
	{ "", "b.example", "smtp", NULL, "default_transport" },
	{ RELAY, "b.example", "smtp", "[smart.example]", "relayhost" },
	{ "", "c.example", "relay", NULL, "hash:first" },
	{ RELAY, "c.example", "relay", NULL, "hash:first" },
	{ "", "x.c.example", "smtp", NULL, "default_transport" },
	{ "", "store.example", "lmtp", "deep.store.example:24",
	    "hash:first" },
	{ "", "socket.example", "lmtp", "private/store", "hash:first" },
	{ DOTLESS, "x.d.example", "lmtp", "Mixed.Example", "hash:first" },
	{ "", "e.example", "smtp", "second.example", "hash:second" },
	{ "", "z.example", "smtp", NULL, "default_transport" },
	{ RELAY, "z.example", "smtp", "[smart.example]", "relayhost" },
	{ "", "", "smtp", NULL, "default_transport" },
	{ DEFAULT, "z.example", "smtp", "[gw.example]", "default_transport" },
	{ DEFAULT, "c.example", "relay", NULL, "hash:first" },
	{ RELAY CLASSES, "z.example", "smtp", "[smart.example]",
	    "relayhost" },
	{ RELAY CLASSES, "own.example", "smtp", NULL, "mydestination" },
	{ RELAY CLASSES, "in.example", "relay", "[inner.example]",
	    "relay_transport" },
	{ RELAY CLASSES, "x.in.example", "relay", "[inner.example]",
	    "relay_transport" },
	{ CLASSES, "a.example", "smtp", "[relay.example]:587", "hash:first" },
	{ OURS, "own.example", "local", "$me", "mydestination" },
	{ OURS, "alias.example", "error", NULL, "virtual_alias_domains" },
	{ OURS, "box.example", "lmtp", "private/box",
	    "virtual_mailbox_domains" },
	{ OURS, "x.box.example", "smtp", "[smart.example]", "relayhost" },
	{ OURS, "in.example", "relay", "[smart.example]", "relayhost" },
};

START_TEST(routes_find_asks_as_trivial_rewrite_does)
{
	struct world world;
	struct routes_way route;
	int is_found;

	build(&world, FOUND[_i].settings, 1);
	is_found = routes_find(world.routes, FOUND[_i].domain, &route);
	ck_assert_msg(is_found == (FOUND[_i].nexthop != NULL), "%s: %s",
	    FOUND[_i].domain, route.nexthop);
	if (is_found)
		EXPECT_STR("next-hop", FOUND[_i].nexthop, route.nexthop);
	EXPECT_STR("transport", FOUND[_i].transport, route.transport);
	EXPECT_STR("by", FOUND[_i].by, route.by);
	raze(&world);
}
END_TEST

START_TEST(routes_find_takes_a_star_before_relayhost)
{
	struct world world;
	struct routes_way route;
	struct tlsp_err err;

	build(&world, RELAY, 0);
	ck_assert(routes_add(world.routes, "hash:all",
	    strdup("*\tsmtp:[star.example]"), &err) == TLSP_OK);
	routes_sort(world.routes);
	ck_assert(routes_find(world.routes, "x.example", &route) == 1);
	EXPECT_STR("next-hop", "[star.example]", route.nexthop);
	EXPECT_STR("key", "*", route.key);
	raze(&world);
}
END_TEST

static const struct { const char *settings, *nexthop; int is_used; } USED[] = {
	{ "", "[relay.example]:587", 1 }, { "", "[RELAY.example]:587", 1 },
	{ "", "[relay.example]", 0 }, { "", "[two.example]:25", 1 },
	{ "", "[one.example]", 1 }, { "", "mixed.example", 1 },
	{ "", "[smart.example]", 0 }, { RELAY, "[smart.example]", 1 },
	{ "relayhost = [x]:1, [y]:2\n", "[y]:2", 1 },
	{ "default_transport = smtp:[x]:1\n", "[x]:1", 1 },
	{ "content_filter = scan:[127.0.0.1]:10024\n", "[127.0.0.1]:10024",
	    1 },
	{ "", "deep.store.example:24", 1 }, { "", "private/store", 1 },
	{ "", "inet:deep.store.example:24", 0 },
	{ "", ".store.example", 1 }, { "", ".inner.store.example", 0 },
	{ "", ".nowhere.example", 0 },
};

START_TEST(routes_use_knows_each_next_hop)
{
	struct world world;

	build(&world, USED[_i].settings, 1);
	ck_assert_msg(routes_use(world.routes, USED[_i].nexthop) ==
	    USED[_i].is_used, "%s", USED[_i].nexthop);
	raze(&world);
}
END_TEST

static const struct { const char *settings; int are_all; } ALL[] = {
	{ "", 1 }, { RELAY, 1 },
	{ "sender_dependent_relayhost_maps =\n", 1 },
	{ "sender_dependent_relayhost_maps = hash:/x\n", 0 },
	{ "sender_dependent_default_transport_maps = hash:/x\n", 0 },
};

START_TEST(routes_are_all_unless_senders_decide)
{
	struct world world;

	build(&world, ALL[_i].settings, 0);
	ck_assert_int_eq(routes_are_all(world.routes), ALL[_i].are_all);
	raze(&world);
}
END_TEST

Suite *
check_routes_suite(void)
{
	Suite *suite = suite_create("routes");
	TCase *tcase;

	ADD_CASE(suite, tcase, "routes_find");
	tcase_add_loop_test(tcase, routes_find_asks_as_trivial_rewrite_does,
	    0, N_ITEMS(FOUND));
	tcase_add_test(tcase, routes_find_takes_a_star_before_relayhost);
	ADD_CASE(suite, tcase, "routes_use");
	tcase_add_loop_test(tcase, routes_use_knows_each_next_hop, 0,
	    N_ITEMS(USED));
	ADD_CASE(suite, tcase, "routes_are_all");
	tcase_add_loop_test(tcase, routes_are_all_unless_senders_decide, 0,
	    N_ITEMS(ALL));
	return suite;
}
