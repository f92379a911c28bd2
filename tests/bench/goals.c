/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * goals.c - what was promised, beside what was measured.
 * Knows:    the goals, as rows of a table. Not: how figures come about.
 * Feeds:    bench, json. A new goal is a new row here.
 */
#include "goals.h"

#include <string.h>

#include "report.h"

#define OURS		BENCH_OURS
#define TEXT		"text"
#define LIMIT		"limit"
#define STOCK		"hash,btree,cdb,lmdb"
#define HOT_WARM	"hot,warm"
#define ALL_RULES	((size_t)-1)
#define MILLION		1000000
/* What bounds checks and integrity may cost on top of a goal in time. */
#define ALLOWED_NS	12.0
#define LIST_SIZE	64

enum measure {
	TIMES_FASTER,		/* than a rival: at least this */
	SHARE,			/* of a rival: at most this */
	LESS,			/* share of a rival: less than this */
	MORE,			/* than a rival: at most this much */
	AMOUNT			/* at most this */
};

struct goal {
	const char *goal;
	enum measure measure;
	double limit;
	const char *limit_text;
	enum bench_what what;
	const char *table;
	const char *rivals;	/* this and the next two with commas */
	const char *modes;
	const char *cases;
	size_t min_rules;
	size_t max_rules;
	const char *unit;
};

#define LOOKUP(limit, goal, rivals, modes, cases, min, max) \
	{ goal, TIMES_FASTER, limit, ">= " #limit "x", BENCH_LOOKUP_NS, OURS, \
	    rivals, modes, cases, min, max, "x" }
#define COUNT(limit, goal, cases) \
	{ goal, AMOUNT, limit, "<= " #limit, BENCH_INSTRUCTIONS, OURS, "", \
	    "", cases, 0, ALL_RULES, "" }
#define RATIO(limit, goal, what, table, rivals, min, max) \
	{ goal, SHARE, limit, "<= " #limit "x", what, table, rivals, "", "", \
	    min, max, "x" }

/* Random names: hot, a few of them over and over, only where few there are. */
#define PINNED(limit, goal, modes, min, max) \
	{ goal, SHARE, limit, "<= " #limit "x", BENCH_LOOKUP_NS, BENCH_PINS, \
	    "hash", modes, "exact", min, max, "x" }

