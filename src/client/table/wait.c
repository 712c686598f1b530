/* Waiters: one coroutine of our own, on whichever thread the answers arrive, and a row for each thing to wait for. */
#include "base/args.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/random.h"
#include "client/core/sync.h"
#include "client/table/table.h"
#include "value/json/encode.h"
#include "value/json_c/control.h"
#include <dynox/async.h>
#include <dynox/table.h>
#include <dynox/wait.h>
#include <stdio.h>

enum {
    TABLE_TIMEOUT_MS = 60000,
    TABLE_POLL_MS    = 500,
    INDEX_TIMEOUT_MS = 600000,
    INDEX_POLL_MS    = 2000,
    LONG_TIMEOUT_MS  = 1200000, /* the official waiters: 60 questions, one every 20 s */
    LONG_POLL_MS     = 20000,
    GROWTH           = 6,   /* of the pauses in all: theirs go from 20 s to 120 s */
    LONGEST_NAME     = 1024 /* of an ARN, which may stand for the name */
};

/* ---- what can be waited for ---- */

typedef struct wait_kind {
    const char *noun, *goal; /* "export \"arn\" was not COMPLETED within ..." */
    int64_t     timeout_ms, poll_ms;
    const char *operation, *member; /* the question, and the resource's member in it; NULL: DescribeTable */
    bool        may_come;           /* what is not found is waited for */
    dynox__goal reached;
} wait_kind;

static const wait_kind kinds[] = {
    [DYNOX_UNTIL_TABLE_ACTIVE] = {"table", "did not become ACTIVE", TABLE_TIMEOUT_MS, TABLE_POLL_MS, .may_come = true},
    [DYNOX_UNTIL_TABLE_GONE]   = {"table", "was not gone", TABLE_TIMEOUT_MS, TABLE_POLL_MS, .may_come = false},
    [DYNOX_UNTIL_INDEX_ACTIVE] = {"table", "did not become ACTIVE", INDEX_TIMEOUT_MS, INDEX_POLL_MS, .may_come = true},
    [DYNOX_UNTIL_EXPORT_COMPLETED]   = {"export", "was not COMPLETED", LONG_TIMEOUT_MS, LONG_POLL_MS, "DescribeExport",
                                        "ExportArn",
                                        .reached = {.path    = {"ExportDescription"},
                                                    .status  = "ExportStatus",
                                                    .success = "COMPLETED",
                                                    .failure = {"FAILED"},
                                                    .reason  = {"FailureCode", "FailureMessage"}}},
    [DYNOX_UNTIL_IMPORT_COMPLETED]   = {"import", "was not COMPLETED", LONG_TIMEOUT_MS, LONG_POLL_MS, "DescribeImport",
                                        "ImportArn",
                                        .reached = {.path    = {"ImportTableDescription"},
                                                    .status  = "ImportStatus",
                                                    .success = "COMPLETED",
                                                    .failure = {"FAILED", "CANCELLED"},
                                                    .reason  = {"FailureCode", "FailureMessage"}}},
    [DYNOX_UNTIL_BACKUP_AVAILABLE]   = {"backup", "was not AVAILABLE", LONG_TIMEOUT_MS, LONG_POLL_MS, "DescribeBackup",
                                        "BackupArn",
                                        .reached = {.path    = {"BackupDescription", "BackupDetails"},
                                                    .status  = "BackupStatus",
                                                    .success = "AVAILABLE",
                                                    .failure = {"DELETED"}}},
    [DYNOX_UNTIL_INSIGHTS_ENABLED]   = {"contributor insights of table", "were not ENABLED", LONG_TIMEOUT_MS,
                                        LONG_POLL_MS, "DescribeContributorInsights", "TableName", true,
                                        .reached = {.status  = "ContributorInsightsStatus",
                                                    .success = "ENABLED",
                                                    .failure = {"FAILED"},
                                                    .in      = "FailureException",
                                                    .reason  = {"ExceptionName", "ExceptionDescription"}}},
    [DYNOX_UNTIL_DESTINATION_ACTIVE] = {"Kinesis destination of table", "did not become ACTIVE", LONG_TIMEOUT_MS,
                                        LONG_POLL_MS, "DescribeKinesisStreamingDestination", "TableName", true,
                                        .reached = {.list    = "KinesisDataStreamDestinations",
                                                    .status  = "DestinationStatus",
                                                    .success = "ACTIVE",
                                                    .failure = {"DISABLED", "ENABLE_FAILED"},
                                                    .reason  = {"DestinationStatusDescription"}}},
};

typedef struct wait_subject {
    dynox_until   until;
    int64_t       deadline_ns, timeout_ms, poll_ms, poll_max_ms;
    char          resource[LONGEST_NAME + 1], index[256];
    dynox__labels labels;
} wait_subject;

static const wait_kind *kind_of(const wait_subject *subject)
{
    return &kinds[subject->until];
}

/* ---- what an answer says ---- */

static const char not_there[] = "not there yet";

static const dynox_index *find_index(const dynox_index *indexes, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (indexes[i].name && strcmp(indexes[i].name, name) == 0) return &indexes[i];
    return NULL;
}

