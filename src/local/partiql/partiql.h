/* PartiQL: a statement read into what operations carry out, by the parts that expressions are made of. Knows nothing of
 * how it is sent and answered.
 *
 * Everything lives in the arena of the request; what returns bool returns false with the refusal set. */
#ifndef DYNOX_LOCAL_PARTIQL_PARTIQL_H
#define DYNOX_LOCAL_PARTIQL_PARTIQL_H

#include "local/evaluate/evaluate.h"
#include "local/table/table.h"

typedef struct dynox__term dynox__term; /* evaluate/terms.h */

typedef enum dynox__partiql_kind {
    DYNOX__PARTIQL_SELECT,
    DYNOX__PARTIQL_INSERT,
    DYNOX__PARTIQL_UPDATE,
    DYNOX__PARTIQL_DELETE,
    DYNOX__PARTIQL_EXISTS /* of a SELECT: a check */
} dynox__partiql_kind;

enum { DYNOX__PARTIQL_COLUMNS = 8 };

typedef struct dynox__partiql_order {
    const char *name;
    size_t      length;
    bool        is_descending;
} dynox__partiql_order;

typedef struct dynox__partiql {
    dynox__partiql_kind  kind;
    const char          *table; /* with a NUL behind */
    size_t               table_length;
    const char          *index;      /* NULL: none */
    dynox__term         *where;      /* NULL: none */
    dynox__projection   *projection; /* NULL: all */
    dynox__partiql_order order[DYNOX__PARTIQL_COLUMNS];
    size_t               order_count;
    dynox_item           item; /* of INSERT */
    dynox__update       *update;
    const char          *returns; /* as ReturnValues; NULL: nothing */
} dynox__partiql;

/* `parameters`: an array of values, or NULL. Each is used once, in order. */
bool dynox__partiql_read(const dynox__tree *text, const dynox__tree *parameters, dynox__arena *arena,
                         dynox__partiql *statement, dynox__refusal *refusal);

/* Would it be a SELECT, if it is one at all? */
bool dynox__partiql_selects(const dynox__tree *text);

/* The table that it names as it is written there, without reading all of it. false: none. */
bool dynox__partiql_table(const dynox__tree *text, dynox__tree *table);

/* ---- what WHERE means for a table (plan.c); each takes it apart, so only one of them is asked ---- */

/* Has it one equality for each attribute of the key, and nothing but AND between them? */
bool dynox__partiql_has_key(const dynox__partiql *statement, const dynox__key_schema *key);
/* The key then, and what else it asks as a condition: NULL if nothing. `exists`: also that there is such an item. */
bool dynox__partiql_key(const dynox__partiql *statement, const dynox__key_schema *key, bool exists, dynox__arena *arena,
                        dynox_item *item, dynox__condition **rest, dynox__refusal *refusal);
/* What is read of a table or an index. No terms: all of it. */
typedef struct dynox__partiql_range {
    dynox__key_terms  terms;
    dynox_value      *partitions; /* several that are to be read: values for the first term, all different; NULL: one */
    size_t            partition_count;
    dynox__condition *rest; /* what else is asked; NULL: nothing */
} dynox__partiql_range;
bool dynox__partiql_range_of(const dynox__partiql *statement, const dynox__key_schema *key, dynox__arena *arena,
                             dynox__partiql_range *range, dynox__refusal *refusal);
/* That there is no item with the key. */
dynox__condition *dynox__partiql_absent(const dynox__key_schema *key, dynox__arena *arena, dynox__refusal *refusal);

#endif
