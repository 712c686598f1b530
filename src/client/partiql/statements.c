/* BatchExecuteStatement, ExecuteTransaction. */
#include "base/args.h"
#include "client/core/sync.h"
#include "client/item/items.h"
#include "client/item/write.h"
#include "client/partiql/statement.h"
#include <stdio.h>
#include <string.h>

enum { MOST_IN_BATCH = 25 }; /* API reference, BatchExecuteStatement */

/* ---- answers ---- */

typedef struct answer {
    dynox__statements statements;
    dynox__capacities capacities;
} answer;

static dynox__document *read_answer(dynox__call *call, dynox__buffer *body, answer *found, dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Responses", STATEMENTS, answer, statements),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITIES, answer, capacities)};
    dynox__document          *made =
        dynox__answer_decode(call, body, body->size / 2 + 128, fields, sizeof fields / sizeof *fields, found, error);
    if (!made) return NULL;
    made->info.capacity       = found->capacities.at;
    made->info.capacity_count = found->capacities.count;
    return made;
}

/* One place for each statement. */
static dynox_items *items_of(dynox__document *document, const dynox__statements *statements, size_t count)
{
    dynox_items *items = dynox__items_new(count);
    for (size_t i = 0; items && i < statements->count && i < count; i++)
        if (!dynox__items_place(items, i, document, statements->at[i].item)) return NULL;
    return items;
}

static dynox_status finish(dynox__call *call, dynox__document *made, const answer *found, dynox__slot *value,
                           dynox__document **document, dynox_error *error)
{
    value->pointer = items_of(made, &found->statements, call->context[0]);
    if (!value->pointer) {
        dynox__shared_release(&made->shared);
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    call->items = 0;
    for (size_t i = 0; i < found->statements.count; i++)
        call->items += found->statements.at[i].item != NULL;
    *document = made;
    return DYNOX_OK;
}

/* ---- a batch of which something failed ---- */

/* The codes of BatchStatementError, which are not those of the operations. */
static dynox_status status_of(const char *code)
{
    static const struct {
        const char  *code;
        dynox_status status;
    } known[] = {{"ConditionalCheckFailed", DYNOX_E_CONDITION_FAILED},
                 {"ItemCollectionSizeLimitExceeded", DYNOX_E_COLLECTION_TOO_LARGE},
                 {"RequestLimitExceeded", DYNOX_E_THROTTLED},
                 {"ValidationError", DYNOX_E_VALIDATION},
                 {"ProvisionedThroughputExceeded", DYNOX_E_THROTTLED},
                 {"TransactionConflict", DYNOX_E_TRANSACTION_CONFLICT},
                 {"ThrottlingError", DYNOX_E_THROTTLED},
                 {"InternalServerError", DYNOX_E_SERVER},
                 {"ResourceNotFound", DYNOX_E_NOT_FOUND},
                 {"AccessDenied", DYNOX_E_ACCESS_DENIED},
                 {"DuplicateItem", DYNOX_E_DUPLICATE_ITEM}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].code, code) == 0) return known[i].status;
    return DYNOX_E_SERVICE;
}

static bool may_succeed_later(dynox_status status)
{
    return status == DYNOX_E_THROTTLED || status == DYNOX_E_SERVER || status == DYNOX_E_TRANSACTION_CONFLICT;
}

static void add_words(dynox__buffer *words, size_t number, const dynox_cancellation_reason *error)
{
    dynox__buffer_format(words, " statement %zu: %s%s%s;", number, error->code, error->message ? ": " : "",
                         error->message ? error->message : "");
}

