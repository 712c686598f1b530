/* Operations on one item: get, put, update, delete. */
#ifndef DYNOX_ITEM_OPERATIONS_H
#define DYNOX_ITEM_OPERATIONS_H

#include <dynox/operation.h>

DYNOX_EXTERN_C_BEGIN

/* ---- GetItem ---- */

typedef struct dynox_get_item_args {
    size_t                size DYNOX_SIZE_(dynox_get_item_args);
    const char           *table; /* name or ARN */
    const dynox_item     *key;
    dynox_item          **out;             /* sync_ only: the item, yours to free; NULL: there is none */
    bool                  consistent_read; /* false: eventually consistent, at half the price */
    const char           *projection;      /* "name, address.city, tags[0]"; NULL: all attributes */
    dynox_return_capacity return_capacity;
    DYNOX_CALL_FIELDS_
} dynox_get_item_args;

/* Reads an item. The future's value is a dynox_item to free, or NULL if there is none: that is not an error. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_get_item_with(dynox_client *client, const dynox_get_item_args *args);
DYNOX_API dynox_status                 dynox_sync_get_item_with(dynox_client *client, const dynox_get_item_args *args);

/* ---- PutItem ---- */

typedef struct dynox_put_item_args {
    size_t                 size DYNOX_SIZE_(dynox_put_item_args);
    const char            *table;
    const dynox_item      *item;
    dynox_item           **out; /* sync_ only: the old item if return_values asks for it; NULL: there was none */
    const dynox_expr      *condition;
    dynox_return_values    return_values;               /* DYNOX_RETURN_NONE or DYNOX_ALL_OLD */
    dynox_return_values    return_on_condition_failure; /* DYNOX_ALL_OLD: error.item is the stored item */
    dynox_return_capacity  return_capacity;
    bool                   return_collection_metrics;
    dynox_ambiguous_writes ambiguous_writes;
    DYNOX_CALL_FIELDS_
} dynox_put_item_args;

/* Writes a whole item, in place of what is stored under its key. The future's value is the old item if return_values
 * asks for it and there was one, else NULL. A cancel or a lost connection does not tell whether it was applied. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_put_item_with(dynox_client *client, const dynox_put_item_args *args);
DYNOX_API dynox_status                 dynox_sync_put_item_with(dynox_client *client, const dynox_put_item_args *args);

/* ---- UpdateItem ---- */

typedef struct dynox_update_item_args {
    size_t                 size DYNOX_SIZE_(dynox_update_item_args);
    const char            *table;
    const dynox_item      *key;
    const dynox_expr      *update; /* "SET age = age + ?, ... REMOVE nick" */
    dynox_item           **out;    /* sync_ only: what return_values asks for */
    const dynox_expr      *condition;
    dynox_return_values    return_values;
    dynox_return_values    return_on_condition_failure; /* DYNOX_ALL_OLD: error.item is the stored item */
    dynox_return_capacity  return_capacity;
    bool                   return_collection_metrics;
    dynox_ambiguous_writes ambiguous_writes;
    DYNOX_CALL_FIELDS_
} dynox_update_item_args;

/* Changes attributes of an item, or creates it. The future's value is what return_values asks for, or NULL. An update
 * that counts (`SET n = n + ?`, ADD) and is sent again after its answer was lost may count twice: see
 * dynox_ambiguous_writes. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_update_item_with(dynox_client *client, const dynox_update_item_args *args);
DYNOX_API dynox_status dynox_sync_update_item_with(dynox_client *client, const dynox_update_item_args *args);

/* ---- DeleteItem ---- */

typedef struct dynox_delete_item_args {
    size_t                 size DYNOX_SIZE_(dynox_delete_item_args);
    const char            *table;
    const dynox_item      *key;
    dynox_item           **out; /* sync_ only: the deleted item if return_values asks for it; NULL: there was none */
    const dynox_expr      *condition;
    dynox_return_values    return_values;               /* DYNOX_RETURN_NONE or DYNOX_ALL_OLD */
    dynox_return_values    return_on_condition_failure; /* DYNOX_ALL_OLD: error.item is the stored item */
    dynox_return_capacity  return_capacity;
    bool                   return_collection_metrics;
    dynox_ambiguous_writes ambiguous_writes;
    DYNOX_CALL_FIELDS_
} dynox_delete_item_args;

/* Deletes an item; that there is none is not an error. The future's value is the deleted item if return_values asks
 * for it, else NULL. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_delete_item_with(dynox_client *client, const dynox_delete_item_args *args);
DYNOX_API dynox_status dynox_sync_delete_item_with(dynox_client *client, const dynox_delete_item_args *args);

/* ---- what a future of these came to ---- */

/* The item of a future that is done, moved to the caller; NULL: none, or it failed (dynox_future_error tells). */
DYNOX_API dynox_item *dynox_future_take_item(dynox_future *future);
/* The same without moving it: borrowed until the future is released. */
DYNOX_API const dynox_item *dynox_future_peek_item(dynox_future *future);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* Positional arguments first, then any others by name:
 *     dynox_get_item(db, "users", key, .consistent_read = true)
 *     dynox_sync_get_item(db, "users", key, &item, .error = &err)
 *     dynox_put_item(db, "users", item, .condition = DYNOX_EXPR("attribute_not_exists(pk)"))
 *     dynox_update_item(db, "users", key, DYNOX_EXPR("SET age = age + ?", 1), .return_values = DYNOX_ALL_NEW)
 *     dynox_delete_item(db, "users", key) */
#define DYNOX_ARGS_(type, table_, ...) (&(type){.size = sizeof(type), .table = (table_), __VA_ARGS__})
#define dynox_get_item(client, table_, ...)                                                                            \
    dynox_at_(dynox_get_item_with((client), DYNOX_ARGS_(dynox_get_item_args, table_, .key = __VA_ARGS__)), DYNOX_HERE_)
#define dynox_put_item(client, table_, ...)                                                                            \
    dynox_at_(dynox_put_item_with((client), DYNOX_ARGS_(dynox_put_item_args, table_, .item = __VA_ARGS__)), DYNOX_HERE_)
#define dynox_update_item(client, table_, ...)                                                                         \
    dynox_at_(dynox_update_item_with((client), DYNOX_ARGS_(dynox_update_item_args, table_, .key = __VA_ARGS__)),       \
              DYNOX_HERE_)
#define dynox_delete_item(client, table_, ...)                                                                         \
    dynox_at_(dynox_delete_item_with((client), DYNOX_ARGS_(dynox_delete_item_args, table_, .key = __VA_ARGS__)),       \
              DYNOX_HERE_)
#define dynox_sync_get_item(client, table_, ...)                                                                       \
    dynox_sync_get_item_with((client), DYNOX_ARGS_(dynox_get_item_args, table_, .key = __VA_ARGS__))
#define dynox_sync_put_item(client, table_, ...)                                                                       \
    dynox_sync_put_item_with((client), DYNOX_ARGS_(dynox_put_item_args, table_, .item = __VA_ARGS__))
#define dynox_sync_update_item(client, table_, ...)                                                                    \
    dynox_sync_update_item_with((client), DYNOX_ARGS_(dynox_update_item_args, table_, .key = __VA_ARGS__))
#define dynox_sync_delete_item(client, table_, ...)                                                                    \
    dynox_sync_delete_item_with((client), DYNOX_ARGS_(dynox_delete_item_args, table_, .key = __VA_ARGS__))
#endif
#endif
