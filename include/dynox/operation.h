/* What the operations have in common.
 *
 * Each operation is a macro with named arguments over a function that takes a struct:
 *
 *     dynox_get_item(db, "users", DYNOX_ITEM("pk", "USER#1"), .consistent_read = true)
 *     dynox_get_item_with(db, &(dynox_get_item_args){.size = sizeof(dynox_get_item_args), .table = "users", ...})
 *
 * The plain name returns a future at once, never NULL: arguments that are wrong are a future that has failed already,
 * and nothing has been sent. The sync_ twin takes the same struct, waits, and returns the status; what comes out goes
 * through .out, .error and .info, which only the twins take. (dynox_sync_ping returns its bool instead.) Everything
 * passed in is borrowed for the call alone. Any thread may call any operation of a client.
 *
 * Fields are only ever added at the end of a struct, and `size` tells the library which ones the program knows: the
 * macros set it, and so does C++, where `dynox_get_item_args args{};` has it already. */
#ifndef DYNOX_OPERATION_H
#define DYNOX_OPERATION_H

#include <dynox/client.h>
#include <dynox/expr.h>
#include <dynox/info.h>
#include <dynox/item.h>

/* The last fields of every operation's arguments. */
#define DYNOX_CALL_FIELDS_                                                                                             \
    unsigned     max_attempts;       /* 0: the client's */                                                             \
    int64_t      attempt_timeout_ms; /* 0: the client's; < 0: none */                                                  \
    int64_t      deadline_ms;        /* the whole call, retries and waits included; 0: the client's; < 0: none */      \
    dynox_error *error;              /* sync_ only: filled on failure; may be NULL */                                  \
    dynox_info  *info;               /* sync_ only: filled on success (end it with dynox_info_clear); may be NULL */   \
    const char  *correlation_id;     /* yours, for observers and the log: 1 to 64 visible ASCII characters */          \
    const char  *traceparent;        /* W3C Trace Context, "00-...": the same, and sent as the header of that name */  \
    const char  *node_key;           /* several nodes: the same text, the same node while it lives; NULL: any */       \
    dynox_hedge  hedge;              /* reads only: a second attempt when the first is slow */

/* What a write returns. */
typedef enum dynox_return_values {
    DYNOX_RETURN_NONE = 0,
    DYNOX_ALL_OLD,     /* the item as it was before; nothing if there was none */
    DYNOX_UPDATED_OLD, /* updates only: the attributes that were updated, as they were */
    DYNOX_ALL_NEW,     /* updates only: the item as it is now */
    DYNOX_UPDATED_NEW  /* updates only: the attributes that were updated, as they are now */
} dynox_return_values;

/* How much is told about consumed capacity (info.capacity). */
typedef enum dynox_return_capacity {
    DYNOX_CAPACITY_NONE = 0,
    DYNOX_CAPACITY_TOTAL,
    DYNOX_CAPACITY_INDEXES /* the table and each index on their own, too */
} dynox_return_capacity;

#endif
