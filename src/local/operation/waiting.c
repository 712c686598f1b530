/* Stands in for src/local/evaluate while that is being built, so that tests of the other rooms link; goes when it is
 * there. */
#include "local/evaluate/evaluate.h"

#define WAITING __attribute__((weak))

static bool refuse(dynox__refusal *refusal, dynox__arena *arena)
{
    return dynox__refuse(refusal, arena, DYNOX__REFUSAL_INTERNAL, "expressions are not there yet");
}

WAITING bool dynox__key_condition_compile(dynox__names *names, const char *text, size_t length, dynox__arena *arena,
                                          dynox__key_terms *terms, dynox__refusal *refusal)
{
    (void)names, (void)text, (void)length, (void)terms;
    return refuse(refusal, arena);
}

WAITING dynox__condition *dynox__legacy_expected(const dynox__tree *expected, const dynox__tree *conditional_operator,
                                                 dynox__arena *arena, dynox__refusal *refusal)
{
    (void)expected, (void)conditional_operator;
    refuse(refusal, arena);
    return NULL;
}

WAITING dynox__condition *dynox__legacy_filter(const dynox__tree *filter, const dynox__tree *conditional_operator,
                                               dynox__arena *arena, dynox__refusal *refusal)
{
    (void)filter, (void)conditional_operator;
    refuse(refusal, arena);
    return NULL;
}

WAITING dynox__update *dynox__legacy_updates(const dynox__tree *updates, dynox__arena *arena, dynox__refusal *refusal)
{
    (void)updates;
    refuse(refusal, arena);
    return NULL;
}

WAITING bool dynox__legacy_key_conditions(const dynox__tree *conditions, dynox__arena *arena, dynox__key_terms *terms,
                                          dynox__refusal *refusal)
{
    (void)conditions, (void)terms;
    return refuse(refusal, arena);
}
