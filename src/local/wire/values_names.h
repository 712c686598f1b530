/* Of attributes with the same name in one map of a request, the last one counts. */
#ifndef DYNOX_LOCAL_WIRE_VALUES_NAMES_H
#define DYNOX_LOCAL_WIRE_VALUES_NAMES_H

#include <dynox/value.h>

/* Closes the gaps that the others leave. false: out of memory. */
bool dynox__values_last_of_names(dynox_named_value *map, size_t *count);

#endif
