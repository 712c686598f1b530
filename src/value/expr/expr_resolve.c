/* Where the compiler asks its resolver: a step of a path, and values whose comparison, predicate or assignment is
 * over. Without one, or beyond what it knows, names and values are sent as they are. */
#include "value/expr/expr_parse.h"

static bool name_refused(dynox__expr_parser *parser, const dynox_error *cause)
{
    if (cause->status == DYNOX_E_NO_MEMORY) return dynox__expr_no_memory(parser);
    return dynox__expr_refuse(parser, cause->message);
}

bool dynox__expr_member(dynox__expr_parser *parser, dynox__expr_name *name)
{
    const dynox__expr_resolver *resolver  = parser->context->resolver;
    const void                 *attribute = NULL;
    dynox_error                 cause     = {0};
    if (!resolver->member(resolver, parser->attribute, name, &attribute, &cause)) return name_refused(parser, &cause);
    parser->attribute = attribute;
    return true;
}

bool dynox__expr_element(dynox__expr_parser *parser)
{
    const dynox__expr_resolver *resolver  = parser->context->resolver;
    const void                 *attribute = NULL;
    dynox_error                 cause     = {0};
    if (!resolver->element(resolver, parser->attribute, &attribute, &cause)) return name_refused(parser, &cause);
    parser->attribute = attribute;
    return true;
}

/* It was read long ago: the text is read once more, up to it. */
static const char *place_of_value(const char *text, size_t number)
{
    dynox__token token = dynox__expr_token(text);
    while (token.kind != DYNOX__TOKEN_END && (token.kind != DYNOX__TOKEN_VALUE || --number))
        token = dynox__expr_token(token.start + token.length);
    return token.start;
}

bool dynox__expr_convert_known(dynox__expr_parser *parser, const void *attribute, size_t first, dynox__expr_role role)
{
    dynox__expr_context        *context  = parser->context;
    const dynox__expr_resolver *resolver = context->resolver;
    for (size_t v = first; v < context->value_count; v++) {
        dynox__expr_argument *argument = &context->values[v];
        dynox_error           cause    = {0};
        const dynox_value *value = resolver->value(resolver, attribute, role, &context->arena, argument->value, &cause);
        if (value)
            argument->value = value;
        else if (cause.status == DYNOX_E_NO_MEMORY)
            return dynox__expr_no_memory(parser);
        else
            return dynox__expr_refuse_value(parser, place_of_value(parser->text, argument->number), argument->number,
                                            cause.message);
    }
    return true;
}
