/* ExecuteStatement: a SELECT is a page of a query or a scan, all others are what PutItem, UpdateItem and DeleteItem
 * are.
 */
#include "local/operation/statement.h"
#include "local/operation/operations.h"
#include "local/operation/page.h"
#include "local/operation/token.h"
#include "local/table/keep.h"
#include "local/table/parts.h"
#include "value/json/decode.h"
#include "value/text/base64.h"

bool dynox__statement_read(dynox__local_call *call, const dynox__tree *request, dynox__partiql *statement)
{
    return dynox__partiql_read(dynox__tree_member(request, "Statement"), dynox__tree_member(request, "Parameters"),
                               call->arena, statement, &call->refusal);
}

static const dynox__table *table_of(dynox__local_call *call, const dynox__partiql *statement)
{
    dynox__tree name = dynox__text_tree(statement->table, statement->table_length);
    return dynox__table_find(call, &name);
}

/* ---- one item ---- */

bool dynox__statement_action(dynox__local_call *call, const dynox__tree *request, const dynox__partiql *statement,
                             dynox__action *action)
{
    static const dynox__action_kind kinds[]    = {[DYNOX__PARTIQL_INSERT] = DYNOX__ACTION_PUT,
                                                  [DYNOX__PARTIQL_UPDATE] = DYNOX__ACTION_UPDATE,
                                                  [DYNOX__PARTIQL_DELETE] = DYNOX__ACTION_DELETE,
                                                  [DYNOX__PARTIQL_EXISTS] = DYNOX__ACTION_CHECK};
    const char                     *on_failure = dynox__tree_text(request, "ReturnValuesOnConditionCheckFailure");
    *action                                    = (dynox__action){.kind       = kinds[statement->kind],
                                                                 .update     = statement->update,
                                                                 .shows_item = on_failure && strcmp(on_failure, "ALL_OLD") == 0,
                                                                 .inserts    = statement->kind == DYNOX__PARTIQL_INSERT};
    action->table                              = table_of(call, statement);
    if (!action->table) return false;
    if (statement->index) return DYNOX__REFUSE_INVALID(call, "EXISTS takes a SELECT of a table, not of an index");
    if (action->inserts) {
        action->given     = statement->item;
        action->condition = dynox__partiql_absent(&action->table->key, call->arena, &call->refusal);
        return action->condition;
    }
    return dynox__partiql_key(statement, &action->table->key, statement->kind != DYNOX__PARTIQL_DELETE, call->arena,
                              &action->given, &action->condition, &call->refusal);
}

bool dynox__statement_get(dynox__local_call *call, const dynox__tree *request, const dynox__partiql *statement,
                          const char *refusal, dynox__get *get)
{
    *get = (dynox__get){.projection    = statement->projection,
                        .table         = table_of(call, statement),
                        .is_consistent = dynox__tree_true(request, "ConsistentRead")};
    if (!get->table) return false;
    if (statement->index || !dynox__partiql_has_key(statement, &get->table->key))
        return DYNOX__REFUSE_INVALID(call, "%s", refusal);
    return dynox__partiql_key(statement, &get->table->key, false, call->arena, &get->key, &get->condition,
                              &call->refusal);
}

/* An item that is not there is not deleted, whatever is asked of it. */
static bool is_done(const dynox__action *action)
{
    return action->holds || (action->kind == DYNOX__ACTION_DELETE && !action->exists);
}

static bool execute(dynox__local_call *call, const dynox__partiql *statement)
{
    dynox__bill   bill  = dynox__bill_of(call, 1);
    dynox_item    shown = {0};
    dynox__action action;
    if (!dynox__statement_action(call, call->request, statement, &action) || !dynox__action_check(call, &action) ||
        !dynox__action_prepare(call, &action))
        return false;
    if (!is_done(&action)) return dynox__action_failed(call, &action);
    if (!dynox__action_apply(call, &action) || !dynox__bill_write(call, &bill, action.table, &action.written) ||
        !dynox__returned_item(call, &action, statement->returns, &shown))
        return false;
    dynox__buffer_text(call->answer, "{\"Items\":[");
    if (shown.count) dynox__values_write_item(call->answer, &shown);
    dynox__buffer_byte(call->answer, ']');
    dynox__bill_answer(call, &bill, false);
    dynox__buffer_byte(call->answer, '}');
    return true;
}

