/* Query: one partition of a table or an index, or the part of it that the condition on its sort key leaves. */
#include "local/operation/operations.h"
#include "local/operation/page.h"
#include "local/store/key.h"
#include "local/table/parts.h"

static const dynox__key_term *term_of(const dynox__page *page, const dynox__key_part *part)
{
    for (size_t i = 0; i < page->terms.count; i++) {
        const dynox__key_term *term = &page->terms.at[i];
        if (term->length == part->length && memcmp(term->name, part->name, part->length) == 0) return term;
    }
    return NULL;
}

/* By another name than the field's, which tools take for C++. */
static dynox__key_operator how(const dynox__key_term *term)
{
    return term->operator;
}

static bool refuse_missing(dynox__local_call *call, const dynox__key_part *part)
{
    return DYNOX__REFUSE_INVALID(call, "Query condition missed key schema element: %.*s", (int)part->length,
                                 part->name);
}

static bool refuse_unsupported(dynox__local_call *call)
{
    return DYNOX__REFUSE_INVALID(call, "Query key condition not supported");
}

/* Types, and sizes: what cannot be a key cannot be looked for. */
static bool check_operand(dynox__local_call *call, const dynox__key_part *part, const dynox_value *value,
                          size_t largest, size_t *size)
{
    if (value->type != part->type)
        return DYNOX__REFUSE_INVALID(call, "One or more parameter values were invalid: Condition parameter type does "
                                           "not match schema type");
    if (value->type == DYNOX_N) return true;
    if (!value->length)
        return DYNOX__REFUSE_INVALID(call,
                                     "One or more parameter values are not valid. The AttributeValue for a key "
                                     "attribute cannot contain an empty %s value. Key: %.*s",
                                     value->type == DYNOX_S ? "string" : "binary", (int)part->length, part->name);
    *size += value->length;
    if (*size <= largest) return true;
    return largest == DYNOX__LARGEST_PARTITION_KEY
               ? DYNOX__REFUSE_INVALID(call, "One or more parameter values were invalid: Size of hashkey has exceeded "
                                             "the maximum size limit of2048 bytes")
               : DYNOX__REFUSE_INVALID(call, "One or more parameter values were invalid: Aggregated size of all range "
                                             "keys has exceeded the size limit of 1024 bytes");
}

static bool check_partition(dynox__local_call *call, const dynox__page *page)
{
    const dynox__key_schema *key  = dynox__page_key(page);
    size_t                   size = 0;
    for (unsigned i = 0; i < key->partition_count; i++) {
        const dynox__key_term *term = term_of(page, &key->partition[i]);
        if (!term) return refuse_missing(call, &key->partition[i]);
        if (!check_operand(call, &key->partition[i], &term->operand[0], DYNOX__LARGEST_PARTITION_KEY, &size))
            return false;
        if (how(term) != DYNOX__KEY_EQUAL) return refuse_unsupported(call);
    }
    return true;
}

/* Those of several sort attributes are given from the left, and only the last one is a range. *used: how many. */
static bool check_sort(dynox__local_call *call, const dynox__page *page, unsigned *used)
{
    const dynox__key_schema *key   = dynox__page_key(page);
    size_t                   given = page->terms.count - key->partition_count, size = 0;
    for (*used = 0; *used < given; ++*used) {
        if (*used == key->sort_count) return refuse_unsupported(call);
        const dynox__key_part *part = &key->sort[*used];
        const dynox__key_term *term = term_of(page, part);
        if (!term) return refuse_missing(call, part);
        size_t other = size;
        if (!check_operand(call, part, &term->operand[0], DYNOX__LARGEST_SORT_KEY, &size) ||
            (how(term) == DYNOX__KEY_BETWEEN &&
             !check_operand(call, part, &term->operand[1], DYNOX__LARGEST_SORT_KEY, &other)))
            return false;
        if (how(term) == DYNOX__KEY_BEGINS_WITH && part->type == DYNOX_N) return refuse_unsupported(call);
        if (how(term) != DYNOX__KEY_EQUAL && *used + 1 < given) return refuse_unsupported(call);
    }
    return true;
}

