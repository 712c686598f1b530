/* Conditions and filters, compiled: what is refused of them, in the service's order. */
#include "local/evaluate/terms.h"
#include "local/wire/values.h"
#include "value/text/base64.h"

static bool is_call(const dynox__term *term)
{
    return term->kind == DYNOX__TERM_MADE && term->made == DYNOX__EXPR_CALL;
}

/* The type that an operand has on any item; NULL: that depends. */
static const char *known_type(const dynox__term *term)
{
    if (term->kind == DYNOX__TERM_VALUE) return dynox__type_name(term->value);
    return is_call(term) && term->word == DYNOX__WORD_size ? "N" : NULL;
}

static bool misused(const dynox__checker *checker, const dynox__term *function)
{
    return dynox__check_refuse(checker,
                               "The function is not allowed to be used this way in an expression; function: %.*s",
                               (int)function->written.length, function->written.text);
}

/* size() is an operand and nothing else; of the other functions each is a condition and nothing else. */
static bool check_use(const dynox__checker *checker, const dynox__term *term, bool as_condition)
{
    bool joins = term->kind == DYNOX__TERM_MADE &&
                 (term->made == DYNOX__EXPR_ALL || term->made == DYNOX__EXPR_ANY || term->made == DYNOX__EXPR_NOT);
    for (const dynox__term *operand = term->first; operand; operand = operand->next)
        if (!check_use(checker, operand, joins)) return false;
    return !is_call(term) || (term->word == DYNOX__WORD_size) != as_condition || misused(checker, term);
}

/* A value as messages show it, "{S:text}"; in the arena. */
static const char *value_text(const dynox_value *value, dynox__arena *arena)
{
    dynox__buffer text = {0};
    dynox__buffer_format(&text, "{%s:", dynox__type_name(value));
    if (value->type == DYNOX_S || value->type == DYNOX_N) {
        dynox__buffer_add(&text, value->as.text, value->length);
    } else if (value->type == DYNOX_B) {
        size_t length = dynox__base64_length(value->length);
        if (dynox__buffer_reserve(&text, length)) {
            dynox__base64_encode(text.data + text.size, value->as.bytes, value->length);
            text.size += length;
        }
    } else {
        DYNOX__BUFFER_LITERAL(&text, "...");
    }
    dynox__buffer_byte(&text, '}');
    char *copy = text.failed ? NULL : dynox__arena_copy(arena, text.data, text.size);
    dynox__buffer_free(&text);
    return copy;
}

static bool check_distinct(const dynox__checker *checker, const dynox__term *term)
{
    const dynox__term *a = term->first, *b = a->next;
    const char        *first;
    if (term->count != 2 || a->kind != b->kind) return true;
    if (a->kind == DYNOX__TERM_PATH && dynox__path_equal(a, b)) {
        first = dynox__path_text(a, checker->arena);
        if (!first) return dynox__refuse_memory(checker->refusal);
    } else if (a->kind == DYNOX__TERM_VALUE && term->made == DYNOX__EXPR_COMPARISON) {
        first = value_text(a->value, checker->arena);
        if (!first) return dynox__refuse_memory(checker->refusal);
    } else {
        return true;
    }
    return dynox__check_refuse(checker,
                               "The first operand must be distinct from the remaining operands for this operator or "
                               "function; operator: %.*s, first operand: %s%s",
                               (int)term->written.length, term->written.text,
                               a->kind == DYNOX__TERM_VALUE ? "AttributeValue: " : "", first);
}

static bool has_order(const char *type)
{
    return strcmp(type, "S") == 0 || strcmp(type, "N") == 0 || strcmp(type, "B") == 0;
}

/* Operands of < <= > >= and BETWEEN must be of types that have an order. */
static bool check_ordered(const dynox__checker *checker, const dynox__term *term)
{
    for (const dynox__term *operand = term->first; operand; operand = operand->next) {
        const char *type = known_type(operand);
        if (type && !has_order(type)) return dynox__check_wrong_type(checker, term, type);
    }
    return true;
}

static bool check_bounds(const dynox__checker *checker, const dynox__term *term)
{
    const dynox__term *low = term->first->next, *high = low->next;
    bool               comparable;
    if (low->kind != DYNOX__TERM_VALUE || high->kind != DYNOX__TERM_VALUE) return true;
    int         order = dynox__values_compare(low->value, high->value, &comparable);
    const char *a = value_text(low->value, checker->arena), *b = value_text(high->value, checker->arena);
    if (!a || !b) return dynox__refuse_memory(checker->refusal);
    if (low->value->type != high->value->type)
        return dynox__check_refuse(checker,
                                   "The BETWEEN operator requires same data type for lower and upper bounds; lower "
                                   "bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s",
                                   a, b);
    return order <= 0 || dynox__check_refuse(checker,
                                             "The BETWEEN operator requires upper bound to be greater than or equal to "
                                             "lower bound; lower bound operand: AttributeValue: %s, upper bound "
                                             "operand: AttributeValue: %s",
                                             a, b);
}

