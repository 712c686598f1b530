/* Stands in for src/local/evaluate while that is being built, so that tests of the other rooms link; goes when it is
 * there. */
#include "local/evaluate/evaluate.h"

#define WAITING __attribute__((weak))

static bool refuse(dynox__refusal *refusal, dynox__arena *arena)
{
    return dynox__refuse(refusal, arena, DYNOX__REFUSAL_INTERNAL, "expressions are not there yet");
}

WAITING dynox__names *dynox__names_read(const dynox__tree *request, dynox__arena *arena, dynox__refusal *refusal)
{
    (void)request;
    refuse(refusal, arena);
    return NULL;
}

WAITING bool dynox__names_all_used(const dynox__names *names, dynox__arena *arena, dynox__refusal *refusal)
{
    (void)names;
    return refuse(refusal, arena);
}

WAITING dynox__condition *dynox__condition_compile(dynox__names *names, dynox__condition_kind kind, const char *text,
                                                   size_t length, dynox__arena *arena, dynox__refusal *refusal)
{
    (void)names, (void)kind, (void)text, (void)length;
    refuse(refusal, arena);
    return NULL;
}

WAITING bool dynox__condition_holds(const dynox__condition *condition, const dynox_item *item, dynox__arena *arena,
                                    bool *holds, dynox__refusal *refusal)
{
    (void)condition, (void)item, (void)holds;
    return refuse(refusal, arena);
}

WAITING bool dynox__condition_names(const dynox__condition *condition,
                                    bool (*each)(void *arg, const char *name, size_t length), void *arg)
{
    (void)condition, (void)each, (void)arg;
    return true;
}

WAITING dynox__update *dynox__update_compile(dynox__names *names, const char *text, size_t length, dynox__arena *arena,
                                             dynox__refusal *refusal)
{
    (void)names, (void)text, (void)length;
    refuse(refusal, arena);
    return NULL;
}

WAITING bool dynox__update_names(const dynox__update *update, bool (*each)(void *arg, const char *name, size_t length),
                                 void                *arg)
{
    (void)update, (void)each, (void)arg;
    return true;
}

WAITING bool dynox__update_apply(const dynox__update *update, const dynox_item *before, dynox__arena *arena,
                                 dynox_item *after, dynox__refusal *refusal)
{
    (void)update, (void)before, (void)after;
    return refuse(refusal, arena);
}

WAITING bool dynox__update_touched(const dynox__update *update, const dynox_item *item, dynox__arena *arena,
                                   dynox_item *touched, dynox__refusal *refusal)
{
    (void)update, (void)item, (void)touched;
    return refuse(refusal, arena);
}

WAITING dynox__projection *dynox__projection_compile(dynox__names *names, const char *text, size_t length,
                                                     dynox__arena *arena, dynox__refusal *refusal)
{
    (void)names, (void)text, (void)length;
    refuse(refusal, arena);
    return NULL;
}

WAITING bool dynox__projection_apply(const dynox__projection *projection, const dynox_item *item, dynox__arena *arena,
                                     dynox_item *projected, dynox__refusal *refusal)
{
    (void)projection, (void)item, (void)projected;
    return refuse(refusal, arena);
}

WAITING bool dynox__projection_names(const dynox__projection *projection,
                                     bool (*each)(void *arg, const char *name, size_t length), void *arg)
{
    (void)projection, (void)each, (void)arg;
    return true;
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

WAITING dynox__projection *dynox__legacy_attributes(const dynox__tree *attributes_to_get, dynox__arena *arena,
                                                    dynox__refusal *refusal)
{
    (void)attributes_to_get;
    refuse(refusal, arena);
    return NULL;
}

WAITING bool dynox__legacy_key_conditions(const dynox__tree *conditions, dynox__arena *arena, dynox__key_terms *terms,
                                          dynox__refusal *refusal)
{
    (void)conditions, (void)terms;
    return refuse(refusal, arena);
}
