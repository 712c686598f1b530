/* Parts of requests as values: one write or one read, for batches and transactions alike.
 *
 *     DYNOX_PUT   ("users", item, .condition = DYNOX_EXPR("attribute_not_exists(pk)"))
 *     DYNOX_UPDATE("users", key, DYNOX_EXPR("SET age = age + ?", 1), .condition = DYNOX_EXPR("age < ?", 100))
 *     DYNOX_DELETE("users", key)
 *     DYNOX_CHECK ("users", key, DYNOX_EXPR("balance >= ?", 10))
 *     DYNOX_GET   ("users", key, .projection = "name, age")
 *
 * A part borrows what it is made of, and a call borrows its parts while it is being called. In C++, and for parts made
 * at run time, fill in the structs. */
#ifndef DYNOX_WRITE_H
#define DYNOX_WRITE_H

#include <dynox/operation.h>

DYNOX_EXTERN_C_BEGIN

typedef enum dynox_write_kind {
    DYNOX_WRITE_PUT = 1, /* a whole item */
    DYNOX_WRITE_UPDATE,  /* in transactions only */
    DYNOX_WRITE_DELETE,
    DYNOX_WRITE_CHECK /* in transactions only: writes nothing; the others happen only if its condition holds */
} dynox_write_kind;

typedef struct dynox_write {
    dynox_write_kind    kind;
    const char         *table;                       /* name or ARN */
    const dynox_item   *item;                        /* of a put the whole item, of the others the key */
    const dynox_expr   *update;                      /* updates only */
    const dynox_expr   *condition;                   /* in transactions only; a check needs one; NULL: none */
    dynox_return_values return_on_condition_failure; /* DYNOX_ALL_OLD: the error's reason has the stored item */
    const char         *key[2]; /* in batches only: the names of the table's key, {"pk", "sk"}; NULL: see batch.h */
    /* a part made of a record (dynox_model_saving and the like); internal */
    const struct dynox_part_form_ *form_;
    const void                    *model_, *with_;
    void                          *record_;
} dynox_write;

typedef struct dynox_read {
    const char       *table; /* name or ARN */
    const dynox_item *key;
    const char       *projection;      /* "name, address.city, tags[0]"; NULL: all attributes */
    bool              consistent_read; /* batches only: transactional reads always are */
    /* as above */
    const struct dynox_part_form_ *form_;
    const void                    *model_, *record_, *with_;
} dynox_read;

/* Arrays of them; also any array of yours. Borrowed. */
typedef struct dynox_writes {
    const dynox_write *at;
    size_t             count;
} dynox_writes;
typedef struct dynox_reads {
    const dynox_read *at;
    size_t            count;
} dynox_reads;

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#define DYNOX_PUT(table_, ...) ((dynox_write){.kind = DYNOX_WRITE_PUT, .table = (table_), .item = __VA_ARGS__})
#define DYNOX_UPDATE(table_, key_, ...)                                                                                \
    ((dynox_write){.kind = DYNOX_WRITE_UPDATE, .table = (table_), .item = (key_), .update = __VA_ARGS__})
#define DYNOX_DELETE(table_, ...) ((dynox_write){.kind = DYNOX_WRITE_DELETE, .table = (table_), .item = __VA_ARGS__})
#define DYNOX_CHECK(table_, key_, ...)                                                                                 \
    ((dynox_write){.kind = DYNOX_WRITE_CHECK, .table = (table_), .item = (key_), .condition = __VA_ARGS__})
#define DYNOX_GET(table_, ...) ((dynox_read){.table = (table_), .key = __VA_ARGS__})

/* DYNOX_WRITES(DYNOX_PUT(...), DYNOX_DELETE(...)): they live as long as the block they stand in. */
#define DYNOX_WRITES(...)                                                                                              \
    ((dynox_writes){(const dynox_write[]){__VA_ARGS__},                                                                \
                    sizeof((const dynox_write[]){__VA_ARGS__}) / sizeof(dynox_write)})
#define DYNOX_READS(...)                                                                                               \
    ((dynox_reads){(const dynox_read[]){__VA_ARGS__}, sizeof((const dynox_read[]){__VA_ARGS__}) / sizeof(dynox_read)})
#endif
#endif
