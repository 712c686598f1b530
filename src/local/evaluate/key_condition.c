/* Key conditions: an expression as a list of terms, one an attribute. The words here have no "Invalid
 * KeyConditionExpression" before them: the service says them when the expression as such has passed. */
#include "local/evaluate/terms.h"

typedef struct reading {
    dynox__arena     *arena;
    dynox__refusal   *refusal;
    dynox__key_terms *terms;
} reading;

static bool refuse(const reading *r, const char *why, dynox__expr_name what)
{
    return dynox__refuse(r->refusal, r->arena, DYNOX__REFUSAL_VALIDATION, "%s%.*s", why, (int)what.length, what.text);
}

static const dynox__expr_name nothing = {"", 0};

static bool bad_operator(const reading *r, const char *name)
{
    return refuse(r, "Invalid operator used in KeyConditionExpression: ", (dynox__expr_name){name, strlen(name)});
}

/* Nothing but comparisons, BETWEEN and begins_with, with AND between them. */
static bool check_operator(const reading *r, const dynox__term *term)
{
    switch (term->made) {
    case DYNOX__EXPR_ANY: return bad_operator(r, "OR");
    case DYNOX__EXPR_NOT: return bad_operator(r, "NOT");
    case DYNOX__EXPR_IN: return bad_operator(r, "IN");
    case DYNOX__EXPR_COMPARISON:
        return term->written.length != 2 || term->written.text[1] != '>' || bad_operator(r, "<>");
    case DYNOX__EXPR_CALL:
        if (term->word == DYNOX__WORD_size)
            return refuse(r, "KeyConditionExpressions cannot contain nested operations", nothing);
        return term->word == DYNOX__WORD_begins_with ||
               refuse(r, "Invalid operator used in KeyConditionExpression: ", term->written);
    default: return true;
    }
}

/* The one path among the operands, and *at its place; NULL: refused. */
static const dynox__term *key_of(const reading *r, const dynox__term *term, size_t *at)
{
    const dynox__term *key   = NULL;
    size_t             place = 0;
    for (const dynox__term *operand = term->first; operand; operand = operand->next, place++) {
        if (operand->kind == DYNOX__TERM_MADE) {
            if (check_operator(r, operand))
                refuse(r, "KeyConditionExpressions cannot contain nested operations", nothing);
            return NULL;
        }
        if (operand->kind != DYNOX__TERM_PATH) continue;
        if (key) {
            refuse(r, "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
                   nothing);
            return NULL;
        }
        if (operand->step_count > 1) {
            refuse(r, "KeyConditionExpressions cannot have conditions on nested attributes", nothing);
            return NULL;
        }
        key = operand;
        *at = place;
    }
    if (!key) refuse(r, "Invalid condition in KeyConditionExpression: No key attribute specified", nothing);
    return key;
}

/* `turned`: the value stands before the key. */
static dynox__key_operator comparison_of(const dynox__term *term, bool turned)
{
    char first = term->written.text[0];
    bool equal = term->written.length == 2;
    if (first == '=') return DYNOX__KEY_EQUAL;
    if ((first == '<') != turned) return equal ? DYNOX__KEY_LESS_EQUAL : DYNOX__KEY_LESS;
    return equal ? DYNOX__KEY_GREATER_EQUAL : DYNOX__KEY_GREATER;
}

/* The place for what is asked of an attribute. */
static dynox__key_term *new_term(const reading *r, const char *name, size_t length)
{
    for (size_t i = 0; i < r->terms->count; i++) {
        const dynox__key_term *before = &r->terms->at[i];
        if (before->length != length || memcmp(before->name, name, length) != 0) continue;
        refuse(r, "KeyConditionExpressions must only contain one condition per key", nothing);
        return NULL;
    }
    if (r->terms->count == DYNOX__KEY_MOST_TERMS) {
        refuse(r, "Conditions can be of length 1 or 2 only", nothing);
        return NULL;
    }
    dynox__key_term *made = &r->terms->at[r->terms->count++];
    *made                 = (dynox__key_term){.name = name, .length = length};
    return made;
}

static bool must_come_first(const reading *r, const char *name)
{
    return dynox__refuse(r->refusal, r->arena, DYNOX__REFUSAL_VALIDATION,
                         "Invalid condition in KeyConditionExpression: %s operator must have the key attribute as its "
                         "first operand",
                         name);
}

static bool read_term(const reading *r, const dynox__term *term)
{
    size_t at = 0;
    if (term->made == DYNOX__EXPR_ALL) {
        for (const dynox__term *one = term->first; one; one = one->next)
            if (!read_term(r, one)) return false;
        return true;
    }
    if (!check_operator(r, term)) return false;
    bool between = term->made == DYNOX__EXPR_BETWEEN, prefix = term->made == DYNOX__EXPR_CALL;
    if ((between || prefix) && term->first->kind != DYNOX__TERM_PATH)
        return must_come_first(r, between ? "BETWEEN" : "begins_with");
    const dynox__term *key = key_of(r, term, &at);
    if (!key) return false;
    dynox__key_term *made = new_term(r, key->steps[0].name, key->steps[0].length);
    if (!made) return false;
    const dynox__term *value = at ? term->first : term->first->next;
    made->operator= between ? DYNOX__KEY_BETWEEN : prefix ? DYNOX__KEY_BEGINS_WITH : comparison_of(term, at == 1);
    made->operand[0] = *value->value;
    if (between) made->operand[1] = *value->next->value;
    return true;
}

bool dynox__key_condition_compile(dynox__names *names, const char *text, size_t length, dynox__arena *arena,
                                  dynox__key_terms *terms, dynox__refusal *refusal)
{
    const dynox__checker checker = {"KeyConditionExpression", arena, refusal};
    const reading        r       = {arena, refusal, terms};
    const dynox__term   *root    = dynox__condition_terms(names, &checker, text, length);
    terms->count                 = 0;
    return root && read_term(&r, root);
}
