/* The parts of a request that both CreateTable and UpdateTable have. */
#ifndef DYNOX_CLIENT_TABLE_TABLE_PARTS_H
#define DYNOX_CLIENT_TABLE_TABLE_PARTS_H

#include "client/core/request.h"
#include <dynox/table.h>

enum { DYNOX__MAX_LOCAL_INDEXES = 5, DYNOX__MAX_GLOBAL_INDEXES = 20, DYNOX__KEYS_OF_INDEX = 8 };

/* Attributes of keys, each once. */
typedef struct dynox__definitions {
    const dynox_key_attribute
          *attributes[2 + (DYNOX__MAX_LOCAL_INDEXES + DYNOX__MAX_GLOBAL_INDEXES) * DYNOX__KEYS_OF_INDEX];
    size_t count;
} dynox__definitions;

/* Adds what has a name; refuses a type that no key has, and one that is not the same everywhere. */
void dynox__table_define(dynox__request_writer *writer, dynox__definitions *all, const dynox_key_attribute *key);
void dynox__table_define_index(dynox__request_writer *writer, dynox__definitions *all, const dynox_index *index);
void dynox__table_definitions(dynox__request_writer *writer, const dynox__definitions *all);

/* `more_*` are three each, or NULL. */
void dynox__table_key_schema(dynox__request_writer *writer, const dynox_key_attribute *partition,
                             const dynox_key_attribute *more_partition, const dynox_key_attribute *sort,
                             const dynox_key_attribute *more_sort);

void dynox__table_index_name(dynox__request_writer *writer, const char *name);
void dynox__table_projection(dynox__request_writer *writer, dynox_projection kind, const char *const *names,
                             size_t count, const char *index);
/* The members of a global index; `number` is its place, from 1; `is_provisioned`: capacity that is not set is 5. */
void dynox__table_global_index(dynox__request_writer *writer, const dynox_index *index, size_t number,
                               bool is_provisioned);

/* Absent if both are 0. */
void dynox__table_provisioned(dynox__request_writer *writer, dynox_throughput units, bool is_provisioned);
void dynox__table_on_demand(dynox__request_writer *writer, dynox_throughput units); /* -1: no maximum any more */
void dynox__table_overrides(dynox__request_writer *writer, dynox_throughput units, bool is_provisioned,
                            dynox_throughput maximum); /* both, as a restored table has them */
void dynox__table_warm(dynox__request_writer *writer, dynox_throughput units);

void dynox__table_stream(dynox__request_writer *writer, dynox_stream_view view); /* absent if it is off */
void dynox__table_class(dynox__request_writer *writer, const char *name);
void dynox__table_kms(dynox__request_writer *writer, const char *member, bool wanted, const char *key);
/* What changes: true, it is mentioned, and *on says how. */
bool dynox__table_switched(dynox__request_writer *writer, const char *name, dynox_switch value, bool *on);
void dynox__table_billing_change(dynox__request_writer *writer, const char *member, dynox_billing_change change,
                                 dynox_throughput units);
void dynox__table_kms_change(dynox__request_writer *writer, const char *member, dynox_switch value, const char *key);
void dynox__table_tags(dynox__request_writer *writer, const dynox_tag *tags, size_t count);

/* A resource, which is required and must be an ARN. */
void dynox__request_arn(dynox__request_writer *writer, const char *name, const char *arn);
/* Seconds since 1970, to a millisecond; 0 is left out. */
void dynox__request_time(dynox__request_writer *writer, const char *name, double seconds);
/* Also where it is false. */
void dynox__request_switch(dynox__request_writer *writer, const char *name, bool on);

#endif
