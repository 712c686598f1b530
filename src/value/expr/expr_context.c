/* The placeholders of a request: its names, each once, and its values. */
#include "value/expr/expr_context.h"
#include "value/json/encode.h"

enum { FIRST_ROOM = 8 };

/* Makes room for one more in an array that lives in the arena; the old one stays there until the end. */
static void *grow(dynox__arena *arena, void *old, size_t count, size_t *room, size_t size)
{
    if (count < *room) return old;
    size_t bytes, more = *room ? *room * 2 : FIRST_ROOM;
    void  *array = dynox__mul_size(more, size, &bytes) ? dynox__arena_alloc(arena, bytes) : NULL;
    if (!array) return NULL;
    if (count) memcpy(array, old, count * size);
    *room = more;
    return array;
}

bool dynox__expr_context_name(dynox__expr_context *context, const char *text, size_t length, size_t *n)
{
    for (*n = 0; *n < context->name_count; ++*n)
        if (context->names[*n].length == length && memcmp(context->names[*n].text, text, length) == 0) return true;
    void *names =
        grow(&context->arena, context->names, context->name_count, &context->name_room, sizeof *context->names);
    if (!names) return false;
    context->names                        = names;
    context->names[context->name_count++] = (dynox__expr_name){text, length};
    return true;
}

bool dynox__expr_context_value(dynox__expr_context *context, dynox__expr_argument value, size_t *v)
{
    void *values =
        grow(&context->arena, context->values, context->value_count, &context->value_room, sizeof *context->values);
    if (!values) return false;
    context->values     = values;
    *v                  = context->value_count++;
    context->values[*v] = value;
    return true;
}

void dynox__expr_context_free(dynox__expr_context *context)
{
    dynox__arena_free(&context->arena);
    *context = (dynox__expr_context){0};
}

const char *dynox__expr_kind_name(dynox__expr_kind kind)
{
    static const char *const names[] = {
#define NAME(symbol, name) name,
        DYNOX__EXPR_KIND_TABLE(NAME)
#undef NAME
    };
    return names[kind];
}

dynox_status dynox__expr_write_names(const dynox__expr_context *context, dynox__buffer *buffer, dynox_error *error)
{
    for (size_t n = 0; n < context->name_count; n++) {
        if (n == 0)
            DYNOX__BUFFER_LITERAL(buffer, ",\"ExpressionAttributeNames\":{\"#n");
        else
            DYNOX__BUFFER_LITERAL(buffer, ",\"#n");
        dynox__buffer_unsigned(buffer, n);
        DYNOX__BUFFER_LITERAL(buffer, "\":");
        if (!dynox__encode_text(buffer, context->names[n].text, context->names[n].length))
            return dynox_error_set(error, DYNOX_E_EXPRESSION, "a name in an expression is not valid UTF-8");
    }
    if (context->name_count) dynox__buffer_byte(buffer, '}');
    return DYNOX_OK;
}

/* Says of which `?` the encoder speaks, which calls it just "value". */
static dynox_status value_error(const dynox__expr_argument *argument, const dynox_error *cause, dynox_error *error)
{
    static const char prefix[] = "value: ";
    const char       *why      = cause->message;
    if (strncmp(why, prefix, sizeof prefix - 1) == 0) why += sizeof prefix - 1;
    return dynox_error_set(error, cause->status, "%s, value %zu of %zu: %s", dynox__expr_kind_name(argument->kind),
                           argument->number, argument->count, why);
}

dynox_status dynox__expr_write_values(const dynox__expr_context *context, dynox__buffer *buffer, dynox_error *error)
{
    for (size_t v = 0; v < context->value_count; v++) {
        if (v == 0)
            DYNOX__BUFFER_LITERAL(buffer, ",\"ExpressionAttributeValues\":{\":v");
        else
            DYNOX__BUFFER_LITERAL(buffer, ",\":v");
        dynox__buffer_unsigned(buffer, v);
        DYNOX__BUFFER_LITERAL(buffer, "\":");
        dynox_error cause = {0};
        if (dynox__encode_value(buffer, context->values[v].value, &cause))
            return value_error(&context->values[v], &cause, error);
    }
    if (context->value_count) dynox__buffer_byte(buffer, '}');
    return DYNOX_OK;
}