/* A local index has no status: it is there from the beginning. */
static const char *state_of(const wait_subject *subject, const dynox_table *table)
{
    const char *whole = table->status ? table->status : "without a status";
    if (subject->until != DYNOX_UNTIL_INDEX_ACTIVE) return whole;
    const dynox_index *index = find_index(table->global_indexes, table->global_index_count, subject->index);
    if (!index && find_index(table->local_indexes, table->local_index_count, subject->index)) return whole;
    if (!index) return NULL;
    return index->status ? index->status : "without a status";
}

static void judge_table(const wait_subject *subject, const dynox_table *table, dynox__state *state)
{
    const char *status = state_of(subject, table);
    snprintf(state->status, sizeof state->status, "%s", status ? status : not_there);
    if (subject->until == DYNOX_UNTIL_TABLE_GONE || !status || strcmp(status, "ACTIVE") != 0) return;
    state->verdict = DYNOX__STATE_REACHED;
}

static dynox_status judge(const wait_subject *subject, const dynox_answer *answer, dynox__state *state,
                          dynox_error *error)
{
    return dynox__control_state(answer->json, answer->length, &kind_of(subject)->reached, state, error);
}

/* The question failed. false: so does the wait. */
static bool goes_on(const wait_subject *subject, dynox_status status, dynox__state *state)
{
    if (status == DYNOX_E_TIMEOUT) return true; /* of this question: whether it is the last one, the clock says */
    if (status != DYNOX_E_NOT_FOUND) return false;
    snprintf(state->status, sizeof state->status, "%s", not_there);
    if (subject->until == DYNOX_UNTIL_TABLE_GONE) state->verdict = DYNOX__STATE_REACHED;
    return subject->until == DYNOX_UNTIL_TABLE_GONE || kind_of(subject)->may_come;
}

/* ---- the wait ---- */

static int64_t left_ms(const wait_subject *subject)
{
    return (subject->deadline_ns - dynox__now_ns()) / DYNOX__MS;
}

static dynox__call_options options_of(const wait_subject *subject)
{
    int64_t left = left_ms(subject);
    if (left <= 0) left = 1;
    if (subject->deadline_ns == DYNOX__NEVER) left = 0; /* the client's: the next question comes */
    return (dynox__call_options){
        .deadline_ms = left, .labels = subject->labels, .explain = dynox__explaining(), .feature = "B"};
}

static dynox_future *ask_table(dynox_client *client, const wait_subject *subject)
{
    dynox__call_options options = options_of(subject);
    return dynox__describe_table(client, subject->resource, &options);
}

static dynox_future *ask(dynox_client *client, const wait_subject *subject)
{
    const wait_kind    *kind    = kind_of(subject);
    dynox__call_options options = options_of(subject);
    dynox__buffer       json    = {0};
    dynox_error         error   = {0};
    dynox__buffer_format(&json, "{\"%s\":", kind->member);
    dynox__encode_text(&json, subject->resource, strlen(subject->resource));
    if (subject->index[0]) {
        DYNOX__BUFFER_LITERAL(&json, ",\"IndexName\":");
        dynox__encode_text(&json, subject->index, strlen(subject->index));
    }
    dynox__buffer_byte(&json, '}');
    if (json.failed) dynox_error_set(&error, DYNOX_E_NO_MEMORY, "out of memory");
    const dynox_call_args args  = {.operation = kind->operation, .json = json.data, .length = json.size};
    dynox_future         *asked = dynox__any_call(client, &args, &options, &error);
    dynox__buffer_free(&json);
    return asked;
}

int64_t dynox__wait_pause(int64_t shortest_ms, int64_t longest_ms, unsigned asked, int64_t left_ms, bool *last)
{
    int64_t bound = shortest_ms;
    while (--asked && bound < longest_ms)
        bound = bound > longest_ms / 2 ? longest_ms : 2 * bound;
    int64_t pause = shortest_ms + (int64_t)((double)(bound - shortest_ms) * dynox__random_unit());
    *last         = left_ms - pause <= shortest_ms;
    return *last ? left_ms - left_ms / 8 : pause;
}

static void name_it(const wait_subject *subject, const dynox__state *state, dynox_error *error)
{
    const wait_kind *kind  = kind_of(subject);
    bool             index = subject->until == DYNOX_UNTIL_INDEX_ACTIVE;
    char             words[640];
    snprintf(words, sizeof words, "%s%s%s%s \"%.200s\"", index ? "index \"" : "", index ? subject->index : "",
             index ? "\" of " : "", kind->noun, subject->resource);
    if (state->verdict == DYNOX__STATE_FAILED)
        dynox_error_set(error, DYNOX_E_SERVICE, "%s is %s%s%s", words, state->status, state->reason[0] ? ": " : "",
                        state->reason);
    else
        dynox_error_set(error, DYNOX_E_TIMEOUT, "%s %s within %lld ms; it is %s", words, kind->goal,
                        (long long)subject->timeout_ms, state->status);
}

