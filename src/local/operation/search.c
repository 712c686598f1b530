/* SearchVectors: every item of the index is measured, and the nearest are answered. */
#include "local/operation/operations.h"
#include "local/operation/parameters.h"
#include "local/operation/tables.h"
#include "local/table/keep.h"
#include "local/table/vector.h"
#include "value/text/number.h"

enum { MOST_RESULTS = 10000 };

typedef struct result {
    double score;
    char  *json; /* of what is shown; owned */
    size_t length;
} result;

typedef struct searching {
    const dynox__table        *table;
    const dynox__vector_index *vector;
    dynox__condition          *condition;   /* NULL: none */
    dynox__projection         *projection;  /* NULL: all that is projected */
    double                    *wanted, *is; /* numbers of vectors: the one asked for, and room for an item's */
    result                    *results;     /* the nearest first */
    size_t                     count, room, most;
    uint64_t                   measured;
} searching;

/* ---- what is asked ---- */

static bool find_vector(dynox__local_call *call, searching *search)
{
    const char *name = dynox__tree_text(call->request, "IndexName");
    search->table    = dynox__table_find(call, dynox__tree_member(call->request, "TableName"));
    if (!search->table) return false;
    for (size_t i = 0; name && i < search->table->vector_count; i++) {
        const dynox__vector_index *vector = &search->table->vectors[i];
        if (strcmp(vector->index.name, name) != 0 || vector->index.status == DYNOX__TABLE_DELETING) continue;
        search->vector = vector;
        return vector->index.status != DYNOX__TABLE_CREATING ||
               dynox__invalid(call, "Cannot read from backfilling vector index: %s", name);
    }
    return dynox__invalid(call, "The table does not have the specified index: %s", name ? name : "");
}

static bool read_vector(dynox__local_call *call, searching *search)
{
    const dynox__tree *list  = dynox__tree_member(call->request, "SearchVector");
    size_t             count = (size_t)search->vector->dimensions, at = 0;
    if (!list || list->count != count)
        return dynox__invalid(call,
                              "The number of dimensions of SearchVector does not match the index: expected %zu, "
                              "actual %zu",
                              count, list ? list->count : 0);
    dynox_value *numbers = dynox__arena_alloc(call->arena, count * sizeof *numbers);
    search->wanted       = dynox__arena_alloc(call->arena, count * sizeof(double));
    search->is           = dynox__arena_alloc(call->arena, count * sizeof(double));
    if (!numbers || !search->wanted || !search->is) return dynox__refuse_memory(&call->refusal);
    for (const dynox__tree *element = list->first; element; element = element->next)
        if (!dynox__values_read(element, call->arena, &numbers[at++], &call->refusal)) return false;
    return dynox__vector_read(numbers, count, search->wanted) ||
           dynox__invalid(call, "Each element of SearchVector must be a number");
}

static bool is_in_schema(const dynox__vector_index *vector, const char *name, size_t length)
{
    for (size_t i = 0; i < vector->schema_count; i++)
        if (vector->schema[i].length == length && memcmp(vector->schema[i].name, name, length) == 0) return true;
    return false;
}

static bool look_at_name(void *arg, const char *name, size_t length)
{
    return is_in_schema(arg, name, length);
}

static bool is_other_name(void *arg, const char *name, size_t length)
{
    const dynox__key_part *hash = arg;
    return hash->length != length || memcmp(hash->name, name, length) != 0;
}

static bool check_condition(dynox__local_call *call, searching *search)
{
    dynox__vector_index vector = *search->vector;
    dynox__key_part     hash   = vector.has_hash ? vector.schema[0] : (dynox__key_part){0};
    if (search->condition && !dynox__condition_names(search->condition, look_at_name, &vector))
        return dynox__invalid(call, "Invalid SearchConditionExpression: Only attributes of the search schema can be "
                                    "referenced");
    if (vector.has_hash && (!search->condition || dynox__condition_names(search->condition, is_other_name, &hash)))
        return dynox__invalid(call,
                              "Invalid SearchConditionExpression: The HASH attribute of the search schema must be "
                              "specified: %s",
                              hash.name);
    return true;
}

static bool read_expressions(dynox__local_call *call, searching *search)
{
    const dynox__tree *condition = dynox__tree_member(call->request, "SearchConditionExpression");
    dynox__names      *names     = dynox__names_read(call->request, call->arena, &call->refusal);
    if (!names) return false;
    if (condition) {
        search->condition = dynox__condition_compile(names, DYNOX__CONDITION_FILTER, condition->text, condition->length,
                                                     call->arena, &call->refusal);
        if (!search->condition) return false;
    }
    return dynox__parameters_projection(call, call->request, names, &search->projection) &&
           dynox__names_all_used(names, call->arena, &call->refusal);
}

