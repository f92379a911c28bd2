/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * pin.h - what was verified of one next-hop, as one line of text.
 * Knows:    the words of a record. Not: files, rules, X.509, the clock.
 * Feeds:    store, merge, and the command.
 * Source:   tlspolicy_pins(5).
 */
#ifndef TLSP_PIN_H
#define TLSP_PIN_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* How many a record may hold, and how long it may be, in bytes. */
#define TLSP_PINS_MAX		64
#define TLSP_PIN_HOSTS_MAX	64
#define TLSP_PIN_RECORD_MAX	((size_t)48 << 10)

/* The last second that twelve digits can hold; the longest name of a person. */
#define TLSP_PIN_TIME_MAX	INT64_C(999999999999)
#define TLSP_PIN_WHO_MAX	64

/* How a fingerprint came to be believed; the letter stands in the record. */
enum tlsp_pin_origin {
	TLSP_PIN_PKIX = 'P',	/* chain and name, as the rule demands */
	TLSP_PIN_DANE = 'D',	/* TLSA records, proved by DNSSEC */
	TLSP_PIN_PERSON = 'M'	/* somebody said so: who */
};

/* Bytes of a record or of its writer: borrowed, not NUL-terminated. */
struct tlsp_pin_text {
	const char *text;
	size_t len;
};

/*
 * One verified key of one MX host.
 * key:      digest of the public key (DER SubjectPublicKeyInfo), cert: of the
 *           certificate, anchor: of the certificate that vouched for it, len
 *           0 if none did. All in upper-case hexadecimal with colons, by the
 *           set's digest.
 * verified: when a full handshake last proved it. first: for the first time.
 * not_after: when its certificate expires. Seconds since the Epoch.
 * who:      of a person's decision: who, printable ASCII without blank and
 *           comma; else len 0.
 */
struct tlsp_pin {
	struct tlsp_pin_text key;
	struct tlsp_pin_text cert;
	struct tlsp_pin_text anchor;
	struct tlsp_pin_text who;
	int64_t verified;
	int64_t first;
	int64_t not_after;
	enum tlsp_pin_origin origin;
};

/*
 * An MX host and which of the set's pins are its own: one after another, in
 * the order of their keys, each key once.
 * name:     in lower case, without a final dot; or an address.
 * is_gone:  the last complete scan did not find it; its pins fade out.
 */
struct tlsp_pin_host {
	struct tlsp_pin_text name;
	unsigned port;
	int is_gone;
	size_t first_pin;
	size_t n_pins;
};

/*
 * All that is known of a next-hop. Hosts are in the order of their names, of
 * their ports where names are equal; each once. Their pins follow each other.
 * scanned:  when all its MX hosts were last known; 0: never.
 * constraint: tlsp_policy_constraint() of the rule that all of it was
 *           verified under.
 * digest:   "sha256", as smtp_tls_fingerprint_digest has it.
 */
struct tlsp_pin_set {
	int64_t scanned;
	uint64_t constraint;
	struct tlsp_pin_text digest;
	size_t n_hosts;
	size_t n_pins;
	struct tlsp_pin_host hosts[TLSP_PIN_HOSTS_MAX];
	struct tlsp_pin pins[TLSP_PINS_MAX];
};

/* The order of hosts: less than, equal to, greater than 0. */
int tlsp_pin_host_order(const struct tlsp_pin_host *,
    const struct tlsp_pin_host *);

/*
 * How long a fingerprint of this digest is, in characters.
 * errors:   0: no record may hold such fingerprints.
 */
size_t tlsp_pin_digest_len(const char *digest, size_t len);

/*
 * Prove a record and read it.
 * key:      the next-hop it lies under; value: len bytes. Whatever they are.
 * ret_set:  borrows from value. After an error it holds anything.
 * cost:     one pass; no allocation.
 * errors:   TLSP_E_DAMAGED: not what was written for this key.
 */
enum tlsp_code tlsp_pin_read(const char *key, size_t key_len,
    const char *value, size_t len, struct tlsp_pin_set *ret_set,
    struct tlsp_err *err) TLSP_MUST_USE;

/* Only prove it: cheaper, for who passes it on. Errors as above. */
enum tlsp_code tlsp_pin_prove(const char *key, size_t key_len,
    const char *value, size_t len, struct tlsp_err *err) TLSP_MUST_USE;

/*
 * Write a record. tlsp_pin_read() of it gives the same set.
 * buf:      TLSP_PIN_RECORD_MAX bytes; ret_len counts no final NUL.
 * errors:   TLSP_E_VALUE: a set that no record can hold.
 */
enum tlsp_code tlsp_pin_write(const char *key, size_t key_len,
    const struct tlsp_pin_set *, char *buf, size_t *ret_len,
    struct tlsp_err *err) TLSP_MUST_USE;

#endif
