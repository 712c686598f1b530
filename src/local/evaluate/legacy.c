/* Expected, QueryFilter, ScanFilter and KeyConditions: comparisons by name, made into the terms that expressions are
 * made of. */
#include "local/evaluate/terms.h"
#include "local/wire/values.h"

#define INVALID "One or more parameter values were invalid: "

typedef enum comparison {
    EQ,
    NE,
    LE,
    LT,
    GE,
    GT,
    NOT_NULL,
    NULL_,
    CONTAINS,
    NOT_CONTAINS,
    BEGINS_WITH,
    IN,
    BETWEEN
} comparison;

/* How many values it takes, and of which types (as bits; 0: all); -1: one or more. */
#define TYPE(type) (1u << DYNOX_##type)
static const struct {
    const char *name, *written; /* in a comparison */
    int         values;
    unsigned    types;
} comparisons[] = {
    [EQ]           = {"EQ", "=", 1, 0},
    [NE]           = {"NE", "<>", 1, 0},
    [LE]           = {"LE", "<=", 1, TYPE(S) | TYPE(N) | TYPE(B)},
    [LT]           = {"LT", "<", 1, TYPE(S) | TYPE(N) | TYPE(B)},
    [GE]           = {"GE", ">=", 1, TYPE(S) | TYPE(N) | TYPE(B)},
    [GT]           = {"GT", ">", 1, TYPE(S) | TYPE(N) | TYPE(B)},
    [NOT_NULL]     = {"NOT_NULL", NULL, 0, 0},
    [NULL_]        = {"NULL", NULL, 0, 0},
    [CONTAINS]     = {"CONTAINS", NULL, 1, TYPE(S) | TYPE(N) | TYPE(B)},
    [NOT_CONTAINS] = {"NOT_CONTAINS", NULL, 1, TYPE(S) | TYPE(N) | TYPE(B)},
    [BEGINS_WITH]  = {"BEGINS_WITH", NULL, 1, TYPE(S) | TYPE(B)},
    [IN]           = {"IN", NULL, -1, TYPE(S) | TYPE(N) | TYPE(B)},
    [BETWEEN]      = {"BETWEEN", NULL, 2, TYPE(S) | TYPE(N) | TYPE(B)},
};

typedef struct reading {
    dynox__arena   *arena;
    dynox__refusal *refusal;
} reading;

/* What is asked of one attribute. */
typedef struct asked {
    comparison         how;
    const dynox_value *values;
    size_t             count;
} asked;

#define REFUSE(r, ...) dynox__refuse((r)->refusal, (r)->arena, DYNOX__REFUSAL_VALIDATION, __VA_ARGS__)

/* validate/ has seen that it is one of them. */
static comparison comparison_of(const char *name)
{
    unsigned found = 0;
    while (found < BETWEEN && strcmp(comparisons[found].name, name) != 0)
        found++;
    return (comparison)found;
}

/* The elements of a list, or the one value. */
static bool read_values(const reading *r, const dynox__tree *list, const dynox__tree *one, asked *what)
{
    size_t       size, count = list ? list->count : one ? 1 : 0;
    dynox_value *values = dynox__mul_size(count, sizeof *values, &size) ? dynox__arena_alloc(r->arena, size) : NULL;
    if (!values) return dynox__refuse_memory(r->refusal);
    for (const dynox__tree *tree = list ? list->first : one; tree; tree = list ? tree->next : NULL)
        if (!dynox__values_read(tree, r->arena, &values[what->count++], r->refusal)) return false;
    what->values = values;
    return true;
}