DYNOX_ASYNC(void *, wait_until, (dynox_client *client; wait_subject subject;),
            (dynox_client *held; dynox_table *table; dynox_answer *answer; dynox__state state; unsigned asked; bool last;
             dynox_error error;))
{
    DYNOX_BEGIN
    my->held = dynox__client_acquire(my->client); /* the program may free it while this sleeps */
    snprintf(my->state.status, sizeof my->state.status, "not known: no answer came");
    for (;;) {
        if (kind_of(&my->subject)->operation) {
            DYNOX_TRY(my->answer, ask(my->client, &my->subject)) {
                if (!goes_on(&my->subject, DYNOX_ERR, &my->state)) DYNOX_RETHROW;
            }
            if (my->answer && judge(&my->subject, my->answer, &my->state, &my->error) != DYNOX_OK)
                DYNOX_THROW_ERROR(&my->error);
            dynox_answer_free(my->answer);
            my->answer = NULL;
        } else {
            DYNOX_TRY(my->table, ask_table(my->client, &my->subject)) {
                if (!goes_on(&my->subject, DYNOX_ERR, &my->state)) DYNOX_RETHROW;
            }
            if (my->table) judge_table(&my->subject, my->table, &my->state);
            dynox_table_free(my->table);
            my->table = NULL;
        }
        if (my->state.verdict == DYNOX__STATE_REACHED) DYNOX_RETURN(NULL);
        my->asked++;
        if (my->state.verdict == DYNOX__STATE_FAILED || my->last || left_ms(&my->subject) <= 0) {
            name_it(&my->subject, &my->state, &my->error);
            DYNOX_THROW_ERROR(&my->error);
        }
        DYNOX_AWAIT_VOID(dynox_sleep(dynox__wait_pause(my->subject.poll_ms, my->subject.poll_max_ms, my->asked,
                                                       left_ms(&my->subject), &my->last)));
    }
    DYNOX_FINALLY
    dynox_answer_free(my->answer);
    dynox_table_free(my->table);
    dynox__client_release(my->held);
    DYNOX_END
}

/* ---- the operation ---- */

static bool take_text(char *to, size_t size, const char *from, const char *what, dynox_error *error)
{
    if (!from || !*from)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the %s is missing", what);
    else if (strlen(from) >= size)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the %s is longer than %zu bytes", what, size - 1);
    else
        snprintf(to, size, "%s", from);
    return error->status == DYNOX_OK;
}

static bool take_subject(const dynox_wait_args *args, wait_subject *subject, dynox_error *error)
{
    if ((unsigned)args->until > DYNOX_UNTIL_DESTINATION_ACTIVE) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "until has no value %d", (int)args->until);
        return false;
    }
    const wait_kind *kind     = &kinds[args->until];
    bool             of_index = args->until == DYNOX_UNTIL_INDEX_ACTIVE;
    bool             is_arn   = kind->operation && !kind->may_come;
    subject->until            = args->until;
    subject->labels           = dynox__labels_make(args->correlation_id, args->traceparent);
    subject->timeout_ms       = args->timeout_ms ? args->timeout_ms : kind->timeout_ms;
    subject->deadline_ns =
        subject->timeout_ms < 0 ? DYNOX__NEVER : dynox__deadline_after(dynox__now_ns(), subject->timeout_ms);
    subject->poll_ms     = args->poll_ms > 0 ? args->poll_ms : kind->poll_ms;
    subject->poll_max_ms = args->poll_max_ms > 0                   ? args->poll_max_ms
                           : subject->poll_ms < INT64_MAX / GROWTH ? GROWTH * subject->poll_ms
                                                                   : subject->poll_ms;
    if (!take_text(subject->resource, sizeof subject->resource, args->resource, is_arn ? "ARN" : "table name", error))
        return false;
    if (args->index && !of_index && args->until != DYNOX_UNTIL_INSIGHTS_ENABLED)
        dynox_error_set(error, DYNOX_E_ARGUMENT, ".index is for indexes and contributor insights");
    else if (of_index || args->index)
        return take_text(subject->index, sizeof subject->index, args->index, "name of the index", error);
    return error->status == DYNOX_OK;
}

dynox_future *dynox_wait_with(dynox_client *client, const dynox_wait_args *given)
{
    dynox_wait_args args;
    dynox_error     error   = {0};
    wait_subject    subject = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    if (error.status == DYNOX_OK && args.error)
        dynox_error_set(&error, DYNOX_E_ARGUMENT, ".error is for the sync_ form; ask the future instead");
    if (error.status != DYNOX_OK || !take_subject(&args, &subject, &error)) return dynox__future_failed_with(&error);
    return DYNOX_CALL_ON(dynox_executor_inline(), wait_until, .client = client, .subject = subject);
}

dynox_status dynox_sync_wait_with(dynox_client *client, const dynox_wait_args *given)
{
    dynox_wait_args args;
    dynox__sync     sync = {0};
    dynox__args_read(&args, sizeof args, given, &sync.refusal);
    sync.error = DYNOX__ARGS_FIELD(args, given, error);
    args.error = NULL;
    if (!dynox__sync_allowed(&sync, client)) return dynox__sync_refuse(&sync);
    return dynox__sync_join(&sync, dynox_wait_with(client, &args));
}
