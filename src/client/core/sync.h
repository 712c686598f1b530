/* The sync_ twins: the async form, joined. */
#ifndef DYNOX_CLIENT_CORE_SYNC_H
#define DYNOX_CLIENT_CORE_SYNC_H

#include "client/core/client.h"
#include <dynox/info.h>

/* What a twin keeps to itself of its arguments. The pointers are the program's and may be NULL. */
typedef struct dynox__sync {
    const dynox_type *type; /* of *out; NULL: a pointer, or nothing */
    void             *out;
    dynox_error      *error;
    dynox_info       *info;
    dynox_error       refusal; /* why the async form is not even started */
} dynox__sync;

/* May it be started? No if it was refused already, or if the calling thread would have to make the progress itself
 * (DYNOX_E_DEADLOCK). A NULL client is refused with the error that the program has already, since that tells why
 * dynox_client_new gave NULL. */
bool dynox__sync_allowed(dynox__sync *sync, dynox_client *client);

/* Before the start of what is joined next and what nobody else sees: this thread may then do itself what it waits for.
 * A fiber may not, as its thread has others. What was put off runs first, since it may not run in between. */
void dynox__sync_begin(const dynox_client *client);

/* Waits, moves the value to *out, fills *error or *info. Consumes the future. */
dynox_status dynox__sync_join(dynox__sync *sync, dynox_future *consumed);

/* Instead of it: zeroes *out and moves the refusal to *error; returns its status. */
dynox_status dynox__sync_refuse(dynox__sync *sync);

/* The parts of a twin's body: macros, since each operation has a type of its own. `args` is the twin's own copy of the
 * arguments, of the type of `given`; what only twins have goes out of them into the sync. */
#define DYNOX__SYNC_READ(sync, args, given)                                                                            \
    (dynox__args_read(&(args), sizeof(args), (given), &(sync).refusal),                                                \
     (sync).error = DYNOX__ARGS_FIELD(args, given, error), (sync).info = (args).info, (args).error = NULL,             \
     (args).info = NULL)
#define DYNOX__SYNC_READ_OUT(sync, args, given)                                                                        \
    (DYNOX__SYNC_READ(sync, args, given), (sync).out = DYNOX__ARGS_FIELD(args, given, out), (args).out = NULL)
#define DYNOX__SYNC_RUN(sync, client, args, start)                                                                     \
    do {                                                                                                               \
        if (!dynox__sync_allowed(&(sync), (client))) return dynox__sync_refuse(&(sync));                               \
        dynox__sync_begin(client);                                                                                     \
        return dynox__sync_join(&(sync), start((client), &(args)));                                                    \
    } while (0)

/* The whole body: of the twin of an operation with a value, and of one without. */
#define DYNOX__SYNC(client, args, given, start, type_)                                                                 \
    do {                                                                                                               \
        dynox__sync sync_ = {.type = (type_)};                                                                         \
        DYNOX__SYNC_READ_OUT(sync_, args, given);                                                                      \
        DYNOX__SYNC_RUN(sync_, client, args, start);                                                                   \
    } while (0)
#define DYNOX__SYNC_VOID(client, args, given, start)                                                                   \
    do {                                                                                                               \
        dynox__sync sync_ = {0};                                                                                       \
        DYNOX__SYNC_READ(sync_, args, given);                                                                          \
        DYNOX__SYNC_RUN(sync_, client, args, start);                                                                   \
    } while (0)

#endif