/* ---- NextToken: a hash of the statement and its parameters, and the key where the page ended, as base64 ---- */

static bool refuse_token(dynox__local_call *call)
{
    call->refusal = (dynox__refusal){0};
    return DYNOX__REFUSE_INVALID(call, "Invalid NextToken");
}

static uint64_t hash_of(const dynox__local_call *call)
{
    static const char *const names[] = {"Parameters", "Statement"};
    dynox__tree              members[2], both = {.kind = DYNOX__TREE_OBJECT};
    for (size_t i = 0; i < 2; i++) {
        const dynox__tree *member = dynox__tree_member(call->request, names[i]);
        if (!member) continue;
        members[i]      = *member;
        members[i].next = both.first;
        both.first      = &members[i];
        both.count++;
    }
    return dynox__token_hash(&both);
}

static bool read_token(dynox__local_call *call, dynox__page *page)
{
    const dynox__tree *token = dynox__tree_member(call->request, "NextToken");
    const char        *why   = NULL;
    size_t             size  = 0;
    page->has_start          = token;
    if (!token) return true;
    char *bytes = dynox__arena_alloc(call->arena, token->length + DYNOX__DECODE_PADDING);
    if (!bytes) return dynox__refuse_memory(&call->refusal);
    if (!dynox__base64_decode((uint8_t *)bytes, &size, token->text, token->length) || size <= sizeof(uint64_t) ||
        dynox__u64_at(bytes) != hash_of(call))
        return refuse_token(call);
    memset(bytes + size, 0, DYNOX__DECODE_PADDING);
    const dynox__tree *key = dynox__tree_parse(bytes + sizeof(uint64_t), size - sizeof(uint64_t), call->arena, &why);
    if (!key && !why) return dynox__refuse_memory(&call->refusal);
    if (!key || key->kind != DYNOX__TREE_OBJECT) return refuse_token(call);
    return dynox__values_read_item(key, call->arena, &page->start, &call->refusal);
}

static bool write_next(dynox__local_call *call, dynox__page *page)
{
    dynox_item last = {0};
    if (!dynox__page_last(call, page, &last)) return false;
    DYNOX__ROOM(token, 512);
    dynox__buffer_u64(&token, hash_of(call));
    dynox__values_write_item(&token, &last);
    size_t length = token.failed ? 0 : dynox__base64_length(token.size);
    dynox__answer_member(call->answer, "NextToken");
    dynox__buffer_byte(call->answer, '"');
    if (length && dynox__buffer_reserve(call->answer, length)) {
        dynox__base64_encode(call->answer->data + call->answer->size, (const uint8_t *)token.data, token.size);
        call->answer->size += length;
    }
    dynox__buffer_byte(call->answer, '"');
    dynox__answer_member(call->answer, "LastEvaluatedKey");
    dynox__values_write_item(call->answer, &last);
    dynox__buffer_free(&token);
    return length || dynox__refuse_memory(&call->refusal);
}

/* ---- SELECT ---- */

static bool is_named(const dynox__key_part *part, const dynox__partiql_order *order)
{
    return part->length == order->length && memcmp(part->name, order->name, order->length) == 0;
}

/* The partitions in the order of their values. */
static void sort(dynox__partiql_range *range, bool is_descending)
{
    for (size_t i = 1; i < range->partition_count; i++) {
        dynox_value value = range->partitions[i];
        size_t      at    = i;
        bool        comparable;
        while (at && (dynox__values_compare(&range->partitions[at - 1], &value, &comparable) > 0) != is_descending) {
            range->partitions[at] = range->partitions[at - 1];
            at--;
        }
        range->partitions[at] = value;
    }
}