/* The error of those that failed, with the items of the others. Takes over the document's reference. */
static dynox_status fail(dynox__call *call, dynox__document *made, const dynox__statements *statements, size_t failed,
                         dynox_error *error)
{
    dynox_cancellation_reason *reasons =
        dynox__arena_alloc(&made->arena, statements->count * sizeof *reasons); /* few: at most as many as were sent */
    dynox__buffer                    words = {0};
    const dynox_cancellation_reason *first = NULL;
    bool                             wrote = false, retryable = true;
    for (size_t i = 0; reasons && i < statements->count; i++) {
        const dynox__statement *at = &statements->at[i];
        reasons[i]                 = at->error.code ? at->error : (dynox_cancellation_reason){"None", NULL, at->item};
        if (!at->error.code) continue;
        if (!first) first = &reasons[i];
        wrote     = wrote || status_of(at->error.code) == DYNOX_E_SERVER;
        retryable = retryable && may_succeed_later(status_of(at->error.code));
        add_words(&words, i + 1, &reasons[i]);
    }
    if (!first || words.failed) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        dynox__shared_release(&made->shared);
    } else {
        dynox_error_set(error, failed < statements->count ? DYNOX_E_PARTIAL : status_of(first->code),
                        "%zu of %zu statements failed:%.*s", failed, statements->count, (int)(words.size - 1),
                        words.data);
        snprintf(error->code, sizeof error->code, "%s", first->code);
        error->reasons          = reasons;
        error->reason_count     = statements->count;
        error->retryable        = retryable;
        error->may_have_applied = call->is_write && wrote;
        dynox__error_own(error, &made->shared);
    }
    dynox__buffer_free(&words);
    return error->status;
}

static dynox_status decode_batch(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                                 dynox_error *error)
{
    answer           found  = {0};
    size_t           failed = 0;
    dynox__document *made   = read_answer(call, body, &found, error);
    if (!made) return error->status;
    if (found.statements.count != call->context[0])
        call->mismatch = "the answer has not as many results as there were statements";
    for (size_t i = 0; i < found.statements.count; i++)
        failed += found.statements.at[i].error.code != NULL;
    if (!failed || call->mismatch) return finish(call, made, &found, value, document, error);
    call->answered = true;
    return fail(call, made, &found.statements, failed, error);
}

/* Of writes it may say nothing. */
static dynox_status decode_transaction(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                       dynox__document **document, dynox_error *error)
{
    answer           found = {0};
    dynox__document *made  = read_answer(call, body, &found, error);
    if (!made) return error->status;
    if (found.statements.count != call->context[0] && !(call->is_write && !found.statements.count))
        call->mismatch = "the answer has not as many results as there were statements";
    return finish(call, made, &found, value, document, error);
}

static void explain_transaction(const dynox__call *call, dynox_error *error)
{
    dynox__buffer words = {0};
    (void)call;
    if (error->status != DYNOX_E_TRANSACTION_CANCELLED) return;
    for (size_t i = 0; i < error->reason_count; i++)
        if (strcmp(error->reasons[i].code, "None") != 0) add_words(&words, i + 1, &error->reasons[i]);
    if (words.size && !words.failed)
        dynox__error_reword(error, "ExecuteTransaction was cancelled:%.*s", (int)(words.size - 1), words.data);
    dynox__buffer_free(&words);
}

static const dynox__operation batch_execute_statement = {
    .name = "BatchExecuteStatement", .type = &dynox_type_items, .decode = decode_batch};
static const dynox__operation execute_transaction = {.name    = "ExecuteTransaction",
                                                     .type    = &dynox_type_items,
                                                     .decode  = decode_transaction,
                                                     .explain = explain_transaction};

/* ---- requests ---- */

/* What is wrong with one of many is said with its number. */
static void add_number(dynox__request_writer *writer, size_t number)
{
    dynox_error *error = &writer->error;
    if (error->status != DYNOX_OK && error->status != DYNOX_E_NO_MEMORY)
        dynox__error_reword(error, "statement %zu: %s", number, error->message);
}

static void write_statements(dynox__request_writer *writer, const char *member, dynox_statements statements,
                             bool may_be_consistent)
{
    if (!dynox__request_array(writer, "statements", statements.at, statements.count)) return;
    dynox__request_open(writer, member, '[');
    for (size_t i = 0; i < statements.count && writer->error.status == DYNOX_OK; i++) {
        const dynox_statement *at = &statements.at[i];
        dynox__request_open(writer, NULL, '{');
        dynox__request_statement(writer, at->statement);
        if (at->consistent_read && !may_be_consistent)
            dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "consistent_read is for batches: transactions always are");
        dynox__request_truth(writer, "ConsistentRead", at->consistent_read);
        dynox__request_return_on_failure(writer, at->return_on_condition_failure);
        dynox__request_close(writer, '}');
        add_number(writer, i + 1);
    }
    dynox__request_close(writer, ']');
    if (writer->call) writer->call->context[0] = statements.count;
}

