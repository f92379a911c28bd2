/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * tlsp.h - the words every room shares: limits, attributes of functions.
 * Knows:    numbers. No functions, no types of any room.
 * Feeds:    everybody.
 * Source:   RFC 1035 section 2.3.4 for the name limits, as Postfix has them.
 */
#ifndef TLSP_H
#define TLSP_H

#define TLSP_MUST_USE		__attribute__((warn_unused_result))
#define TLSP_HOT		__attribute__((hot))
#define TLSP_COLD		__attribute__((cold, noinline))
#define TLSP_INLINE		static inline __attribute__((always_inline))
#define TLSP_LIKELY(x)		__builtin_expect(!!(x), 1)
#define TLSP_UNLIKELY(x)	__builtin_expect(!!(x), 0)
#define TLSP_PRINTF(fmt, args)	__attribute__((format(printf, fmt, args)))

/* A host name, without a trailing dot; one label of it. In bytes. */
#define TLSP_HOSTNAME_MAX	255
#define TLSP_LABEL_MAX		63

/* A rules file: its bytes, its rules. Beyond this it is refused, not cut. */
#define TLSP_TEXT_MAX		((size_t)512 << 20)
#define TLSP_RULES_MAX		((size_t)1 << 24)

/* pin_ttl, in seconds: the least, the most, and where it is not given. */
#define TLSP_PIN_TTL_MIN	(60L * 60)
#define TLSP_PIN_TTL_MAX	(30L * 24 * 60 * 60)
#define TLSP_PIN_TTL_DEFAULT	(7L * 24 * 60 * 60)

/*
 * A Postfix version as one number that compares: 3.7 is 307, 3.12 is 312.
 * TLSP_POSTFIX_ANY: not known; whatever any version accepts is accepted.
 * TLSP_POSTFIX_NEWEST: the last whose words are all known, for it is out.
 */
#define TLSP_POSTFIX(major, minor)	((major) * 100 + (minor))
#define TLSP_POSTFIX_ANY		0
#define TLSP_POSTFIX_OLDEST		TLSP_POSTFIX(3, 4)
#define TLSP_POSTFIX_NEWEST		TLSP_POSTFIX(3, 11)

/* Raised with each change in what the same rules mean. */
#define TLSP_GRAMMAR	3

#endif