static bool check_values(const reading *r, const asked *what)
{
    const char *name  = comparisons[what->how].name;
    int         takes = comparisons[what->how].values;
    unsigned    types = comparisons[what->how].types;
    bool        comparable;
    if (takes < 0 ? what->count == 0 : what->count != (size_t)takes)
        return REFUSE(r, INVALID "Invalid number of argument(s) for the %s ComparisonOperator", name);
    for (size_t i = 1; i < what->count; i++)
        if (what->values[i].type != what->values[0].type)
            return REFUSE(r, INVALID "AttributeValues inside AttributeValueList must be of same type");
    if (what->count && types && !(types >> what->values[0].type & 1))
        return REFUSE(r, INVALID "ComparisonOperator %s is not valid for %s AttributeValue type", name,
                      dynox__type_name(&what->values[0]));
    if (what->how == BETWEEN && dynox__values_compare(&what->values[0], &what->values[1], &comparable) > 0)
        return REFUSE(r, "The BETWEEN condition was provided a range where the lower bound is greater than the upper "
                         "bound");
    return true;
}

/* {"ComparisonOperator":..., "AttributeValueList":[...]} */
static bool read_condition(const reading *r, const dynox__tree *tree, asked *what)
{
    const char *name = dynox__tree_text(tree, "ComparisonOperator");
    what->how        = comparison_of(name ? name : "EQ");
    return read_values(r, dynox__tree_member(tree, "AttributeValueList"), NULL, what) && check_values(r, what);
}

/* The same, or {"Value":...} and {"Exists":...}, which say EQ and NULL. */
static bool read_expected(const reading *r, const dynox__tree *tree, asked *what)
{
    const dynox__tree *list   = dynox__tree_member(tree, "AttributeValueList"),
                      *value  = dynox__tree_member(tree, "Value");
    const dynox__tree *exists = dynox__tree_member(tree, "Exists");
    const char        *name   = dynox__tree_text(tree, "ComparisonOperator");
    int                length = (int)tree->name_length;
    if (list && value)
        return REFUSE(r, INVALID "Value and AttributeValueList cannot be used together for Attribute: %.*s", length,
                      tree->name);
    if (name) {
        what->how = comparison_of(name);
        if (exists)
            return REFUSE(r, INVALID "Exists and ComparisonOperator cannot be used together for Attribute: %.*s",
                          length, tree->name);
        if (!list && !value && comparisons[what->how].values != 0)
            return REFUSE(r,
                          INVALID "Value or AttributeValueList must be used with ComparisonOperator: %s for Attribute: "
                                  "%.*s",
                          name, length, tree->name);
        return read_values(r, list, value, what) && check_values(r, what);
    }
    if (list)
        return REFUSE(r, INVALID "AttributeValueList can only be used with a ComparisonOperator for Attribute: %.*s",
                      length, tree->name);
    bool absent = exists && exists->kind == DYNOX__TREE_FALSE;
    what->how   = absent ? NULL_ : EQ;
    if (!absent && !value)
        return REFUSE(r, INVALID "Value must be provided when Exists is %s for Attribute: %.*s",
                      exists ? "true" : "null", length, tree->name);
    if (absent && value)
        return REFUSE(r, INVALID "Value cannot be used when Exists is false for Attribute: %.*s", length, tree->name);
    return read_values(r, NULL, value, what);
}

/* ---- terms ---- */

/* NULL: out of memory. */
static dynox__term *term_of(const dynox__tree *tree, const asked *what, dynox__arena *arena)
{
    dynox__term *first = dynox__term_name(arena, tree->name, tree->name_length), **link;
    if (!first) return NULL;
    link = &first->next;
    for (size_t i = 0; i < what->count; i++, link = &(*link)->next)
        if (!(*link = dynox__term_value(arena, &what->values[i]))) return NULL;
    dynox__term *contains = NULL;
    switch (what->how) {
    case NOT_NULL: return dynox__term_call(arena, DYNOX__WORD_attribute_exists, first);
    case NULL_: return dynox__term_call(arena, DYNOX__WORD_attribute_not_exists, first);
    case BEGINS_WITH: return dynox__term_call(arena, DYNOX__WORD_begins_with, first);
    case CONTAINS: return dynox__term_call(arena, DYNOX__WORD_contains, first);
    case NOT_CONTAINS:
        contains = dynox__term_call(arena, DYNOX__WORD_contains, first);
        return contains ? dynox__term_made(arena, DYNOX__EXPR_NOT, NULL, contains) : NULL;
    case IN: return dynox__term_made(arena, DYNOX__EXPR_IN, NULL, first);
    case BETWEEN: return dynox__term_made(arena, DYNOX__EXPR_BETWEEN, NULL, first);
    default: return dynox__term_made(arena, DYNOX__EXPR_COMPARISON, comparisons[what->how].written, first);
    }
}