/* ---- measuring ---- */

/* Is this score better than that one? */
static bool is_nearer(const searching *search, double a, double b)
{
    return search->vector->distance == DYNOX__DOT_PRODUCT ? a > b : a < b;
}

static bool make_room(dynox__local_call *call, searching *search)
{
    if (search->count < search->room) return true;
    size_t  room  = search->room ? search->room * 2 : 16;
    result *grown = dynox__realloc_array(search->results, room, sizeof *grown);
    if (!grown) return dynox__refuse_memory(&call->refusal);
    search->results = grown;
    search->room    = room;
    return true;
}

static bool keep(dynox__local_call *call, searching *search, double score, const dynox_item *item)
{
    dynox_item    shown;
    dynox__buffer json = {0};
    if (search->count == search->most && !is_nearer(search, score, search->results[search->count - 1].score))
        return true;
    if (!dynox__index_project(call, search->table, &search->vector->index, item, &shown)) return false;
    if (search->projection && !dynox__projection_apply(search->projection, &shown, call->arena, &shown, &call->refusal))
        return false;
    dynox__values_write_item(&json, &shown);
    if (json.failed || !make_room(call, search)) {
        dynox__buffer_free(&json);
        return dynox__refuse_memory(&call->refusal);
    }
    if (search->count == search->most) dynox__free(search->results[--search->count].json);
    size_t at = search->count++;
    for (; at && is_nearer(search, score, search->results[at - 1].score); at--)
        search->results[at] = search->results[at - 1];
    search->results[at] = (result){score, json.data, json.size};
    return true;
}

static bool measure(dynox__local_call *call, void *arg, const dynox_item *item)
{
    searching         *search = arg;
    const dynox_value *vector = dynox__vector_of(search->vector, item);
    bool               holds  = true;
    if (!vector) return true;
    if (search->condition && !dynox__condition_holds(search->condition, item, call->arena, &holds, &call->refusal))
        return false;
    if (!holds || !dynox__vector_read(vector->as.list, vector->length, search->is)) return true;
    search->measured++;
    return keep(call, search, dynox__vector_score(search->vector, search->wanted, search->is), item);
}

/* ---- the answer ---- */

/* With the digits of a 32-bit float, which numbers of vectors are. */
static void write_score(dynox__buffer *answer, double score)
{
    char   text[DYNOX__NUMBER_TEXT];
    bool   fits   = score > -3e38 && score < 3e38;
    size_t length = fits ? dynox__number_from_float((float)score, text) : dynox__number_from_double(score, text);
    dynox__buffer_add(answer, length ? text : "0", length ? length : 1);
}

static bool answer(dynox__local_call *call, const searching *search)
{
    dynox__buffer_text(call->answer, "{\"SearchResults\":[");
    for (size_t i = 0; i < search->count; i++) {
        dynox__buffer_text(call->answer, i ? ",{\"Item\":" : "{\"Item\":");
        dynox__buffer_add(call->answer, search->results[i].json, search->results[i].length);
        dynox__buffer_text(call->answer, ",\"Score\":");
        write_score(call->answer, search->results[i].score);
        dynox__buffer_byte(call->answer, '}');
    }
    dynox__buffer_byte(call->answer, ']');
    if (dynox__capacity_wanted(call->request) != DYNOX__CAPACITY_NONE)
        dynox__buffer_format(call->answer, ",\"ConsumedCapacity\":{\"VectorSearchRequestBytes\":%llu.0}",
                             (unsigned long long)search->measured * (unsigned long long)search->vector->dimensions * 4);
    dynox__buffer_byte(call->answer, '}');
    return dynox__local_answered(call);
}

bool dynox__local_search_vectors(dynox__local_call *call)
{
    searching search = {0};
    int64_t   most   = 0;
    dynox__tree_integer(call->request, "TopK", &most);
    if (most < 1 || most > MOST_RESULTS) return dynox__invalid(call, "TopK must be between 1 and %d", MOST_RESULTS);
    search.most = (size_t)most;
    bool done   = read_expressions(call, &search) && find_vector(call, &search) && check_condition(call, &search) &&
                read_vector(call, &search) && dynox__table_each(call, search.table, measure, &search) &&
                answer(call, &search);
    for (size_t i = 0; i < search.count; i++)
        dynox__free(search.results[i].json);
    dynox__free(search.results);
    return done;
}
