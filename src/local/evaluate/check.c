/* What is refused of an expression before it is applied, with the service's words. */
#include "local/evaluate/terms.h"
#include <stdarg.h>
#include <stdio.h>

bool dynox__check_refuse(const dynox__checker *checker, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int   length = vsnprintf(NULL, 0, format, args);
    char *text   = length < 0 ? NULL : dynox__arena_alloc(checker->arena, (size_t)length + 1);
    if (text) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    if (!text) return dynox__refuse_memory(checker->refusal);
    return dynox__refuse(checker->refusal, checker->arena, DYNOX__REFUSAL_VALIDATION, "Invalid %s: %s", checker->label,
                         text);
}

const char *dynox__type_name(const dynox_value *value)
{
    static const char *const names[] = {
        [DYNOX_S] = "S", [DYNOX_N] = "N", [DYNOX_B] = "B",   [DYNOX_BOOL] = "BOOL", [DYNOX_NULL] = "NULL",
        [DYNOX_M] = "M", [DYNOX_L] = "L", [DYNOX_SS] = "SS", [DYNOX_NS] = "NS",     [DYNOX_BS] = "BS",
    };
    return value->type < sizeof names / sizeof *names && names[value->type] ? names[value->type] : "";
}

const char *dynox__path_text(const dynox__term *path, dynox__arena *arena)
{
    dynox__buffer text = {0};
    for (size_t i = 0; i < path->step_count; i++) {
        const dynox__step *step = &path->steps[i];
        dynox__buffer_text(&text, i ? ", " : "[");
        if (step->is_index)
            dynox__buffer_format(&text, "[%zu]", step->index);
        else
            dynox__buffer_add(&text, step->name ? step->name : step->written.text,
                              step->name ? step->length : step->written.length);
    }
    dynox__buffer_byte(&text, ']');
    char *copy = text.failed ? NULL : dynox__arena_copy(arena, text.data, text.size);
    dynox__buffer_free(&text);
    return copy;
}

static bool step_equal(const dynox__step *a, const dynox__step *b)
{
    if (a->is_index || b->is_index) return a->is_index && b->is_index && a->index == b->index;
    return a->name && b->name && a->length == b->length && memcmp(a->name, b->name, a->length) == 0;
}

bool dynox__path_equal(const dynox__term *a, const dynox__term *b)
{
    if (a->step_count != b->step_count) return false;
    for (size_t i = 0; i < a->step_count; i++)
        if (!step_equal(&a->steps[i], &b->steps[i])) return false;
    return true;
}

bool dynox__check_reserved(const dynox__checker *checker, const dynox__term *term)
{
    for (size_t i = 0; i < term->step_count; i++) {
        const dynox__step *step = &term->steps[i];
        if (!step->is_index && step->name == step->written.text && dynox__is_reserved(step->name, step->length))
            return dynox__check_refuse(checker, "Attribute name is a reserved keyword; reserved keyword: %.*s",
                                       (int)step->length, step->name);
    }
    for (const dynox__term *operand = term->first; operand; operand = operand->next)
        if (!dynox__check_reserved(checker, operand)) return false;
    return true;
}

bool dynox__check_functions(const dynox__checker *checker, const dynox__term *term, bool update)
{
    for (const dynox__term *operand = term->first; operand; operand = operand->next)
        if (!dynox__check_functions(checker, operand, update)) return false;
    if (term->kind != DYNOX__TERM_MADE || term->made != DYNOX__EXPR_CALL) return true;
    bool of_update = term->word == DYNOX__WORD_if_not_exists || term->word == DYNOX__WORD_list_append;
    if (term->word != DYNOX__WORD_NONE && of_update == update) return true;
    return dynox__check_refuse(checker, "Invalid function name; function: %.*s", (int)term->written.length,
                               term->written.text);
}

bool dynox__check_defined(const dynox__checker *checker, const dynox__term *term, bool names, bool values)
{
    for (size_t i = 0; names && i < term->step_count; i++) {
        const dynox__step *step = &term->steps[i];
        if (!step->is_index && !step->name)
            return dynox__check_refuse(
                checker, "An expression attribute name used in the document path is not defined; attribute name: %.*s",
                (int)step->written.length, step->written.text);
    }
    if (values && term->kind == DYNOX__TERM_VALUE && !term->value)
        return dynox__check_refuse(
            checker, "An expression attribute value used in expression is not defined; attribute value: %.*s",
            (int)term->written.length, term->written.text);
    for (const dynox__term *operand = term->first; operand; operand = operand->next)
        if (!dynox__check_defined(checker, operand, names, values)) return false;
    return true;
}

/* AND and OR stand between their operands. */
static size_t operators(const dynox__term *term)
{
    size_t count = 0;
    for (const dynox__term *operand = term->first; operand; operand = operand->next)
        count += operators(operand);
    if (term->kind != DYNOX__TERM_MADE) return 0;
    switch (term->made) {
    case DYNOX__EXPR_ALL:
    case DYNOX__EXPR_ANY: return count + term->count - 1;
    case DYNOX__EXPR_ACTION:
    case DYNOX__EXPR_CLAUSE:
    case DYNOX__EXPR_LIST: return count;
    default: return count + 1;
    }
}

bool dynox__check_operators(const dynox__checker *checker, const dynox__term *term)
{
    size_t count = operators(term);
    return count <= DYNOX__OPERATORS ||
           dynox__check_refuse(checker, "The expression contains too many operators; operator count: %zu", count);
}

bool dynox__check_operands(const dynox__checker *checker, const dynox__term *function)
{
    bool one = function->word == DYNOX__WORD_attribute_exists || function->word == DYNOX__WORD_attribute_not_exists ||
               function->word == DYNOX__WORD_size;
    return function->count == (one ? 1 : 2) ||
           dynox__check_refuse(checker,
                               "Incorrect number of operands for operator or function; operator or function: %.*s, "
                               "number of operands: %zu",
                               (int)function->written.length, function->written.text, function->count);
}

bool dynox__check_needs_path(const dynox__checker *checker, const dynox__term *function)
{
    return function->first->kind == DYNOX__TERM_PATH ||
           dynox__check_refuse(checker, "Operator or function requires a document path; operator or function: %.*s",
                               (int)function->written.length, function->written.text);
}

bool dynox__check_wrong_type(const dynox__checker *checker, const dynox__term *term, const char *type)
{
    return dynox__check_refuse(
        checker, "Incorrect operand type for operator or function; operator or function: %.*s, operand type: %s",
        (int)term->written.length, term->written.text, type);
}