static bool check_type_name(const dynox__checker *checker, const dynox__term *term)
{
    static const char *const names[] = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
    const dynox__term       *type    = term->first->next;
    if (type->kind != DYNOX__TERM_VALUE || type->value->type != DYNOX_S) {
        const char *known = known_type(type);
        return dynox__check_wrong_type(checker, term, known ? known : "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == type->value->length && memcmp(names[i], type->value->as.text, type->value->length) == 0)
            return true;
    return dynox__check_refuse(
        checker, "Invalid attribute type name found; type: %.*s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
        (int)type->value->length, type->value->as.text);
}

static bool check_function(const dynox__checker *checker, const dynox__term *term)
{
    const char *type;
    switch (term->word) {
    case DYNOX__WORD_attribute_exists:
    case DYNOX__WORD_attribute_not_exists: return dynox__check_needs_path(checker, term);
    case DYNOX__WORD_attribute_type: return check_type_name(checker, term) && dynox__check_needs_path(checker, term);
    case DYNOX__WORD_begins_with:
        for (const dynox__term *operand = term->first; operand; operand = operand->next)
            if ((type = known_type(operand)) && strcmp(type, "S") != 0 && strcmp(type, "B") != 0)
                return dynox__check_wrong_type(checker, term, type);
        return true;
    case DYNOX__WORD_size:
        type = known_type(term->first);
        if (type && (strcmp(type, "N") == 0 || strcmp(type, "BOOL") == 0 || strcmp(type, "NULL") == 0))
            return dynox__check_wrong_type(checker, term, type);
        return true;
    default: return true;
    }
}

static bool too_many_operands(const dynox__checker *checker, size_t count)
{
    return dynox__check_refuse(checker, "The IN operator is provided with too many operands; number of operands: %zu",
                               count);
}

/* Functions as operands come before what they are operands of. */
static bool check_operands(const dynox__checker *checker, const dynox__term *term)
{
    if (is_call(term) && !dynox__check_operands(checker, term)) return false;
    for (const dynox__term *operand = term->first; operand; operand = operand->next)
        if (!check_operands(checker, operand)) return false;
    if (term->kind != DYNOX__TERM_MADE) return true;
    bool order = term->made == DYNOX__EXPR_COMPARISON && term->written.text[0] != '=' &&
                 !(term->written.length == 2 && term->written.text[1] == '>');
    switch (term->made) {
    case DYNOX__EXPR_COMPARISON: return check_distinct(checker, term) && (!order || check_ordered(checker, term));
    case DYNOX__EXPR_BETWEEN: return check_ordered(checker, term) && check_bounds(checker, term);
    case DYNOX__EXPR_IN:
        return term->count - 1 <= DYNOX__EXPR_IN_OPERANDS || too_many_operands(checker, term->count - 1);
    case DYNOX__EXPR_CALL: return check_distinct(checker, term) && check_function(checker, term);
    default: return true;
    }
}

/* Each comparison and predicate by itself, from left to right. */
static bool check_conditions(const dynox__checker *checker, const dynox__term *term)
{
    if (term->made != DYNOX__EXPR_ALL && term->made != DYNOX__EXPR_ANY && term->made != DYNOX__EXPR_NOT)
        return dynox__check_defined(checker, term, true, true) && check_operands(checker, term);
    for (const dynox__term *operand = term->first; operand; operand = operand->next)
        if (!check_conditions(checker, operand)) return false;
    return true;
}

const dynox__term *dynox__condition_terms(dynox__names *names, const dynox__checker *checker, const char *text,
                                          size_t length)
{
    bool         redundant = false;
    dynox__term *root      = dynox__terms_parse(names, checker, DYNOX__EXPR_CONDITION, text, length, &redundant);
    if (!root) return NULL;
    if (redundant) {
        dynox__check_refuse(checker, "The expression has redundant parentheses;");
        return NULL;
    }
    return dynox__check_operators(checker, root) && dynox__check_functions(checker, root, false) &&
                   check_use(checker, root, true) && dynox__check_reserved(checker, root) &&
                   check_conditions(checker, root)
               ? root
               : NULL;
}

dynox__condition *dynox__condition_of(const dynox__term *root, dynox__arena *arena, dynox__refusal *refusal)
{
    dynox__condition *condition = dynox__arena_alloc(arena, sizeof *condition);
    if (!condition) {
        dynox__refuse_memory(refusal);
        return NULL;
    }
    condition->root = root;
    return condition;
}

dynox__condition *dynox__condition_compile(dynox__names *names, dynox__condition_kind kind, const char *text,
                                           size_t length, dynox__arena *arena, dynox__refusal *refusal)
{
    const dynox__checker checker = {kind == DYNOX__CONDITION_FILTER ? "FilterExpression" : "ConditionExpression", arena,
                                    refusal};
    const dynox__term   *root    = dynox__condition_terms(names, &checker, text, length);
    return root ? dynox__condition_of(root, arena, refusal) : NULL;
}

bool dynox__condition_names(const dynox__condition *condition, bool (*each)(void *arg, const char *name, size_t length),
                            void                   *arg)
{
    return dynox__terms_names(condition->root, each, arg);
}
