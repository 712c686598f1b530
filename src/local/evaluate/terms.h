/* What the rooms' files share: expressions as trees of terms, the names and values they speak of, and how they are
 * refused. */
#ifndef DYNOX_LOCAL_EVALUATE_TERMS_H
#define DYNOX_LOCAL_EVALUATE_TERMS_H

#include "local/evaluate/evaluate.h"
#include "value/expr/expr_parse.h"

enum { DYNOX__PATH_STEPS = 32, DYNOX__OPERATORS = 300 };

/* One step of a path: a name, or an index of a list. */
typedef struct dynox__step {
    const char      *name; /* NULL: an index, or a name that is not defined */
    size_t           length;
    size_t           index;
    bool             is_index;
    dynox__expr_name written; /* what stands in the expression */
} dynox__step;

/* A path, a value, or what is made of others. */
typedef enum dynox__term_kind { DYNOX__TERM_PATH, DYNOX__TERM_VALUE, DYNOX__TERM_MADE } dynox__term_kind;

typedef struct dynox__term dynox__term;
struct dynox__term {
    dynox__term_kind   kind;
    dynox__expr_made   made;
    dynox__word        word;    /* a function's (NONE: there is no such), a clause's */
    dynox__expr_name   written; /* a function's name, an operator, a value's placeholder */
    dynox__step       *steps;
    size_t             step_count;
    const dynox_value *value;        /* NULL: not defined */
    dynox__term       *first, *next; /* first operand; the one beside */
    size_t             count;        /* of operands */
};

struct dynox__names {
    struct dynox__names_table {
        struct dynox__name_entry {
            dynox__expr_name   placeholder;
            dynox__expr_name   name;  /* of ExpressionAttributeNames */
            const dynox_value *value; /* of ExpressionAttributeValues */
            bool               used;
        } * entries;
        uint32_t *slots; /* a hash table of indexes + 1, a power of two of them */
        size_t    count, slot_count;
    } names, values;
    size_t expressions; /* that were compiled with it */
};

/* NULL: not defined. Marks it as used. */
const struct dynox__name_entry *dynox__names_find(struct dynox__names_table *of, const char *text, size_t length);

/* "ConditionExpression" of "Invalid ConditionExpression: ...", and what all that refuses needs. */
typedef struct dynox__checker {
    const char     *label;
    dynox__arena   *arena;
    dynox__refusal *refusal;
} dynox__checker;

/* "Invalid LABEL: " and the rest. Returns false. */
bool dynox__check_refuse(const dynox__checker *checker, const char *format, ...) DYNOX_PRINTF(2, 3);

/* The tree of an expression; NULL: refused. Of the root the operands are conditions (one), clauses, paths. */
dynox__term *dynox__terms_parse(dynox__names *names, const dynox__checker *checker, dynox__expr_kind kind,
                                const char *text, size_t length, bool *redundant);

/* What is refused anywhere in a tree: each calls itself for the operands. */
bool dynox__check_reserved(const dynox__checker *checker, const dynox__term *term);
bool dynox__check_functions(const dynox__checker *checker, const dynox__term *term, bool update);
bool dynox__check_defined(const dynox__checker *checker, const dynox__term *term, bool names, bool values);
bool dynox__check_operators(const dynox__checker *checker, const dynox__term *term);
bool dynox__check_operands(const dynox__checker *checker, const dynox__term *function);
bool dynox__check_needs_path(const dynox__checker *checker, const dynox__term *function);
bool dynox__check_wrong_type(const dynox__checker *checker, const dynox__term *term, const char *type);
/* "[a, [0], b]"; in the arena. NULL: out of memory. */
const char *dynox__path_text(const dynox__term *path, dynox__arena *arena);
bool        dynox__path_equal(const dynox__term *a, const dynox__term *b);

bool        dynox__is_reserved(const char *text, size_t length);
const char *dynox__type_name(const dynox_value *value); /* "S" */

/* ---- on items ---- */

/* What lies at the path; NULL: nothing. */
const dynox_value *dynox__path_find(const dynox__term *path, const dynox_item *item);
const dynox_value *dynox__member_find(const dynox_value *map, const char *name, size_t length);

/* The top-level names of all paths of the tree. */
bool dynox__terms_names(const dynox__term *term, bool (*each)(void *arg, const char *name, size_t length), void *arg);

/* ---- made by hand, for what is not an expression; NULL: out of memory ---- */

dynox__term *dynox__term_name(dynox__arena *arena, const char *text, size_t length);
dynox__term *dynox__term_value(dynox__arena *arena, const dynox_value *given);
/* Of a list of terms, joined by `next`. */
dynox__term *dynox__term_made(dynox__arena *arena, dynox__expr_made what, const char *written, dynox__term *first);
dynox__term *dynox__term_call(dynox__arena *arena, dynox__word word, dynox__term *first);

struct dynox__condition {
    const dynox__term *root;
};

/* The tree of a condition that has passed all checks; NULL: refused. */
const dynox__term *dynox__condition_terms(dynox__names *names, const dynox__checker *checker, const char *text,
                                          size_t length);
dynox__condition  *dynox__condition_of(const dynox__term *root, dynox__arena *arena, dynox__refusal *refusal);

/* Of a list of paths, not nested as they are in the item but by the name of their last step, as a SELECT shows them. */
dynox__projection *dynox__projection_columns(const dynox__term *paths, dynox__arena *arena, dynox__refusal *refusal);

#endif
