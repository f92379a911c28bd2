/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fuzz_driver.c - run a fuzzer without libFuzzer: the same inputs each time.
 * fuzz_X N SEED-FILE...    N changed seeds; fuzz_X FILE: this input alone.
 * An input that crashes is left in fuzz_X.crash, beside the program.
 */
#include "fuzz.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "helper.h"

#define MOST	((size_t)1 << 15)	/* bytes of one input */

static const char *const WORDS[] = {
	"\n", "\n ", "\r", "\r\n", "#", " ", "\t", ",", "=", "{", "}", "|",
	":", ".", "\"", "\\", "\xef\xbb\xbf", "\xff\xfe", "\xc3\xbc", "[",
	"]", "none", "may", "encrypt", "fingerprint", "dane-only", "verify",
	"secure", "match=", "ciphers=high", "protocols=>=TLSv1.2",
	"exclude=aNULL", "servername=hostname", "pin=prefer", "pin=require",
	"pin_ttl=7d", "final=yes", "policy_type=sts", "mx_host_pattern=",
	"AA:BB", "xn--bcher-kva.example", "b\xc3\xbc" "cher.example",
	" mx=", " gone=", " pin=", ",P,-,-", ",M,-,", "sha256", "0A:",
	".example.com encrypt\n", "example.com secure\n", "\n\n# x\n\t",
	"220 ", "250-STARTTLS\r\n", "250 ok\r\n", "220-", "454 no\r\n", "\xff\xff",
};
#define N_WORDS	(sizeof(WORDS) / sizeof(WORDS[0]))

struct seed {
	char *text;
	size_t len;
};

static uint64_t state = 0x9e3779b97f4a7c15U;
static uint8_t input[MOST];
static size_t input_len;
static char crash_path[4096];

/* xorshift: the same numbers everywhere. */
static size_t
below(size_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return limit == 0 ? 0 : (size_t)(state % limit);
}

static void
leave_input(void)
{
	FILE *fp = fopen(crash_path, "wb");

	if (fp != NULL) {
		(void)fwrite(input, 1, input_len, fp);
		(void)fclose(fp);
	}
}

static void
on_signal(int sig)
{
	leave_input();
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

/* The sanitizers call it where they end the program. */
void __sanitizer_set_death_callback(void (*)(void)) __attribute__((weak));

static void
insert(size_t at, const void *bytes, size_t len)
{
	if (len > MOST - input_len)
		len = MOST - input_len;
	memmove(input + at + len, input + at, input_len - at);
	memcpy(input + at, bytes, len);
	input_len += len;
}

static void
cut(size_t at, size_t len)
{
	if (len > input_len - at)
		len = input_len - at;
	memmove(input + at, input + at + len, input_len - at - len);
	input_len -= len;
}

static void
change(const struct seed *seeds, size_t n_seeds)
{
	const size_t at = below(input_len + 1);
	const struct seed *other = &seeds[below(n_seeds)];
	const char *word = WORDS[below(N_WORDS)];
	uint8_t copy[256];
	size_t len;

	switch (below(8)) {
	case 0:
		if (at < input_len)
			input[at] ^= (uint8_t)(1U << below(8));
		break;
	case 1:
		copy[0] = (uint8_t)below(256);
		insert(at, copy, 1);
		break;
	case 2:
		cut(at, below(20));
		break;
	case 3:
		len = below(sizeof(copy));
		len = len < input_len - at ? len : input_len - at;
		memcpy(copy, input + at, len);
		insert(below(input_len + 1), copy, len);
		break;
	case 4:
		if (other->len > 0) {
			len = below(other->len);
			insert(at, other->text + len, below(other->len - len));
		}
		break;
	case 5:
		input_len = at;
		break;
	default:
		insert(at, word, strlen(word));
		break;
	}
}

static void
run_changed(long n, const struct seed *seeds, size_t n_seeds)
{
	const struct seed *seed;
	size_t times;

	for (; n > 0; n--) {
		seed = &seeds[below(n_seeds)];
		input_len = 0;
		insert(0, seed->text, seed->len);
		for (times = 1 + below(8); times > 0; times--)
			change(seeds, n_seeds);
		(void)LLVMFuzzerTestOneInput(input, input_len);
	}
}

static struct seed *
read_seeds(char **paths, size_t n)
{
	struct seed *seeds = calloc(n, sizeof(*seeds));
	size_t i;

	if (seeds == NULL)
		abort();
	for (i = 0; i < n; i++)
		if ((seeds[i].text = help_read(paths[i], &seeds[i].len)) ==
		    NULL) {
			(void)fprintf(stderr, "cannot read %s\n", paths[i]);
			exit(EXIT_FAILURE);
		}
	return seeds;
}

int
main(int argc, char **argv)
{
	const size_t first = argc > 2 ? 2 : 1, n_seeds = (size_t)argc - first;
	struct seed *seeds;
	size_t n;

	if (argc < 2)
		return EXIT_FAILURE;
	(void)snprintf(crash_path, sizeof(crash_path), "%s.crash", argv[0]);
	if (__sanitizer_set_death_callback != NULL)
		__sanitizer_set_death_callback(leave_input);
	(void)signal(SIGABRT, on_signal);
	seeds = read_seeds(argv + first, n_seeds);
	for (n = 0; n < n_seeds; n++) {
		input_len = 0;
		insert(0, seeds[n].text, seeds[n].len);
		(void)LLVMFuzzerTestOneInput(input, input_len);
	}
	if (argc > 2)
		run_changed(atol(argv[1]), seeds, n_seeds);
	(void)printf("%s: %zu seeds, %s changed inputs, no crash\n", argv[0],
	    n_seeds, argc > 2 ? argv[1] : "no");
	for (n = 0; n < n_seeds; n++)
		free(seeds[n].text);
	free(seeds);
	return EXIT_SUCCESS;
}