static bool check_given(dynox__local_call *call)
{
    if (dynox__tree_member(call->request, "KeyConditions") ||
        dynox__tree_member(call->request, "KeyConditionExpression"))
        return true;
    return DYNOX__REFUSE_INVALID(
        call, "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
}

/* Before the table is known: only an index can have more than two key attributes. */
static bool check_count(dynox__local_call *call, const dynox__page *page)
{
    size_t count = page->terms.count;
    if (count && (count <= 2 || dynox__tree_text(call->request, "IndexName"))) return true;
    return DYNOX__REFUSE_INVALID(call, "Conditions can be of length 1 or 2 only");
}

static bool check_terms(dynox__local_call *call, const dynox__page *page, unsigned *used)
{
    const dynox__key_schema *key = dynox__page_key(page);
    if (key->partition_count == 1 && key->sort_count <= 1 && page->terms.count > 2)
        return DYNOX__REFUSE_INVALID(call, "Conditions can be of length 1 or 2 only");
    if (key->partition_count == 1 && key->sort_count == 0 && page->terms.count > 1) return refuse_unsupported(call);
    return check_partition(call, page) && check_sort(call, page, used);
}

/* ---- filters name no keys ---- */

typedef struct key_search {
    const dynox__key_schema *key;
    const char              *found;
    size_t                   length;
} key_search;

static bool look_for_key(void *arg, const char *name, size_t length)
{
    key_search *search = arg;
    if (!dynox__is_part(search->key, name, length)) return true;
    search->found  = name;
    search->length = length;
    return false;
}

static bool check_filter(dynox__local_call *call, const dynox__page *page)
{
    key_search search = {.key = dynox__page_key(page)};
    if (!page->filter || dynox__condition_names(page->filter, look_for_key, &search)) return true;
    return DYNOX__REFUSE_INVALID(call, "%s can only contain non-primary key attributes: Primary key attribute: %.*s",
                                 dynox__tree_member(call->request, "QueryFilter") ? "QueryFilter" : "Filter Expression",
                                 (int)search.length, search.found);
}

/* ---- the range ---- */

static void copy(dynox__buffer *to, const dynox__buffer *from)
{
    to->size = 0;
    if (from->failed)
        to->failed = true;
    else
        dynox__buffer_add(to, from->data, from->size);
}

/* Both ends begin as the key so far: [low, high) is all that begins with it. */
static void add_range(dynox__page *page, const dynox__key_term *term)
{
    dynox__buffer *low = &page->low, *high = &page->high;
    switch (how(term)) {
    case DYNOX__KEY_LESS: dynox__key_add_value(high, &term->operand[0]); return;
    case DYNOX__KEY_LESS_EQUAL: dynox__key_add_value(high, &term->operand[0]); break;
    case DYNOX__KEY_GREATER:
        dynox__key_add_value(low, &term->operand[0]);
        if (!low->failed) dynox__key_successor(low);
        break;
    case DYNOX__KEY_GREATER_EQUAL: dynox__key_add_value(low, &term->operand[0]); break;
    case DYNOX__KEY_BETWEEN:
        dynox__key_add_value(low, &term->operand[0]);
        dynox__key_add_value(high, &term->operand[1]);
        break;
    case DYNOX__KEY_BEGINS_WITH:
        dynox__key_add_prefix(low, term->operand[0].as.bytes, term->operand[0].length);
        copy(high, low);
        break;
    case DYNOX__KEY_EQUAL:
        dynox__key_add_value(low, &term->operand[0]);
        copy(high, low);
        break;
    }
    if (!high->failed) dynox__key_successor(high);
}

static void set_range(dynox__page *page, unsigned used)
{
    const dynox__key_schema *key = dynox__page_key(page);
    dynox_value              values[DYNOX__MOST_KEY_PARTS];
    for (unsigned i = 0; i < key->partition_count; i++)
        values[i] = term_of(page, &key->partition[i])->operand[0];
    dynox__partition_place(page->table, page->index, values, &page->low);
    page->partition = page->low.size;
    for (unsigned i = 0; i + 1 < used; i++)
        dynox__key_add_value(&page->low, &term_of(page, &key->sort[i])->operand[0]);
    copy(&page->high, &page->low);
    if (used)
        add_range(page, term_of(page, &key->sort[used - 1]));
    else if (!page->high.failed)
        dynox__key_successor(&page->high);
}

bool dynox__page_query_range(dynox__local_call *call, dynox__page *page)
{
    unsigned used = 0;
    if (!check_terms(call, page, &used)) return false;
    set_range(page, used);
    return true;
}

bool dynox__local_query(dynox__local_call *call)
{
    dynox__page        page  = {.is_query = true};
    const dynox__tree *table = dynox__tree_member(call->request, "TableName");
    const char        *index = dynox__tree_text(call->request, "IndexName");
    bool               done  = false;
    if (!dynox__page_read(call, &page) || !check_given(call) || !dynox__page_compile(call, &page) ||
        !check_count(call, &page) || !dynox__page_find(call, &page, table, index) ||
        !dynox__page_query_range(call, &page))
        goto out;
    done = dynox__page_start(call, &page) && check_filter(call, &page) && dynox__page_select(call, &page) &&
           dynox__page_answer(call, &page);
out:
    dynox__page_free(&page);
    return done;
}
