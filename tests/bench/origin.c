/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * origin.c - where figures come from: the machine, the time, the versions.
 * Knows:    /proc/cpuinfo, uname. Not: figures.
 * Feeds:    report, json, chart.
 */
#include "origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static void
find_cpu(char *cpu, size_t size)
{
	char line[256];
	FILE *in = fopen("/proc/cpuinfo", "r");
	const char *colon;

	(void)snprintf(cpu, size, "unknown CPU");
	while (in != NULL && fgets(line, (int)sizeof(line), in) != NULL)
		if (strncmp(line, "model name", 10) == 0 &&
		    (colon = strchr(line, ':')) != NULL) {
			line[strcspn(line, "\n")] = '\0';
			(void)snprintf(cpu, size, "%s",
			    colon + 1 + strspn(colon + 1, " "));
			break;
		}
	if (in != NULL)
		(void)fclose(in);
}

void
bench_origin_find(struct bench_origin *origin, const char *postfix,
    const char *module)
{
	const time_t now = time(NULL);
	struct utsname host;
	double load[1] = { 0 };

	find_cpu(origin->cpu, sizeof(origin->cpu));
	origin->n_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	(void)uname(&host);
	(void)snprintf(origin->machine, sizeof(origin->machine), "%s",
	    host.machine);
	(void)snprintf(origin->kernel, sizeof(origin->kernel), "%s",
	    host.release);
	(void)getloadavg(load, 1);
	origin->load = load[0];
	(void)strftime(origin->when, sizeof(origin->when),
	    "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	origin->postfix = postfix;
	origin->module = module;
	origin->compiler = __VERSION__;
}