static const struct goal goals[] = {
	COUNT(500, "instructions, any hit",
	    "exact,wild1,wild3,wild6,port,CaSe"),
	COUNT(600, "instructions, miss", "miss"),
	LOOKUP(3.4, "hot or warm, exact, than cdb", "cdb", HOT_WARM, "exact",
	    0, 100000),
	LOOKUP(5.5, "hot or warm, 1 label deep, than cdb", "cdb", HOT_WARM,
	    "wild1", 0, 100000),
	LOOKUP(12, "hot or warm, 3 labels deep, than cdb", "cdb", HOT_WARM,
	    "wild3", 0, 100000),
	LOOKUP(30, "hot or warm, 6 labels deep, than cdb", "cdb", HOT_WARM,
	    "wild6", 0, 100000),
	LOOKUP(4, "hot or warm, miss, than cdb", "cdb", HOT_WARM, "miss",
	    0, 100000),
	LOOKUP(17, "hot or warm, exact, than hash, lmdb", "hash,lmdb",
	    HOT_WARM, "exact", 0, 100000),
	LOOKUP(140, "hot or warm, 6 labels deep, than hash, lmdb",
	    "hash,lmdb", HOT_WARM, "wild6", 0, 100000),
	LOOKUP(2, "cold, 100,000 up, exact, than cdb", "cdb", "cold",
	    "exact", 100000, ALL_RULES),
	LOOKUP(9, "cold, 100,000 up, 6 labels deep, than cdb", "cdb", "cold",
	    "wild6", 100000, ALL_RULES),
	LOOKUP(3.5, "cold, 100,000 up, miss, than cdb", "cdb", "cold",
	    "miss", 100000, ALL_RULES),
	LOOKUP(3, "caches swept, up to 999 rules, exact, than cdb", "cdb",
	    "swept", "exact", 0, 999),
	LOOKUP(2.2, "caches swept, 1,000,000 rules, exact, than cdb", "cdb",
	    "swept", "exact", MILLION, ALL_RULES),
	LOOKUP(100, "hot, exact, than a policy daemon", "socketmap", "hot",
	    "exact", 0, ALL_RULES),
	RATIO(1.0, "open, first lookup, close, up to 1,000 rules, of cdb",
	    BENCH_ALL_US, OURS, "cdb", 0, 1000),
	RATIO(0.85, "open, first lookup, close, above, of cdb",
	    BENCH_ALL_US, OURS, "cdb", 1001, ALL_RULES),
	RATIO(1.0, "open, first lookup in a new process, of any but texthash",
	    BENCH_FRESH_US, OURS, STOCK, 0, ALL_RULES),
	{ "private memory of a process", AMOUNT, 16, "<= 16 KB",
	    BENCH_PRIVATE_KB, OURS, "", "", "", 0, ALL_RULES, " KB" },
	RATIO(1.0, "build, 1,000,000 rules, of cdb", BENCH_BUILD_MS, OURS,
	    "cdb", MILLION, ALL_RULES),
	RATIO(1.0, "file, 1,000,000 rules, of cdb", BENCH_FILE_BYTES, OURS,
	    "cdb", MILLION, ALL_RULES),
	RATIO(1.0, "text, 1,000 to 100,000 rules, open, of texthash",
	    BENCH_ALL_US, TEXT, "texthash", 1000, 100000),
	{ "text, 1,000 to 100,000 rules, private memory, of texthash", LESS,
	    1, "< 1x", BENCH_PRIVATE_KB, TEXT, "texthash", "", "", 1000,
	    100000, "x" },
	LOOKUP(1.3, "with smtp(8)'s own path, exact, than cdb", "cdb",
	    "client", "exact", 0, ALL_RULES),
	LOOKUP(5.5, "with smtp(8)'s own path, 6 labels deep, than cdb", "cdb",
	    "client", "wild6", 0, ALL_RULES),
	LOOKUP(1.4, "with smtp(8)'s own path, miss, than cdb", "cdb",
	    "client", "miss", 0, ALL_RULES),
	PINNED(2, "a rule with pin, 100 pins, of a lookup in hash", "hot", 0,
	    999),
	PINNED(5, "10,000 pins", "warm,cold", 1000, 99999),
	PINNED(6, "1,000,000 pins", "warm,cold", 100000, ALL_RULES),
	{ "pins, private memory of a process", AMOUNT, 256, "<= 256 KB",
	    BENCH_PRIVATE_KB, BENCH_PINS, "", "", "", 0, ALL_RULES, " KB" },
	{ "pins, open, more than without", MORE, 50, "<= 50 us",
	    BENCH_OPEN_US, BENCH_PINS, OURS, "", "", 0, ALL_RULES, " us" },
};

#define N_GOALS	(sizeof(goals) / sizeof(goals[0]))

static int
is_about(const struct goal *goal, const struct bench_figure *figure)
{
	return figure->what == goal->what &&
	    figure->n_rules >= goal->min_rules &&
	    figure->n_rules <= goal->max_rules &&
	    strcmp(figure->table, goal->table) == 0 &&
	    bench_is_listed(goal->modes, figure->mode) &&
	    bench_is_listed(goal->cases, figure->c);
}

static double
value_of(const struct goal *goal, double ours, double rival)
{
	switch (goal->measure) {
	case TIMES_FASTER:
		return rival / ours;
	case SHARE:
	case LESS:
		return ours / rival;
	case MORE:
		return ours - rival;
	default:
		return ours;
	}
}

static int
is_met(const struct goal *goal, double value)
{
	switch (goal->measure) {
	case TIMES_FASTER:
		return value >= goal->limit;
	case LESS:
		return value < goal->limit;
	default:
		return value <= goal->limit;
	}
}

static enum bench_state
judge(const struct goal *goal, double ours, double rival)
{
	if (is_met(goal, value_of(goal, ours, rival)))
		return BENCH_MET;
	/* Both lists of the goals are about lookups. */
	if (goal->what == BENCH_LOOKUP_NS &&
	    is_met(goal, value_of(goal, ours - ALLOWED_NS, rival)))
		return BENCH_MET_ALLOWED;
	return BENCH_MISSED;
}

/*
 * Keep the worst: the worse state, then the worse value.
 * rival, limit: of the same lookups, or NULL.
 */
static void
weigh(const struct goal *goal, const struct bench_figure *ours,
    const struct bench_figure *rival, const struct bench_figure *limit,
    struct bench_verdict *verdict)
{
	const double other = rival != NULL ? rival->median : 0;
	const double value = value_of(goal, ours->median, other);
	enum bench_state state = judge(goal, ours->median, other);
	const int is_worse = goal->measure == TIMES_FASTER ?
	    value < verdict->measured : value > verdict->measured;

