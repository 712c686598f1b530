/* What a page of a query or a scan is asked for: parameters, the index, where it starts. */
#include "local/operation/page.h"
#include "local/store/key.h"
#include "local/table/keep.h"
#include "local/table/parts.h"

static const dynox__parameters *parameters_of(const dynox__page *page)
{
    static const char *const query[] = {"ProjectionExpression", "FilterExpression", "KeyConditionExpression", NULL},
                             *const query_others[] = {"AttributesToGet", "QueryFilter", "ConditionalOperator",
                                                      "KeyConditions", NULL};
    static const char *const scan[] = {"ProjectionExpression", "FilterExpression", NULL}, *const scan_others[] = {
                                                                                              "AttributesToGet",
                                                                                              "ScanFilter",
                                                                                              "ConditionalOperator",
                                                                                              NULL};
    static const dynox__parameters of_query = {query, query_others}, of_scan = {scan, scan_others};
    return page->is_query ? &of_query : &of_scan;
}

/* ---- what needs no table ---- */

static bool read_older_filter(dynox__local_call *call, dynox__page *page)
{
    const dynox__tree *filter = dynox__tree_member(call->request, page->is_query ? "QueryFilter" : "ScanFilter");
    if (!dynox__parameters_joined(call, call->request, filter)) return false;
    if (!filter) return true;
    const dynox__tree *joined = dynox__tree_member(call->request, "ConditionalOperator");
    page->filter              = dynox__legacy_filter(filter, joined, call->arena, &call->refusal);
    return page->filter;
}

/* Says of the starting key what was said of a key. */
static bool refuse_start(dynox__local_call *call)
{
    if (call->refusal.type != DYNOX__REFUSAL_VALIDATION) return false;
    const char *message = call->refusal.message;
    call->refusal       = (dynox__refusal){0};
    return DYNOX__REFUSE_INVALID(call, "The provided starting key is invalid: %s", message);
}

static bool read_start(dynox__local_call *call, dynox__page *page)
{
    const dynox__tree *start = dynox__tree_member(call->request, "ExclusiveStartKey");
    page->has_start          = start;
    return !start || dynox__values_read_item(start, call->arena, &page->start, &call->refusal) || refuse_start(call);
}

static bool read_expressions(dynox__local_call *call, dynox__page *page)
{
    const dynox__tree *key    = page->is_query ? dynox__tree_member(call->request, "KeyConditionExpression") : NULL;
    const dynox__tree *filter = dynox__tree_member(call->request, "FilterExpression");
    if (!key && !filter && !dynox__tree_member(call->request, "ProjectionExpression")) return true;
    dynox__names *names = dynox__names_read(call->request, call->arena, &call->refusal);
    if (!names || (key && !dynox__key_condition_compile(names, key->text, key->length, call->arena, &page->terms,
                                                        &call->refusal)))
        return false;
    if (filter) {
        page->filter = dynox__condition_compile(names, DYNOX__CONDITION_FILTER, filter->text, filter->length,
                                                call->arena, &call->refusal);
        if (!page->filter) return false;
    }
    return dynox__parameters_projection(call, call->request, names, &page->projection) &&
           dynox__names_all_used(names, call->arena, &call->refusal);
}

static bool read_conditions(dynox__local_call *call, dynox__page *page)
{
    const dynox__tree *conditions = dynox__tree_member(call->request, "KeyConditions");
    if (!page->is_query || !conditions || dynox__tree_member(call->request, "KeyConditionExpression")) return true;
    return dynox__legacy_key_conditions(conditions, call->arena, &page->terms, &call->refusal);
}

