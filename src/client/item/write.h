/* The parts of transactions, written and explained. */
#ifndef DYNOX_CLIENT_ITEM_WRITE_H
#define DYNOX_CLIENT_ITEM_WRITE_H

#include "client/core/request.h"
#include <dynox/write.h>

enum { DYNOX__MOST_ACTIONS = 100 }; /* of a transaction (Developer Guide, quotas) */

/* Adds "TransactItems" with one member for each, or refuses what the service would. */
void dynox__request_writes(dynox__request_writer *writer, dynox_writes writes);
void dynox__request_reads(dynox__request_writer *writer, dynox_reads reads);

/* Adds "ClientRequestToken". NULL: a new one. */
void dynox__request_token(dynox__request_writer *writer, const char *given);

/* Of a call that has been cancelled by some of its actions: says by which and why. */
void dynox__explain_actions(const dynox__call *call, dynox_error *error);

/* A copy of a write with all that it is made of; false: out of memory, and there is none. */
bool dynox__write_copy(dynox_write *to, const dynox_write *from);
/* Frees what such a copy is made of. */
void dynox__write_end(dynox_write *write);

#endif