static dynox__condition *condition_of(const dynox__tree *given, const dynox__tree *joined, dynox__arena *arena,
                                      dynox__refusal *refusal,
                                      bool (*read)(const reading *, const dynox__tree *, asked *))
{
    const reading r     = {arena, refusal};
    dynox__term  *first = NULL, **link = &first;
    for (const dynox__tree *tree = given ? given->first : NULL; tree; tree = tree->next, link = &(*link)->next) {
        asked what = {0};
        if (!read(&r, tree, &what)) return NULL;
        if (!(*link = term_of(tree, &what, arena))) {
            dynox__refuse_memory(refusal);
            return NULL;
        }
    }
    if (joined && !first) {
        REFUSE(&r, INVALID "ConditionalOperator cannot be used without Filter or Expected");
        return NULL;
    }
    bool         any  = joined && joined->length == 2; /* "OR" */
    dynox__term *root = dynox__term_made(arena, any ? DYNOX__EXPR_ANY : DYNOX__EXPR_ALL, NULL, first);
    if (!root) {
        dynox__refuse_memory(refusal);
        return NULL;
    }
    return dynox__condition_of(root, arena, refusal);
}

dynox__condition *dynox__legacy_expected(const dynox__tree *expected, const dynox__tree *conditional_operator,
                                         dynox__arena *arena, dynox__refusal *refusal)
{
    return condition_of(expected, conditional_operator, arena, refusal, read_expected);
}

dynox__condition *dynox__legacy_filter(const dynox__tree *filter, const dynox__tree *conditional_operator,
                                       dynox__arena *arena, dynox__refusal *refusal)
{
    return condition_of(filter, conditional_operator, arena, refusal, read_condition);
}

bool dynox__legacy_key_conditions(const dynox__tree *conditions, dynox__arena *arena, dynox__key_terms *terms,
                                  dynox__refusal *refusal)
{
    static const int keys[] = {
        [EQ]           = DYNOX__KEY_EQUAL,
        [NE]           = -1,
        [LE]           = DYNOX__KEY_LESS_EQUAL,
        [LT]           = DYNOX__KEY_LESS,
        [NULL_]        = -1,
        [GE]           = DYNOX__KEY_GREATER_EQUAL,
        [GT]           = DYNOX__KEY_GREATER,
        [NOT_NULL]     = -1,
        [CONTAINS]     = -1,
        [NOT_CONTAINS] = -1,
        [IN]           = -1,
        [BEGINS_WITH]  = DYNOX__KEY_BEGINS_WITH,
        [BETWEEN]      = DYNOX__KEY_BETWEEN,
    };
    const reading r = {arena, refusal};
    terms->count    = 0;
    for (const dynox__tree *tree = conditions->first; tree; tree = tree->next) {
        asked what = {0};
        if (!read_condition(&r, tree, &what)) return false;
        if (terms->count == DYNOX__KEY_MOST_TERMS) break;
        if (keys[what.how] < 0) return REFUSE(&r, "Attempted conditional constraint is not an indexable operation");
        dynox__key_term *term = &terms->at[terms->count++];
        *term = (dynox__key_term){tree->name, tree->name_length, (dynox__key_operator)keys[what.how], {{0}, {0}}};
        for (size_t i = 0; i < what.count && i < 2; i++)
            term->operand[i] = what.values[i];
    }
    return (terms->count && conditions->count <= DYNOX__KEY_MOST_TERMS) ||
           REFUSE(&r, "Conditions can be of length 1 or 2 only");
}
