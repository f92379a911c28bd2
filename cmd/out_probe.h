/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_probe.h - probe records for people.
 * Knows:    what a person wants to see of a server. Not: how it was found.
 * Feeds:    probe.
 */
#ifndef TLSP_CMD_OUT_PROBE_H
#define TLSP_CMD_OUT_PROBE_H

#include <stdint.h>
#include <stdio.h>

#include "record.h"

/*
 * A server. Its first line has nine fields, parted by single blanks, "-"
 * where there is nothing: "server", next-hop, MX[address]:port, the word of
 * the log, the fate of mail, protocol, cipher, bits, stage. Below it, indented,
 * "name: value" a line: why, the chain, fingerprints, a rule for them.
 * now:      for ages.
 */
void out_probe_server(const struct record *, int64_t now, FILE *);

/*
 * A destination, behind its servers: "destination", next-hop, the fate of
 * mail, servers that would take it, servers in all, "complete" or not,
 * "signed" or not. Below it the rule, and what was wrong.
 */
void out_probe_destination(const struct record *, size_t n_good,
    size_t n_servers, FILE *);

#endif
