/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * ca_probe.h - the project's own prober, in a process without rights.
 * Knows:    how it is started and what it is told. Not: what its records say.
 * Feeds:    ca_missing.
 */
#ifndef TLSP_CMD_CA_PROBE_H
#define TLSP_CMD_CA_PROBE_H

#include <stdio.h>

#include "ca.h"

/*
 * Probe a next-hop.
 * read_records: reads them until they end; returns 0, or an exit code.
 * returns   that of read_records(), or of the probe, where it tells of more
 *           than of the partner.
 */
int ca_probe(const struct ca *, const char *nexthop,
    int (*read_records)(void *ctx, FILE *), void *ctx);

#endif
