/* What every request is checked for before any operation sees it, by a description that is made from the public service
 * model: members, their types, what is required, lengths, ranges, patterns, enums. Knows no tables and no expressions.
 */
#ifndef DYNOX_LOCAL_VALIDATE_VALIDATE_H
#define DYNOX_LOCAL_VALIDATE_VALIDATE_H

#include "local/wire/call.h"

/* The operation of that name ("PutItem"), or of a stream ("GetRecords"). NULL: there is none. */
typedef struct dynox__request_shape dynox__request_shape;
const dynox__request_shape         *dynox__request_shape_of(const char *operation, size_t length, bool of_streams);

/* Types of members (SERIALIZATION), then constraints (VALIDATION: "N validation errors detected: ...", in the words of
 * the settings' generation). Values of attributes are left to wire/values.h. */
bool dynox__request_validate(const dynox__request_shape *shape, const dynox__tree *request,
                             const dynox__local_settings *settings, dynox__arena *arena, dynox__refusal *refusal);

/* What an operation refused, in the words of the settings' generation: since June 2026, where an item is written alone,
 * what needs no table to be told begins like what the framework says. */
void dynox__request_reword(const char *operation, const dynox__local_settings *settings, dynox__arena *arena,
                           dynox__refusal *refusal);

#endif
