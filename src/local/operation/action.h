/* A put, an update, a delete or a check of one item, alone, in a batch or in a transaction: the same steps for all.
 *
 *     read (what needs no table), find (the table and the key), prepare (the item, the condition, what it becomes),
 *     apply
 *
 * Each returns false with the refusal set. */
#ifndef DYNOX_LOCAL_OPERATION_ACTION_H
#define DYNOX_LOCAL_OPERATION_ACTION_H

#include "local/evaluate/evaluate.h"
#include "local/table/table.h"

typedef enum dynox__action_kind {
    DYNOX__ACTION_PUT,
    DYNOX__ACTION_UPDATE,
    DYNOX__ACTION_DELETE,
    DYNOX__ACTION_CHECK /* only in a transaction */
} dynox__action_kind;

/* Zero but for kind and request. What others have read (PartiQL) may be filled in instead of dynox__action_read. */
typedef struct dynox__action {
    dynox__action_kind  kind;
    const dynox__tree  *request;    /* Key or Item, expressions; NULL: it was not made of one */
    dynox_item          given;      /* the key; of a put, the item */
    dynox__condition   *condition;  /* NULL: none */
    dynox__update      *update;     /* NULL: none */
    bool                shows_item; /* a failed condition shows the item */
    bool                inserts;    /* of a put: a failed condition means that the item is there already */
    const dynox__table *table;
    dynox_item          key;
    bool                exists;
    dynox_item          before; /* if it exists */
    bool                holds;  /* the condition */
    bool                changes;
    dynox_item          after; /* of puts and updates; borrows from `given` and `before` */
    dynox__written      written;
} dynox__action;

bool dynox__action_read(dynox__local_call *call, dynox__action *action);
/* Finds the table, and checks the key and the attributes of indexes. */
bool dynox__action_find(dynox__local_call *call, dynox__action *action, const dynox__tree *table_name);
bool dynox__action_check(dynox__local_call *call, dynox__action *action); /* the same where the table is known */
/* Looks at the item. True with `holds` false: the condition failed. */
bool dynox__action_prepare(dynox__local_call *call, dynox__action *action);
bool dynox__action_apply(dynox__local_call *call, dynox__action *action);

/* Refuses with ConditionalCheckFailedException, and the item where asked; or with DuplicateItemException. */
bool dynox__action_failed(dynox__local_call *call, const dynox__action *action);

/* ---- what is answered (returned.c) ---- */

/* What ReturnValues with this value shows; NULL: as NONE. Without attributes: nothing. */
bool dynox__returned_item(dynox__local_call *call, const dynox__action *action, const char *wanted, dynox_item *shown);
/* Adds Attributes by ReturnValues, if there is something to show. */
bool dynox__returned_attributes(dynox__local_call *call, const dynox__action *action);
/* Does ReturnItemCollectionMetrics ask for metrics, and has the table collections? */
bool dynox__returned_has_metrics(const dynox__local_call *call, const dynox__action *action);
/* {"ItemCollectionKey":...,"SizeEstimateRangeGB":[0.0,1.0]} */
void dynox__returned_metrics(dynox__local_call *call, const dynox__action *action);
/* Adds ItemCollectionMetrics of many actions, by table; nothing where none has metrics. */
void dynox__returned_all_metrics(dynox__local_call *call, const dynox__action *actions, size_t count);

#endif