	if (state == BENCH_MISSED && limit != NULL)
		state = judge(goal, limit->median, other) == BENCH_MISSED ?
		    BENCH_BEYOND : BENCH_MISSED;
	if (verdict->state != BENCH_UNKNOWN && state <= verdict->state &&
	    (state < verdict->state || !is_worse))
		return;
	verdict->state = state;
	verdict->measured = value;
	if (state == BENCH_BEYOND)
		verdict->least = value_of(goal, limit->median, other);
	verdict->worst = *ours;
	verdict->rival = rival != NULL ? rival->table : "";
}

/* Against each rival, or none. */
static void
weigh_all(const struct goal *goal, const struct bench_figures *figures,
    const struct bench_figure *ours, struct bench_verdict *verdict)
{
	char list[LIST_SIZE], *rest = list;
	const struct bench_figure *rival, *limit;
	const char *name;

	if (goal->measure == AMOUNT) {
		weigh(goal, ours, NULL, NULL, verdict);
		return;
	}
	limit = bench_figures_of(figures, ours, LIMIT);
	(void)snprintf(list, sizeof(list), "%s", goal->rivals);
	while ((name = strsep(&rest, ",")) != NULL)
		if ((rival = bench_figures_of(figures, ours, name)) != NULL)
			weigh(goal, ours, rival, limit, verdict);
}

int
bench_goals_next(const struct bench_figures *figures, size_t n,
    struct bench_verdict *ret_verdict)
{
	const struct goal *goal = &goals[n];
	size_t f;

	if (n >= N_GOALS)
		return 0;
	memset(ret_verdict, 0, sizeof(*ret_verdict));
	ret_verdict->goal = goal->goal;
	ret_verdict->limit = goal->limit_text;
	ret_verdict->unit = goal->unit;
	ret_verdict->rival = "";
	for (f = 0; f < figures->n; f++)
		if (is_about(goal, &figures->list[f]))
			weigh_all(goal, figures, &figures->list[f],
			    ret_verdict);
	return 1;
}

const char *
bench_state_name(enum bench_state state)
{
	static const char *const names[] = { "not measured", "met",
	    "met with 12 ns", "out of reach", "missed" };

	return names[state];
}

static void
print_verdict(FILE *out, const struct bench_verdict *verdict)
{
	const struct bench_figure *worst = &verdict->worst;
	char measured[32] = "-", rules[BENCH_COMMAS_SIZE];

	if (verdict->state != BENCH_UNKNOWN)
		(void)snprintf(measured, sizeof(measured), "%.*f%s",
		    verdict->measured < 9.995 ? 2 :
		    verdict->measured < 99.95, verdict->measured,
		    verdict->unit);
	(void)fprintf(out, "%-62s%-10s%-10s%-15s", verdict->goal,
	    verdict->limit, measured, bench_state_name(verdict->state));
	if (verdict->state != BENCH_UNKNOWN)
		(void)fprintf(out, "%s rules%s%s%s%s%s%s",
		    bench_report_commas(worst->n_rules, rules),
		    *worst->mode ? ", " : "", worst->mode,
		    *worst->c ? ", " : "", worst->c,
		    *verdict->rival ? ", " : "", verdict->rival);
	if (verdict->state == BENCH_BEYOND)
		(void)fprintf(out, "; " LIMIT ": %.2f%s", verdict->least,
		    verdict->unit);
	(void)fputc('\n', out);
}

/* Goals of pins, where there are pins; elsewhere the others. */
static int
is_due(const struct goal *goal, const struct bench_figures *figures)
{
	size_t n;
	int has_pins = 0;

	for (n = 0; n < figures->n; n++)
		has_pins |= strcmp(figures->list[n].table, BENCH_PINS) == 0;
	return has_pins == (strcmp(goal->table, BENCH_PINS) == 0);
}

void
bench_goals_print(FILE *out, const struct bench_figures *figures)
{
	struct bench_verdict verdict;
	size_t n;

	(void)fprintf(out, "\n=== Goals, each with the worst of this run; "
	    "medians; %.0f ns of a lookup are allowed for checks;\n"
	    "=== out of reach: also for the table named " LIMIT "\n"
	    "%-62s%-10s%-10s%-15s%s\n", ALLOWED_NS, "what", "goal",
	    "measured", "", "where");
	for (n = 0; bench_goals_next(figures, n, &verdict); n++)
		if (is_due(&goals[n], figures))
			print_verdict(out, &verdict);
}