static bool read_select(dynox__local_call *call, dynox__page *page)
{
    const char *select = dynox__tree_text(call->request, "Select");
    page->counts_only  = select && strcmp(select, "COUNT") == 0;
    const char *given =
        dynox__tree_member(call->request, "AttributesToGet") ? "AttributesToGet" : "ProjectionExpression";
    if (!select) return true;
    bool specific = strcmp(select, "SPECIFIC_ATTRIBUTES") == 0;
    if (specific && !page->projection)
        return DYNOX__REFUSE_INVALID(call,
                                     "%sMust specify the AttributesToGet or ProjectionExpression when choosing to "
                                     "get SPECIFIC_ATTRIBUTES",
                                     page->is_query ? dynox__new_words(call) : "");
    if (!specific && page->projection)
        return DYNOX__REFUSE_INVALID(call, "Cannot specify the %s when choosing to get %s", given,
                                     page->counts_only ? "only the Count" : select);
    if (strcmp(select, "ALL_PROJECTED_ATTRIBUTES") == 0 && !dynox__tree_text(call->request, "IndexName"))
        return DYNOX__REFUSE_INVALID(call,
                                     "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    return true;
}

bool dynox__page_read(dynox__local_call *call, dynox__page *page)
{
    const dynox__tree *forward = dynox__tree_member(call->request, "ScanIndexForward");
    int64_t            limit;
    page->bill          = dynox__bill_of(call, 1);
    page->is_consistent = dynox__tree_true(call->request, "ConsistentRead");
    page->is_backwards  = page->is_query && forward && forward->kind == DYNOX__TREE_FALSE;
    page->limit         = dynox__tree_integer(call->request, "Limit", &limit) && limit > 0 ? (uint64_t)limit : 0;
    if (!dynox__parameters_check(call, call->request, parameters_of(page))) return false;
    bool done =
        page->is_query
            ? read_older_filter(call, page) && dynox__parameters_attributes(call, call->request, &page->projection)
            : dynox__parameters_attributes(call, call->request, &page->projection) && read_older_filter(call, page);
    return done && read_start(call, page);
}

bool dynox__page_compile(dynox__local_call *call, dynox__page *page)
{
    return read_expressions(call, page) && read_conditions(call, page) && read_select(call, page);
}

/* ---- table and index ---- */

static bool is_shown(const dynox__page *page, const char *name, size_t length)
{
    const dynox__index *index = page->index;
    if (index->projection == DYNOX__PROJECT_ALL || dynox__is_part(&index->key, name, length) ||
        dynox__is_part(&page->table->key, name, length))
        return true;
    for (size_t i = 0; index->projection == DYNOX__PROJECT_INCLUDE && i < index->included_count; i++)
        if (strlen(index->included[i]) == length && memcmp(index->included[i], name, length) == 0) return true;
    return false;
}

typedef struct hidden_search {
    const dynox__page *page;
    const char        *found;
    size_t             length;
} hidden_search;

static bool look_for_hidden(void *arg, const char *name, size_t length)
{
    hidden_search *search = arg;
    if (is_shown(search->page, name, length)) return true;
    search->found  = name;
    search->length = length;
    return false;
}

static bool has_parts(const dynox_item *start, const dynox__key_schema *key)
{
    for (unsigned i = 0; i < key->partition_count; i++)
        if (!dynox__part_of(start, &key->partition[i])) return false;
    for (unsigned i = 0; i < key->sort_count; i++)
        if (!dynox__part_of(start, &key->sort[i])) return false;
    return true;
}

static size_t parts_of(const dynox__page *page)
{
    const dynox__key_schema *key = dynox__page_key(page), *of_table = &page->table->key;
    size_t                   count = key->partition_count + key->sort_count;
    if (!page->index) return count;
    for (unsigned i = 0; i < of_table->partition_count; i++)
        count += !dynox__is_part(key, of_table->partition[i].name, of_table->partition[i].length);
    for (unsigned i = 0; i < of_table->sort_count; i++)
        count += !dynox__is_part(key, of_table->sort[i].name, of_table->sort[i].length);
    return count;
}

/* The key of the index and that of the table, whole, and nothing else. What is wrong with the key that is read by is
 * told as of any key. */
static bool check_start(dynox__local_call *call, const dynox__page *page)
{
    bool whole = page->start.count == parts_of(page) && has_parts(&page->start, &page->table->key) &&
                 has_parts(&page->start, dynox__page_key(page));
    if (!page->is_query && !page->index)
        return dynox__table_check_key(call, page->table, &page->start) || refuse_start(call);
    if (!whole) return DYNOX__REFUSE_INVALID(call, "The provided starting key is invalid");
    if (!page->index) return dynox__table_check_key(call, page->table, &page->start);
    return dynox__has_key(&page->index->key, &page->start) ||
           DYNOX__REFUSE_INVALID(call, "The provided key element does not match the schema");
}

/* Of an index the table's key, too. */
static bool check_table_key(dynox__local_call *call, const dynox__page *page)
{
    dynox_item key = {0};
    if (!page->index) return true;
    return dynox__table_key_of(call, page->table, &page->start, &key) &&
           (dynox__table_check_key(call, page->table, &key) || refuse_start(call));
}

bool dynox__page_find(dynox__local_call *call, dynox__page *page, const dynox__tree *table, const char *index)
{
    page->table = dynox__table_find(call, table);
    if (!page->table) return false;
    if (index && !(page->index = dynox__table_index(call, page->table, index))) return false;
    if (page->index && page->index->is_global && page->is_consistent)
        return DYNOX__REFUSE_INVALID(call, "Consistent reads are not supported on global secondary indexes");
    return !page->has_start || check_start(call, page);
}

bool dynox__page_select(dynox__local_call *call, dynox__page *page)
{
    const dynox__index *index  = page->index;
    const char         *select = dynox__tree_text(call->request, "Select");
    hidden_search       search = {.page = page};
    if (!index) return true;
    bool all = index->projection != DYNOX__PROJECT_ALL && select && strcmp(select, "ALL_ATTRIBUTES") == 0;
    if (page->projection) dynox__projection_names(page->projection, look_for_hidden, &search);
    page->fetches = all || search.found;
    if (!page->fetches || !index->is_global) return true;
    if (all)
        return DYNOX__REFUSE_INVALID(call,
                                     "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not "
                                     "supported for global secondary index %s because its projection type is not ALL",
                                     index->name);
    return DYNOX__REFUSE_INVALID(
        call, "One or more parameter values were invalid: Global secondary index %s does not project [%.*s]",
        index->name, (int)search.length, search.found);
}

/* ---- where the last page ended ---- */

static int compare(const dynox__buffer *a, const dynox__buffer *b)
{
    size_t less  = a->size < b->size ? a->size : b->size;
    int    order = memcmp(a->data, b->data, less);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

/* A start in another segment. */
static bool refuse_segment(dynox__local_call *call)
{
    int64_t segment = 0, total = 0;
    dynox__tree_integer(call->request, "Segment", &segment);
    dynox__tree_integer(call->request, "TotalSegments", &total);
    return DYNOX__REFUSE_INVALID(call,
                                 "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
                                 "ExclusiveStartKey with correct Segment. TotalSegments: %lld Segment: %lld",
                                 (long long)total, (long long)segment);
}

static bool is_inside(const dynox__page *page, const dynox__buffer *place)
{
    return compare(place, &page->low) >= 0 && compare(place, &page->high) < 0;
}

/* A start in another partition, or outside of the condition on the sort key: that is looked at first, as if it were in
 * this partition. `length`: of the part of the place that is its own partition's. */
static bool check_query_place(dynox__local_call *call, const dynox__page *page, const dynox__buffer *place,
                              size_t length)
{
    bool same = length == page->partition && memcmp(place->data, page->low.data, length) == 0;
    DYNOX__ROOM(moved, 256);
    dynox__buffer_add(&moved, page->low.data, page->partition);
    dynox__buffer_add(&moved, place->data + length, place->size - length);
    bool done = !moved.failed || dynox__refuse_memory(&call->refusal);
    if (done && !is_inside(page, &moved))
        done = DYNOX__REFUSE_INVALID(call, "The provided starting key does not match the range key predicate");
    else if (done && !same)
        done = DYNOX__REFUSE_INVALID(
            call, page->terms.count > dynox__page_key(page)->partition_count
                      ? "The query can return at most one row and cannot be restarted"
                      : "The provided starting key is outside query boundaries based on provided conditions");
    dynox__buffer_free(&moved);
    return done;
}

/* The length of the part of a place that is the partition's. 0: out of memory. */
static size_t partition_of(const dynox__page *page)
{
    const dynox__key_schema *key = dynox__page_key(page);
    dynox_value              values[DYNOX__MOST_KEY_PARTS];
    DYNOX__ROOM(partition, 256);
    for (unsigned i = 0; i < key->partition_count; i++)
        values[i] = *dynox__part_of(&page->start, &key->partition[i]);
    dynox__partition_place(page->table, page->index, values, &partition);
    size_t length = partition.failed ? 0 : partition.size;
    dynox__buffer_free(&partition);
    return length;
}

static bool check_place(dynox__local_call *call, const dynox__page *page, const dynox__buffer *place)
{
    if (!page->is_query) return is_inside(page, place) || refuse_segment(call);
    size_t length = partition_of(page);
    return length ? check_query_place(call, page, place, length) : dynox__refuse_memory(&call->refusal);
}

bool dynox__page_start(dynox__local_call *call, dynox__page *page)
{
    if (page->low.failed || page->high.failed) return dynox__refuse_memory(&call->refusal);
    if (!page->has_start) return true;
    if (!check_table_key(call, page)) return false;
    DYNOX__ROOM(place, 256);
    if (page->index)
        dynox__index_place(page->table, page->index, &page->start, &place);
    else
        dynox__table_place(page->table, &page->start, &place);
    bool done = place.failed ? dynox__refuse_memory(&call->refusal) : check_place(call, page, &place);
    if (done && page->is_backwards) {
        page->high.size = 0;
        dynox__buffer_add(&page->high, place.data, place.size);
    } else if (done) {
        page->low.size = 0;
        dynox__buffer_add(&page->low, place.data, place.size);
        dynox__buffer_byte(&page->low, 0); /* the first key behind it */
    }
    dynox__buffer_free(&place);
    return done && ((!page->low.failed && !page->high.failed) || dynox__refuse_memory(&call->refusal));
}
