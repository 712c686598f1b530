/* Refusals: the first one counts, and making one never fails, though its text may. */
#include "local/wire/refusal.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *space;
    int         http;
} types[] = {{"", "", 500},
#define ROW(symbol, name, space, http) {name, space, http},
             DYNOX__REFUSAL_TABLE(ROW)
#undef ROW
};

const char *dynox__refusal_name(dynox__refusal_type type)
{
    return types[type].name;
}

const char *dynox__refusal_space(dynox__refusal_type type)
{
    return types[type].space;
}

int dynox__refusal_http(dynox__refusal_type type)
{
    return types[type].http;
}

bool dynox__refuse_memory(dynox__refusal *refusal)
{
    static const char message[] = "out of memory";
    if (refusal->type == DYNOX__REFUSAL_NONE)
        *refusal = (dynox__refusal){.type = DYNOX__REFUSAL_INTERNAL, .message = message, .length = sizeof message - 1};
    return false;
}

bool dynox__refuse_text(dynox__refusal *refusal, dynox__arena *arena, dynox__refusal_type type, const char *text,
                        size_t length)
{
    if (refusal->type != DYNOX__REFUSAL_NONE) return false;
    char *copy = dynox__arena_copy(arena, text, length);
    if (!copy) return dynox__refuse_memory(refusal);
    *refusal = (dynox__refusal){.type = type, .message = copy, .length = length};
    return false;
}

bool dynox__refuse(dynox__refusal *refusal, dynox__arena *arena, dynox__refusal_type type, const char *format, ...)
{
    if (refusal->type != DYNOX__REFUSAL_NONE) return false;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int   length = vsnprintf(NULL, 0, format, args);
    char *text   = length < 0 ? NULL : dynox__arena_alloc(arena, (size_t)length + 1);
    if (text) {
        vsnprintf(text, (size_t)length + 1, format, again);
        *refusal = (dynox__refusal){.type = type, .message = text, .length = (size_t)length};
    }
    va_end(again);
    va_end(args);
    return text ? false : dynox__refuse_memory(refusal);
}
