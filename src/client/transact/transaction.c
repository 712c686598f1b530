/* Transactions that are put together step by step: copies of the writes, until the commit. */
#include "async/future/future.h"
#include "base/args.h"
#include "client/core/sync.h"
#include "client/item/write.h"
#include <dynox/transact.h>
#include <string.h>

struct dynox_transaction {
    dynox_write *writes; /* everything in them is owned */
    size_t       count, room;
    dynox_status status; /* the first write that there was no memory for */
};

dynox_transaction *dynox_transaction_new(void)
{
    return dynox__calloc(sizeof(dynox_transaction));
}

void dynox_transaction_add(dynox_transaction *self, dynox_write write)
{
    if (!self || self->status != DYNOX_OK) return;
    if (self->count == self->room) {
        size_t       room   = self->room ? 2 * self->room : 8;
        dynox_write *larger = dynox__realloc_array(self->writes, room, sizeof *larger);
        if (!larger) {
            self->status = DYNOX_E_NO_MEMORY;
            return;
        }
        self->writes = larger;
        self->room   = room;
    }
    if (dynox__write_copy(&self->writes[self->count], &write))
        self->count++;
    else
        self->status = DYNOX_E_NO_MEMORY;
}

size_t dynox_transaction_count(const dynox_transaction *self)
{
    return self ? self->count : 0;
}

void dynox_transaction_free(dynox_transaction *self)
{
    if (!self) return;
    for (size_t i = 0; i < self->count; i++)
        dynox__write_end(&self->writes[i]);
    dynox__free(self->writes);
    dynox__free(self);
}

/* Takes the writes in; false: there are not all of them. */
static bool fill(const dynox_transaction *self, dynox_transact_write_args *args, dynox_error *error)
{
    if (!self) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the transaction is NULL");
        return false;
    }
    if (self->status != DYNOX_OK)
        dynox_error_set(error, self->status, "there was no memory for a write of the transaction");
    else if (args->writes.count)
        dynox_error_set(error, DYNOX_E_ARGUMENT, ".writes is not for a commit: it takes those that were added");
    if (error->status != DYNOX_OK) return false;
    args->writes = (dynox_writes){self->writes, self->count};
    return true;
}

dynox_future *dynox_transaction_commit_with(dynox_transaction *self, dynox_client *client,
                                            const dynox_transact_write_args *given)
{
    dynox_transact_write_args args;
    dynox_error               error = {0};
    if (dynox__args_read(&args, sizeof args, given, &error) != DYNOX_OK || !fill(self, &args, &error))
        return dynox__future_failed_with(&error);
    return dynox_transact_write_with(client, &args);
}

dynox_status dynox_sync_transaction_commit_with(dynox_transaction *self, dynox_client *client,
                                                const dynox_transact_write_args *given)
{
    dynox_transact_write_args args;
    dynox__sync               sync = {0};
    if (dynox__args_read(&args, sizeof args, given, &sync.refusal) == DYNOX_OK && fill(self, &args, &sync.refusal))
        return dynox_sync_transact_write_with(client, &args);
    sync.error = DYNOX__ARGS_FIELD(args, given, error);
    return dynox__sync_refuse(&sync);
}
