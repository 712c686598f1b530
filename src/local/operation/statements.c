/* BatchExecuteStatement and ExecuteTransaction: several statements about one item each. */
#include "local/operation/distinct.h"
#include "local/operation/operations.h"
#include "local/operation/parameters.h"
#include "local/operation/statement.h"
#include "local/operation/token.h"

/* One of them. In a batch each has a refusal of its own. */
typedef struct one {
    const dynox__tree *request;
    dynox__partiql     statement;
    dynox__action      action;
    dynox__get         get;
    dynox__refusal     refusal;
} one;

static one *read_requests(dynox__local_call *call, const char *member, size_t *count)
{
    const dynox__tree *all  = dynox__tree_member(call->request, member);
    one               *read = dynox__arena_alloc(call->arena, all->count * sizeof *read);
    *count                  = 0;
    if (!read) dynox__refuse_memory(&call->refusal);
    for (const dynox__tree *each = all->first; each && read; each = each->next)
        read[(*count)++] = (one){.request = each};
    return read;
}

/* ---- batches ---- */

/* NULL: the whole batch is refused with it. */
static const char *code_of(dynox__refusal_type type)
{
    switch ((int)type) {
    case DYNOX__REFUSAL_VALIDATION: return "ValidationError";
    case DYNOX__REFUSAL_CONDITION_FAILED: return "ConditionalCheckFailed";
    case DYNOX__REFUSAL_DUPLICATE_ITEM: return "DuplicateItem";
    case DYNOX__REFUSAL_RESOURCE_NOT_FOUND: return "ResourceNotFound";
    case DYNOX__REFUSAL_ITEM_COLLECTION_SIZE: return "ItemCollectionSizeLimitExceeded";
    default: return NULL;
    }
}

/* Makes what was just refused the refusal of this statement. */
static bool take(dynox__local_call *call, one *of)
{
    if (!code_of(call->refusal.type)) return false;
    of->refusal   = call->refusal;
    call->refusal = (dynox__refusal){0};
    return true;
}

static bool is_refused(const one *of)
{
    return of->refusal.type != DYNOX__REFUSAL_NONE;
}

static bool find_one(dynox__local_call *call, one *of)
{
    if (of->statement.kind == DYNOX__PARTIQL_EXISTS)
        return DYNOX__REFUSE_INVALID(call, "EXISTS is only supported in ExecuteTransaction");
    if (dynox__statement_selects(&of->statement))
        return dynox__statement_get(call, of->request, &of->statement,
                                    "Select statements within BatchExecuteStatement must specify the primary key in "
                                    "the where clause.",
                                    &of->get) &&
               dynox__table_check_key(call, of->get.table, &of->get.key);
    return dynox__statement_action(call, of->request, &of->statement, &of->action) &&
           dynox__action_check(call, &of->action);
}

/* All of them read, or none. */
static bool check_mixed(dynox__local_call *call, const one *all, size_t count, bool *reads)
{
    size_t selects = 0, others = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_refused(&all[i])) continue;
        if (dynox__statement_selects(&all[i].statement))
            selects++;
        else
            others++;
    }
    *reads = selects;
    return !selects || !others ||
           DYNOX__REFUSE_INVALID(call, "Read and write requests together in the same batch is not supported.");
}

static bool check_twice(dynox__local_call *call, const one *all, size_t count)
{
    dynox__distinct distinct = {0};
    bool            done     = dynox__distinct_begin(call, &distinct, count);
    for (size_t i = 0; i < count && done; i++)
        if (!is_refused(&all[i]) && !dynox__distinct_add(&distinct, all[i].action.table, &all[i].action.key))
            done = DYNOX__REFUSE_INVALID(call, "Provided list of item keys contains duplicates");
    return dynox__distinct_end(call, &distinct) && done;
}

/* What refuses a write shows before anything is changed; what fails later ends the whole batch. */
static bool write_one(dynox__local_call *call, one *of, dynox__bill *bill, dynox_item *shown)
{
    dynox__action *action = &of->action;
    bool           done   = dynox__action_prepare(call, action);
    if (done && !action->holds && (action->kind != DYNOX__ACTION_DELETE || action->exists))
        done = dynox__action_failed(call, action);
    if (!done) return take(call, of);
    return dynox__action_apply(call, action) && dynox__bill_write(call, bill, action->table, &action->written) &&
           dynox__returned_item(call, action, of->statement.returns, shown);
}

static void answer_error(dynox__local_call *call, const one *of)
{
    const char *code = code_of(of->refusal.type);
    dynox__answer_member(call->answer, "Error");
    dynox__buffer_byte(call->answer, '{');
    dynox__answer_member(call->answer, "Code");
    dynox__values_write_text(call->answer, code, strlen(code));
    if (of->refusal.message) {
        dynox__answer_member(call->answer, "Message");
        dynox__values_write_text(call->answer, of->refusal.message, of->refusal.length);
    }
    dynox__buffer_add(call->answer, of->refusal.members, of->refusal.members_length);
    dynox__buffer_byte(call->answer, '}');
}

