/* What the service says of a request that breaks constraints. */
#ifndef DYNOX_LOCAL_VALIDATE_MESSAGES_H
#define DYNOX_LOCAL_VALIDATE_MESSAGES_H

#include "local/validate/description.h"

/* Goes through a request, whose kinds of JSON are right, in the order of the description, and refuses it for what it
 * finds: the first thing only, or with the old words all, up to ten. true: it found nothing. */
bool dynox__request_faults(const dynox__shape *whole, const dynox__tree *request, bool old_words, dynox__arena *arena,
                           dynox__refusal *refusal);

/* Writes a value as the service shows it: a, [a, b], {k=v}, Class(member=a). Long ones are cut. */
void dynox__show_value(dynox__buffer *text, const dynox__shape *shape, const dynox__tree *tree, bool old_words);

#endif
