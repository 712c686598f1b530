/* The sync_ twins: the async form, joined. */
#ifndef DYNOX_CLIENT_SYNC_H
#define DYNOX_CLIENT_SYNC_H

#include "client/client.h"
#include <dynox/info.h>

/* May the calling thread wait for this client? DYNOX_E_DEADLOCK: it is one that would have to make the progress. Asked
 * before anything is sent. `earlier` is what the program's error holds already: a NULL client keeps it, since it tells
 * why dynox_client_new gave NULL. */
dynox_status dynox__sync_allowed(dynox_client *client, const dynox_error *earlier, dynox_error *error);

/* Waits, moves the value to *out, fills *error or *info. Consumes the future. Each of the pointers may be NULL. */
dynox_status dynox__sync_join(dynox_future *consumed, const dynox_type *type, void *out, dynox_error *error,
                              dynox_info *info);

/* Moves the reason why a twin does not even start to the program's error, which may be NULL; returns the status. */
dynox_status dynox__sync_refuse(dynox_error *to, dynox_error *error);

/* The body of a twin: reads the arguments, starts `start` with the three sync_ fields taken out, joins. `args` is the
 * twin's own copy of the arguments, of the type of `given`. */
#define DYNOX__SYNC(client, args, given, start, type)                                                                  \
    do {                                                                                                               \
        dynox_error  dynox_error_  = {0};                                                                              \
        dynox_status dynox_status_ = dynox__args_read(&(args), sizeof(args), (given), &dynox_error_);                  \
        if (dynox_status_ == DYNOX_OK) dynox_status_ = dynox__sync_allowed((client), (args).error, &dynox_error_);     \
        void        *dynox_out_  = (args).out;                                                                         \
        dynox_error *dynox_to_   = (args).error;                                                                       \
        dynox_info  *dynox_info_ = (args).info;                                                                        \
        (args).out               = NULL;                                                                               \
        (args).error             = NULL;                                                                               \
        (args).info              = NULL;                                                                               \
        if (dynox_status_ == DYNOX_OK)                                                                                 \
            return dynox__sync_join(start((client), &(args)), (type), dynox_out_, dynox_to_, dynox_info_);             \
        return dynox__sync_refuse(dynox_to_, &dynox_error_);                                                           \
    } while (0)

#endif
