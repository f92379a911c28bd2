/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fuzz_smtp.c - any bytes as a mail server.
 * Holds:    the talk ends or waits, within its limits; TLS begins only where
 *           it was offered and consented to, with nothing behind it; however
 *           the bytes are cut, it is the same talk; what is kept prints.
 */
#include "fuzz.h"

#include <string.h>

#include "../cmd/smtp.h"

static void
check_state(const struct smtp *smtp)
{
	const char *reply = smtp_reply(smtp);
	size_t n;

	FUZZ_REQUIRE(smtp->line_len <= SMTP_LINE_MAX);
	FUZZ_REQUIRE(smtp->n_bytes <= SMTP_REPLY_BYTES_MAX + 1);
	FUZZ_REQUIRE(smtp->out_len < sizeof(smtp->out));
	FUZZ_REQUIRE(strlen(reply) < SMTP_TEXT_MAX);
	for (n = 0; reply[n] != '\0'; n++)
		FUZZ_REQUIRE(reply[n] >= ' ' && reply[n] <= '~');
	FUZZ_REQUIRE((smtp->step == SMTP_END) ==
	    (smtp->result != SMTP_TALKING));
	FUZZ_REQUIRE(!smtp->is_secure || smtp->offers_starttls);
	FUZZ_REQUIRE(smtp->result != SMTP_SECURE || smtp->is_secure);
	FUZZ_REQUIRE(smtp->result < SMTP_FAILED || smtp->error[0] != '\0');
}

/* The handshake comes where the bytes say so: at each NUL. */
static void
run(struct smtp *smtp, const char *bytes, size_t len, size_t step)
{
	size_t n, out_len;

	smtp_init(smtp, "mail.supplier.example", 1);
	while (len > 0 && smtp->step != SMTP_END) {
		if (*bytes == '\0' && smtp->step == SMTP_HANDSHAKE)
			smtp_secured(smtp);
		for (n = 1; n < len && n < step && bytes[n] != '\0';)
			n++;
		smtp_input(smtp, bytes, n);
		check_state(smtp);
		while (smtp_output(smtp, &out_len) != NULL)
			smtp_sent(smtp, out_len > 7 ? 7 : out_len);
		bytes += n;
		len -= n;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct smtp one, other;
	size_t step;

	run(&one, (const char *)data, len, (size_t)-1);
	for (step = 1; step < 4; step++) {
		run(&other, (const char *)data, len, step);
		/* How many bytes were injected is all that may differ. */
		FUZZ_REQUIRE(one.step == other.step);
		FUZZ_REQUIRE(one.result == other.result);
		FUZZ_REQUIRE(one.is_secure == other.is_secure);
		FUZZ_REQUIRE(strcmp(smtp_reply(&one),
		    smtp_reply(&other)) == 0);
	}
	smtp_lost(&one, "time is over");
	check_state(&one);
	return 0;
}
