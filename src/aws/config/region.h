/* Regions: what their names may look like, and which partition they are in. Source: the partition table of the SDKs. */
#ifndef DYNOX_AWS_CONFIG_REGION_H
#define DYNOX_AWS_CONFIG_REGION_H

#include <stdbool.h>
#include <stddef.h>

/* Regions that share an operator, accounts and the ends of host names. */
typedef struct dynox__partition {
    const char *name; /* "aws" */
    const char *dns_suffix, *dual_stack_suffix;
    const char *starts; /* of its regions' names: "us eu ap " */
} dynox__partition;

/* The partition of a region; an unknown region is in "aws", with most regions. Never NULL. */
const dynox__partition *dynox__partition_of(const char *region);

/* Letters, digits and hyphens, and not just digits: what may become part of a host name as a region. */
bool dynox__is_host_label(const char *text);

#endif