static bool answer_one(dynox__local_call *call, one *of, bool reads, dynox__bill *bill)
{
    dynox_item shown = {0};
    size_t     size;
    dynox__answer_element(call->answer);
    dynox__buffer_byte(call->answer, '{');
    if (!is_refused(of) && !reads && !write_one(call, of, bill, &shown)) return false;
    if (of->statement.table) {
        dynox__answer_member(call->answer, "TableName");
        dynox__values_write_text(call->answer, of->statement.table, of->statement.table_length);
    }
    if (!is_refused(of) && reads && !dynox__get_item(call, &of->get, bill, &size)) return false;
    if (is_refused(of)) {
        answer_error(call, of);
    } else if (shown.count) {
        dynox__answer_member(call->answer, "Item");
        dynox__values_write_item(call->answer, &shown);
    }
    dynox__buffer_byte(call->answer, '}');
    return true;
}

bool dynox__local_batch_execute_statement(dynox__local_call *call)
{
    dynox__bill bill = dynox__bill_of(call, 1);
    size_t      count;
    bool        reads;
    one        *all = read_requests(call, "Statements", &count);
    if (!all) return false;
    for (size_t i = 0; i < count; i++)
        if (!dynox__statement_read(call, all[i].request, &all[i].statement) && !take(call, &all[i])) return false;
    if (!check_mixed(call, all, count, &reads)) return false;
    for (size_t i = 0; i < count; i++)
        if (!is_refused(&all[i]) && !find_one(call, &all[i]) && !take(call, &all[i])) return false;
    if (!reads && !check_twice(call, all, count)) return false;
    dynox__buffer_text(call->answer, "{\"Responses\":[");
    for (size_t i = 0; i < count; i++)
        if (!answer_one(call, &all[i], reads, &bill)) return false;
    dynox__buffer_byte(call->answer, ']');
    dynox__bill_answer(call, &bill, true);
    dynox__buffer_byte(call->answer, '}');
    return true;
}

/* ---- transactions ---- */

static bool read_all(dynox__local_call *call, one *all, size_t count, bool *reads)
{
    for (size_t i = 0; i < count; i++) {
        if (!dynox__statement_read(call, all[i].request, &all[i].statement)) return false;
        if (all[i].statement.returns)
            return DYNOX__REFUSE_INVALID(call,
                                         "Validation failed in TransactStatements[%zu]: RETURNING clause is not "
                                         "supported in ExecuteTransaction.",
                                         i);
    }
    *reads = dynox__statement_selects(&all[0].statement);
    for (size_t i = 1; i < count; i++)
        if (dynox__statement_selects(&all[i].statement) != *reads)
            return DYNOX__REFUSE_INVALID(
                call, "ExecuteTransaction API does not support both read and write operations in the same request.");
    return true;
}

static bool read_items(dynox__local_call *call, const one *all, size_t count)
{
    dynox__get *gets = dynox__arena_alloc(call->arena, count * sizeof *gets);
    if (!gets) return dynox__refuse_memory(&call->refusal);
    for (size_t i = 0; i < count; i++)
        if (!dynox__statement_get(call, all[i].request, &all[i].statement,
                                  "Select statements within ExecuteTransaction must specify the primary key in the "
                                  "where clause.",
                                  &gets[i]))
            return false;
    return dynox__transact_read(call, gets, count);
}

static bool write_again(dynox__local_call *call, dynox__action *actions, size_t count, dynox__bill *bill)
{
    for (size_t i = 0; i < count; i++)
        if (!dynox__action_check(call, &actions[i]) || !dynox__transact_again(call, &actions[i], bill)) return false;
    return true;
}

static bool write_items(dynox__local_call *call, const one *all, size_t count)
{
    dynox__action        *actions  = dynox__arena_alloc(call->arena, count * sizeof *actions);
    dynox__cancel_reason *reasons  = dynox__arena_alloc(call->arena, count * sizeof *reasons);
    dynox__bill           bill     = dynox__bill_of(call, 2);
    bool                  is_known = false;
    if (!actions || !reasons) return dynox__refuse_memory(&call->refusal);
    if (!dynox__token_use(call, &is_known)) return false;
    for (size_t i = 0; i < count; i++) {
        reasons[i] = (dynox__cancel_reason){0};
        if (!dynox__statement_action(call, all[i].request, &all[i].statement, &actions[i])) return false;
    }
    if (is_known ? !write_again(call, actions, count, &bill)
                 : !dynox__transact_write(call, actions, reasons, count, &bill))
        return false;
    dynox__buffer_text(call->answer, "{\"Responses\":[");
    for (size_t i = 0; i < count; i++)
        dynox__buffer_text(call->answer, i ? ",{}" : "{}");
    dynox__buffer_byte(call->answer, ']');
    dynox__bill_answer(call, &bill, true);
    dynox__buffer_byte(call->answer, '}');
    return true;
}

bool dynox__local_execute_transaction(dynox__local_call *call)
{
    size_t count;
    bool   reads = false;
    one   *all   = read_requests(call, "TransactStatements", &count);
    if (!all || !read_all(call, all, count, &reads)) return false;
    return reads ? read_items(call, all, count) : write_items(call, all, count);
}