/* The sort key orders within a partition, the partition key several of them. */
static bool read_order(dynox__local_call *call, const dynox__partiql *statement, dynox__page *page,
                       dynox__partiql_range *range)
{
    const dynox__key_schema *key = dynox__page_key(page);
    if (!statement->order_count) return true;
    if (!page->is_query)
        return DYNOX__REFUSE_INVALID(
            call, "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
    for (size_t i = 0; i < statement->order_count; i++) {
        const dynox__partiql_order *order = &statement->order[i];
        if (!dynox__is_part(key, order->name, order->length))
            return DYNOX__REFUSE_INVALID(
                call, "Variable reference %s in ORDER BY clause must be part of the primary key", order->name);
        if (is_named(&key->partition[0], order)) sort(range, order->is_descending);
        if (key->sort_count && is_named(&key->sort[0], order)) page->is_backwards = order->is_descending;
    }
    return true;
}

static bool walk_range(dynox__local_call *call, dynox__page *page)
{
    page->low.size = page->high.size = 0;
    if (!page->is_query)
        dynox__page_scan_range(page, 0, 1);
    else if (!dynox__page_query_range(call, page))
        return false;
    return dynox__page_start(call, page) && dynox__page_walk(call, page);
}

/* One partition after the other, from that in which the last page ended. */
static bool walk(dynox__local_call *call, dynox__page *page, const dynox__partiql_range *range)
{
    const dynox__key_part *part = &dynox__page_key(page)->partition[0];
    if (!range->partition_count) return walk_range(call, page);
    for (size_t i = 0; i < range->partition_count && !page->is_cut; i++) {
        if (page->has_start && !dynox__values_equal(dynox__part_of(&page->start, part), &range->partitions[i]))
            continue;
        page->terms.at[0].operand[0] = range->partitions[i];
        if (!walk_range(call, page)) return false;
        page->has_start = false;
    }
    return true;
}

static bool answer_page(dynox__local_call *call, dynox__page *page, const dynox__partiql_range *range, bool is_one)
{
    dynox__buffer_text(call->answer, "{\"Items\":[");
    if (!walk(call, page, range) || !dynox__page_bill(call, page)) return false;
    dynox__buffer_byte(call->answer, ']');
    if (page->is_cut && !is_one && !write_next(call, page)) return false;
    dynox__bill_answer(call, &page->bill, false);
    dynox__buffer_byte(call->answer, '}');
    return true;
}

/* *is_one: one item of a table, behind which no page comes. */
static bool find_page(dynox__local_call *call, const dynox__partiql *statement, dynox__page *page,
                      dynox__partiql_range *range, bool *is_one)
{
    dynox__tree table = dynox__text_tree(statement->table, statement->table_length);
    if (!dynox__page_find(call, page, &table, statement->index)) return false;
    *is_one = !page->index && dynox__partiql_has_key(statement, &page->table->key);
    if (!dynox__partiql_range_of(statement, dynox__page_key(page), call->arena, range, &call->refusal)) return false;
    page->terms    = range->terms;
    page->filter   = range->rest;
    page->is_query = page->terms.count;
    return read_order(call, statement, page, range) && dynox__page_select(call, page);
}

static bool select_page(dynox__local_call *call, const dynox__partiql *statement)
{
    dynox__partiql_range range;
    dynox__page          page = {.bill          = dynox__bill_of(call, 1),
                                 .projection    = statement->projection,
                                 .is_consistent = dynox__tree_true(call->request, "ConsistentRead")};
    int64_t              limit;
    if (dynox__tree_integer(call->request, "Limit", &limit) && limit > 0) page.limit = (uint64_t)limit;
    bool is_one, done = read_token(call, &page) && find_page(call, statement, &page, &range, &is_one) &&
                        answer_page(call, &page, &range, is_one);
    dynox__page_free(&page);
    return done;
}

bool dynox__local_execute_statement(dynox__local_call *call)
{
    dynox__partiql statement;
    if (!dynox__statement_read(call, call->request, &statement)) return false;
    if (statement.kind == DYNOX__PARTIQL_EXISTS)
        return DYNOX__REFUSE_INVALID(call, "EXISTS is only supported in ExecuteTransaction");
    return dynox__statement_selects(&statement) ? select_page(call, &statement) : execute(call, &statement);
}
