/* Expressions of requests: compiled by the grammar that the client checks its own by, and evaluated on items. Knows no
 * tables and no store.
 *
 * Everything lives in the arena of the request. Functions that can refuse return false or NULL with the refusal set, in
 * the service's words. */
#ifndef DYNOX_LOCAL_EVALUATE_EVALUATE_H
#define DYNOX_LOCAL_EVALUATE_EVALUATE_H

#include "local/wire/refusal.h"
#include "local/wire/tree.h"
#include <dynox/item.h>

/* ---- names and values: one for all expressions of a request (of one action, in a transaction) ---- */

typedef struct dynox__names dynox__names;

/* Reads ExpressionAttributeNames and -Values of a request or an action; both may be absent. Checks them: names begin
 * with #, values with :, none empty. */
dynox__names *dynox__names_read(const dynox__tree *request, dynox__arena *arena, dynox__refusal *refusal);
/* When all expressions have been compiled: what was given and never used is refused. Also when there was no expression
 * at all ("... can only be specified when using expressions"). */
bool dynox__names_all_used(const dynox__names *names, dynox__arena *arena, dynox__refusal *refusal);

/* ---- conditions and filters ---- */

typedef struct dynox__condition dynox__condition;

typedef enum dynox__condition_kind {
    DYNOX__CONDITION_CONDITION, /* "Invalid ConditionExpression: ..." */
    DYNOX__CONDITION_FILTER     /* "Invalid FilterExpression: ..." */
} dynox__condition_kind;

dynox__condition *dynox__condition_compile(dynox__names *names, dynox__condition_kind kind, const char *text,
                                           size_t length, dynox__arena *arena, dynox__refusal *refusal);
/* `item` NULL: there is none. *holds tells; false as result: out of memory. */
bool dynox__condition_holds(const dynox__condition *condition, const dynox_item *item, dynox__arena *arena, bool *holds,
                            dynox__refusal *refusal);
/* Calls `each` with the top-level names it speaks of, until one returns false (which it returns then). */
bool dynox__condition_names(const dynox__condition *condition, bool (*each)(void *arg, const char *name, size_t length),
                            void                   *arg);

/* ---- updates ---- */

typedef struct dynox__update dynox__update;

dynox__update *dynox__update_compile(dynox__names *names, const char *text, size_t length, dynox__arena *arena,
                                     dynox__refusal *refusal);
bool dynox__update_names(const dynox__update *update, bool (*each)(void *arg, const char *name, size_t length),
                         void                *arg);

/* What an update makes of `before` (never NULL: of an item that does not exist, its key). `before` stays as it is. */
bool dynox__update_apply(const dynox__update *update, const dynox_item *before, dynox__arena *arena, dynox_item *after,
                         dynox__refusal *refusal);
/* What UPDATED_OLD and UPDATED_NEW show of an item: what lies at the update's paths, nested as nested. */
bool dynox__update_touched(const dynox__update *update, const dynox_item *item, dynox__arena *arena,
                           dynox_item *touched, dynox__refusal *refusal);

/* ---- projections ---- */

typedef struct dynox__projection dynox__projection;

dynox__projection *dynox__projection_compile(dynox__names *names, const char *text, size_t length, dynox__arena *arena,
                                             dynox__refusal *refusal);
bool dynox__projection_apply(const dynox__projection *projection, const dynox_item *item, dynox__arena *arena,
                             dynox_item *projected, dynox__refusal *refusal);
bool dynox__projection_names(const dynox__projection *projection,
                             bool (*each)(void *arg, const char *name, size_t length), void *arg);

/* ---- key conditions ---- */

typedef enum dynox__key_operator {
    DYNOX__KEY_EQUAL,
    DYNOX__KEY_LESS,
    DYNOX__KEY_LESS_EQUAL,
    DYNOX__KEY_GREATER,
    DYNOX__KEY_GREATER_EQUAL,
    DYNOX__KEY_BETWEEN, /* operand[0] and operand[1], both in */
    DYNOX__KEY_BEGINS_WITH
} dynox__key_operator;

typedef struct dynox__key_term {
    const char         *name;
    size_t              length;
    dynox__key_operator operator;
    dynox_value         operand[2];
} dynox__key_term;

enum { DYNOX__KEY_MOST_TERMS = 8 };

/* What the expression asks, one term an attribute in the order in which they stand. Whether they fit a schema, and the
 * types of the operands, is for the caller to check. */
typedef struct dynox__key_terms {
    dynox__key_term at[DYNOX__KEY_MOST_TERMS];
    size_t          count;
} dynox__key_terms;

bool dynox__key_condition_compile(dynox__names *names, const char *text, size_t length, dynox__arena *arena,
                                  dynox__key_terms *terms, dynox__refusal *refusal);

/* ---- the parameters that were there before expressions, made into the same ---- */

dynox__condition  *dynox__legacy_expected(const dynox__tree *expected, const dynox__tree *conditional_operator,
                                          dynox__arena *arena, dynox__refusal *refusal);
dynox__condition  *dynox__legacy_filter(const dynox__tree *filter, const dynox__tree *conditional_operator,
                                        dynox__arena *arena, dynox__refusal *refusal);
dynox__update     *dynox__legacy_updates(const dynox__tree *updates, dynox__arena *arena, dynox__refusal *refusal);
dynox__projection *dynox__legacy_attributes(const dynox__tree *attributes_to_get, dynox__arena *arena,
                                            dynox__refusal *refusal);
bool dynox__legacy_key_conditions(const dynox__tree *conditions, dynox__arena *arena, dynox__key_terms *terms,
                                  dynox__refusal *refusal);

#endif