static void refuse_too_many(dynox__request_writer *writer, size_t count, size_t most, const char *what)
{
    if (count > most)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "%zu statements are too many for a %s: it takes %zu", count,
                              what, most);
}

/* The most that one of them does. Reads and writes do not go together (API reference, BatchExecuteStatement,
 * ExecuteTransaction). */
static dynox__statement_kind kind_of_all(dynox__request_writer *writer, dynox_statements statements, const char *what)
{
    dynox__statement_kind most = DYNOX__STATEMENT_CHECKS;
    size_t                read = 0, written = 0; /* the first ones, from 1 */
    for (size_t i = 0; i < statements.count && writer->error.status == DYNOX_OK; i++) {
        dynox__statement_kind kind = dynox__statement_kind_of(statements.at[i].statement);
        if (kind > most) most = kind;
        if (kind == DYNOX__STATEMENT_READS && !read) read = i + 1;
        if (dynox__statement_writes(kind) && !written) written = i + 1;
    }
    if (read && written)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "statement %zu reads and statement %zu writes: a %s takes one or the other", read,
                              written, what);
    return most;
}

static dynox_future *send_some(dynox__request_writer *writer, size_t count)
{
    if (count || writer->error.status != DYNOX_OK) return dynox__request_send(writer);
    dynox__slot none = {.pointer = dynox__items_new(0)};
    if (!none.pointer) dynox__request_refuse(writer, DYNOX_E_NO_MEMORY, "out of memory");
    return dynox__request_settle(writer, none);
}

dynox_future *dynox_batch_execute_statement_with(dynox_client *client, const dynox_batch_execute_statement_args *given)
{
    dynox_batch_execute_statement_args args;
    dynox__request_writer              writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &batch_execute_statement, &DYNOX__CALL_OPTIONS(args));
    refuse_too_many(&writer, args.statements.count, MOST_IN_BATCH, "batch");
    write_statements(&writer, "Statements", args.statements, true);
    dynox__request_capacity(&writer, args.return_capacity);
    dynox__statement_kind kind = kind_of_all(&writer, args.statements, "batch");
    if (writer.call) {
        dynox_ambiguous_writes wanted = args.ambiguous_writes ? args.ambiguous_writes : client->ambiguous_writes;
        writer.call->is_write         = dynox__statement_writes(kind);
        writer.call->ambiguity        = kind == DYNOX__STATEMENT_CHANGES ? DYNOX__AMBIGUOUS : DYNOX__SAFE_TO_REPEAT;
        writer.call->fail_ambiguous   = wanted == DYNOX_AMBIGUOUS_FAIL;
    }
    return send_some(&writer, args.statements.count);
}

dynox_future *dynox_execute_transaction_with(dynox_client *client, const dynox_execute_transaction_args *given)
{
    dynox_execute_transaction_args args;
    dynox__request_writer          writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &execute_transaction, &DYNOX__CALL_OPTIONS(args));
    refuse_too_many(&writer, args.statements.count, DYNOX__MOST_ACTIONS, "transaction");
    write_statements(&writer, "TransactStatements", args.statements, false);
    dynox__request_token(&writer, args.token);
    dynox__request_capacity(&writer, args.return_capacity);
    dynox__statement_kind kind = kind_of_all(&writer, args.statements, "transaction");
    if (writer.call) {
        writer.call->is_write         = dynox__statement_writes(kind);
        writer.call->conflict_retries = args.conflict_retries;
    }
    return send_some(&writer, args.statements.count);
}

dynox_status dynox_sync_batch_execute_statement_with(dynox_client                             *client,
                                                     const dynox_batch_execute_statement_args *given)
{
    dynox_batch_execute_statement_args args;
    DYNOX__SYNC(client, args, given, dynox_batch_execute_statement_with, &dynox_type_items);
}

dynox_status dynox_sync_execute_transaction_with(dynox_client *client, const dynox_execute_transaction_args *given)
{
    dynox_execute_transaction_args args;
    DYNOX__SYNC(client, args, given, dynox_execute_transaction_with, &dynox_type_items);
}
