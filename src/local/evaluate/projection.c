/* Projections. */
#include "local/evaluate/branches.h"

struct dynox__projection {
    dynox__branch root;
};

static dynox__projection *new_projection(dynox__arena *arena, dynox__refusal *refusal)
{
    dynox__projection *projection = dynox__arena_alloc(arena, sizeof *projection);
    if (projection)
        *projection = (dynox__projection){0};
    else
        dynox__refuse_memory(refusal);
    return projection;
}

static bool gather(const dynox__checker *checker, const dynox__term *paths, dynox__projection *projection)
{
    dynox__path_clash overlap = {0}, conflict = {0};
    for (const dynox__term *path = paths; path; path = path->next)
        if (!dynox__branch_add(&projection->root, path, NULL, checker->arena, &overlap, &conflict))
            return dynox__refuse_memory(checker->refusal);
    if (overlap.one) return dynox__branch_refuse(checker, "overlap", &overlap);
    return !conflict.one || dynox__branch_refuse(checker, "conflict", &conflict);
}

dynox__projection *dynox__projection_compile(dynox__names *names, const char *text, size_t length, dynox__arena *arena,
                                             dynox__refusal *refusal)
{
    const dynox__checker checker = {"ProjectionExpression", arena, refusal};
    bool                 redundant;
    dynox__term         *root = dynox__terms_parse(names, &checker, DYNOX__EXPR_PROJECTION, text, length, &redundant);
    if (!root || !dynox__check_reserved(&checker, root) || !dynox__check_defined(&checker, root, true, true))
        return NULL;
    dynox__projection *projection = new_projection(arena, refusal);
    return projection && gather(&checker, root->first, projection) ? projection : NULL;
}

dynox__projection *dynox__legacy_attributes(const dynox__tree *attributes_to_get, dynox__arena *arena,
                                            dynox__refusal *refusal)
{
    dynox__projection *projection = new_projection(arena, refusal);
    dynox__path_clash  twice = {0}, conflict = {0};
    if (!projection) return NULL;
    for (const dynox__tree *one = attributes_to_get->first; one; one = one->next) {
        dynox__term *path = dynox__term_name(arena, one->text, one->length);
        if (!path || !dynox__branch_add(&projection->root, path, NULL, arena, &twice, &conflict)) {
            dynox__refuse_memory(refusal);
            return NULL;
        }
    }
    if (!twice.one) return projection;
    dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                  "One or more parameter values were invalid: Duplicate value in attribute name: %.*s",
                  (int)twice.one->steps[0].length, twice.one->steps[0].name);
    return NULL;
}

bool dynox__projection_apply(const dynox__projection *projection, const dynox_item *item, dynox__arena *arena,
                             dynox_item *projected, dynox__refusal *refusal)
{
    return dynox__branch_pick(&projection->root, item, arena, projected) || dynox__refuse_memory(refusal);
}

bool dynox__projection_names(const dynox__projection *projection,
                             bool (*each)(void *arg, const char *name, size_t length), void *arg)
{
    for (const dynox__branch *branch = projection->root.first; branch; branch = branch->next)
        if (!each(arg, branch->step->name, branch->step->length)) return false;
    return true;
}
