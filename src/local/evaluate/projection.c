/* Projections. */
#include "local/evaluate/branches.h"

/* What a column of a SELECT shows: the value at a path, by the name of the path's last step. */
typedef struct column {
    const dynox__term *path;
    const char        *name;
    size_t             length;
} column;

struct dynox__projection {
    dynox__branch root;
    column       *columns; /* NULL: the paths are those of the tree */
    size_t        count;
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
    return dynox__branch_check(checker, &overlap, &conflict);
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

/* ---- columns ---- */

/* "b" of a.b, "b[0]" of a.b[0]: the last name, with the indexes behind it. */
static bool name_column(column *made, dynox__arena *arena)
{
    const dynox__term *path = made->path;
    size_t             last = path->step_count - 1;
    while (path->steps[last].is_index)
        last--;
    made->name   = path->steps[last].name;
    made->length = path->steps[last].length;
    if (last + 1 == path->step_count) return true;
    dynox__buffer text = {0};
    dynox__buffer_add(&text, made->name, made->length);
    for (size_t i = last + 1; i < path->step_count; i++)
        dynox__buffer_format(&text, "[%zu]", path->steps[i].index);
    made->name   = text.failed ? NULL : dynox__arena_copy(arena, text.data, text.size);
    made->length = text.size;
    dynox__buffer_free(&text);
    return made->name;
}

static bool is_named(const dynox__projection *projection, const column *other)
{
    for (size_t i = 0; i < projection->count; i++) {
        const column *one = &projection->columns[i];
        if (one->length == other->length && memcmp(one->name, other->name, one->length) == 0) return true;
    }
    return false;
}

dynox__projection *dynox__projection_columns(const dynox__term *paths, dynox__arena *arena, dynox__refusal *refusal)
{
    dynox__projection *projection = new_projection(arena, refusal);
    size_t             count      = 0;
    for (const dynox__term *path = paths; path; path = path->next)
        count++;
    if (!projection) return NULL;
    projection->columns = dynox__arena_alloc(arena, count * sizeof *projection->columns);
    for (const dynox__term *path = paths; path && projection->columns; path = path->next) {
        column *made = &projection->columns[projection->count];
        *made        = (column){.path = path};
        if (!name_column(made, arena))
            projection->columns = NULL;
        else if (!is_named(projection, made)) /* of several of one name the first one is shown */
            projection->count++;
    }
    if (projection->columns) return projection;
    dynox__refuse_memory(refusal);
    return NULL;
}

static bool pick_columns(const dynox__projection *projection, const dynox_item *item, dynox__arena *arena,
                         dynox_item *picked)
{
    dynox_named_value *attributes = dynox__arena_alloc(arena, projection->count * sizeof *attributes);
    size_t             count      = 0;
    if (!attributes) return false;
    for (size_t i = 0; i < projection->count; i++) {
        const column      *one   = &projection->columns[i];
        const dynox_value *value = dynox__path_find(one->path, item);
        if (value) attributes[count++] = (dynox_named_value){one->name, (uint32_t)one->length, 0, *value};
    }
    *picked = dynox_item_of(attributes, count);
    return true;
}

bool dynox__projection_apply(const dynox__projection *projection, const dynox_item *item, dynox__arena *arena,
                             dynox_item *projected, dynox__refusal *refusal)
{
    return (projection->columns ? pick_columns(projection, item, arena, projected)
                                : dynox__branch_pick(&projection->root, item, arena, projected)) ||
           dynox__refuse_memory(refusal);
}

bool dynox__projection_names(const dynox__projection *projection,
                             bool (*each)(void *arg, const char *name, size_t length), void *arg)
{
    for (size_t i = 0; i < projection->count; i++)
        if (!each(arg, projection->columns[i].path->steps[0].name, projection->columns[i].path->steps[0].length))
            return false;
    for (const dynox__branch *branch = projection->root.first; branch; branch = branch->next)
        if (!each(arg, branch->step->name, branch->step->length)) return false;
    return true;
}
