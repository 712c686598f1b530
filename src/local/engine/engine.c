/* From a target and a body to an answer: operation, tree, checks, faults, a transaction, the operation in it. */
#include "local/engine/engine.h"
#include "base/log.h"
#include "local/engine/answer.h"
#include "local/engine/clock.h"
#include "local/engine/strike.h"
#include "local/engine/trace.h"
#include "local/engine/unprocessed.h"
#include "local/operation/operations.h"
#include "local/partiql/partiql.h"
#include "local/table/catalog.h"
#include "local/validate/validate.h"
#include <string.h>

enum {
    UPKEEP        = 64,   /* changes that one request may make on the side */
    UPKEEP_ROUNDS = 10000 /* of that, when the clock is moved */
};

struct dynox__local_engine {
    dynox__store         *store;
    dynox__catalog       *catalog;
    dynox__local_settings settings;
    dynox__local_clock    clock;
    dynox__local_faults   faults;
    dynox__local_trace    trace;
    _Atomic uint64_t      requests; /* so far: their numbers are what ids are made of */
    _Atomic bool          in_upkeep;
};

/* One request on its way. */
typedef struct handling {
    dynox__local_engine          *engine;
    const dynox__local_request   *request;
    dynox__local_answer          *answer;
    dynox__traced                *traced; /* NULL: it is not */
    const dynox__local_operation *operation;
    bool                          later; /* nobody waits for the disk */
    dynox__arena                  arena;
    dynox__local_call             call;
    dynox__fault                  fault;
} handling;

/* ---- beginning and end ---- */

/* They stand in ARNs, and those in JSON as they are. */
static bool settings_are_right(const dynox__local_settings *settings, dynox_error *error)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", digits[] = "0123456789";
    const char       *at = settings->region, *account = settings->account;
    while (*at && (strchr(letters, *at) || strchr(digits, *at) || *at == '-'))
        at++;
    if (*at) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "a region has letters, digits and hyphens only");
        return false;
    }
    if (!*account || (strlen(account) == 12 && strspn(account, digits) == 12)) return true;
    dynox_error_set(error, DYNOX_E_ARGUMENT, "an account has twelve digits");
    return false;
}

dynox__local_engine *dynox__local_engine_new(dynox__store *store, const dynox__local_settings *settings,
                                             dynox_error *error)
{
    if (!settings_are_right(settings, error)) {
        dynox__store_close(store);
        return NULL;
    }
    dynox__local_engine *engine = dynox__calloc(sizeof *engine);
    if (engine) engine->catalog = dynox__catalog_new();
    if (!engine || !engine->catalog) {
        dynox__free(engine);
        dynox__store_close(store);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    engine->store    = store;
    engine->settings = *settings;
    dynox__local_clock_init(&engine->clock);
    dynox__local_faults_init(&engine->faults, settings->seed);
    dynox__local_trace_init(&engine->trace);
    return engine;
}

void dynox__local_engine_free(dynox__local_engine *engine)
{
    if (!engine) return;
    dynox__local_trace_destroy(&engine->trace);
    dynox__local_faults_destroy(&engine->faults);
    dynox__local_clock_destroy(&engine->clock);
    dynox__catalog_free(engine->catalog);
    dynox__store_close(engine->store);
    dynox__free(engine);
}

/* ---- what is asked ---- */

static bool begins_with(const char *text, size_t length, const char *prefix)
{
    return length >= strlen(prefix) && memcmp(text, prefix, strlen(prefix)) == 0;
}

static bool find_operation(handling *work)
{
    static const char  of_tables[] = "DynamoDB_20120810.", of_streams[] = "DynamoDBStreams_20120810.";
    const char        *target = work->request->target;
    size_t             length = target ? work->request->target_length : 0;
    dynox__local_call *call   = &work->call;
    const char        *prefix = begins_with(target, length, of_streams)  ? of_streams
                                : begins_with(target, length, of_tables) ? of_tables
                                                                         : NULL;
    if (prefix)
        work->operation =
            dynox__local_operation_of(target + strlen(prefix), length - strlen(prefix), prefix == of_streams);
    if (work->operation) {
        call->operation = work->operation->name;
        return true;
    }
    call->refusal.type = DYNOX__REFUSAL_UNKNOWN_OPERATION;
    return false;
}

/* A body that is no object of JSON is refused without a word, as the service does. */
static bool read_request(handling *work)
{
    const char        *why  = NULL;
    dynox__local_call *call = &work->call;
    call->request           = dynox__tree_parse(work->request->body, work->request->body_size, call->arena, &why);
    if (!call->request && !why) return dynox__refuse_memory(&call->refusal);
    if (call->request && call->request->kind == DYNOX__TREE_OBJECT) return true;
    call->refusal.type = DYNOX__REFUSAL_SERIALIZATION;
    return false;
}

static bool validate(handling *work)
{
    const dynox__local_operation *operation = work->operation;
    dynox__local_call            *call      = &work->call;
    const dynox__request_shape   *shape =
        dynox__request_shape_of(operation->name, strlen(operation->name), operation->of_streams);
    if (shape && !dynox__request_validate(shape, call->request, call->settings, call->arena, &call->refusal))
        return false;
    if (operation->run) return true;
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION,
                         "%s is not offered by the local engine of dynox", operation->name);
}

/* ---- carrying it out ---- */

static dynox_status commit(dynox__local_call *call, dynox__local_answer *later, dynox_error *error)
{
    if (!later) return dynox__store_commit(call->transaction, error);
    later->pending      = (dynox__store_pending){0};
    dynox_status status = dynox__store_commit_later(call->transaction, &later->pending, error);
    later->is_unsettled = status == DYNOX_OK && !later->pending.done;
    return status;
}

/* A refusal speaks of what the transaction has seen, and waits for that to be there for all. */
static bool refuse(dynox__local_call *call, dynox__local_answer *later)
{
    dynox__store_pending own, *pending = later ? &later->pending : &own;
    dynox_error          error = {0};
    dynox__store_abort_later(call->transaction, pending);
    if (pending->done) return false;
    if (later)
        later->is_unsettled = true;
    else if (dynox__store_await(call->store, pending, &error) != DYNOX_OK)
        dynox__local_store_failed(call, &error);
    return false;
}

/* A transaction and what runs in it. `later`: whose answer it is, if that need not be on the disk yet; NULL. */
static bool in_transaction(dynox__local_call *call, bool writes, dynox__local_answer *later,
                           bool (*run)(dynox__local_call *, void *), void *arg)
{
    dynox_error error = {0};
    if (dynox__store_begin(call->store, writes, &call->transaction, &error) != DYNOX_OK)
        return dynox__local_store_failed(call, &error);
    bool done = run(call, arg) && !(call->answer && call->answer->failed);
    if (!writes) {
        dynox__store_abort(call->transaction);
        return done;
    }
    if (!done) return refuse(call, later);
    return commit(call, later, &error) == DYNOX_OK || dynox__local_store_failed(call, &error);
}

static bool upkeep(dynox__local_call *call, void *more)
{
    return dynox__table_upkeep(call, UPKEEP, more);
}

/* One thread at a time; the others have better things to do. Returns whether there is more to do now. */
static bool keep_up(dynox__local_engine *engine, int64_t now_us)
{
    bool more = false;
    if (now_us < dynox__catalog_due_us(engine->catalog)) return false;
    if (atomic_exchange(&engine->in_upkeep, true)) return false;
    dynox__arena      arena = {0};
    dynox__local_call call  = {.operation = "",
                               .arena     = &arena,
                               .settings  = &engine->settings,
                               .store     = engine->store,
                               .catalog   = engine->catalog,
                               .now_us    = now_us};
    if (!in_transaction(&call, true, NULL, upkeep, &more)) {
        dynox__log(DYNOX_LOG_ERROR, "local", "upkeep failed: %.*s", (int)call.refusal.length,
                   call.refusal.message ? call.refusal.message : "");
        more = false;
    }
    dynox__catalog_release(&call);
    dynox__arena_free(&arena);
    atomic_store(&engine->in_upkeep, false);
    return more;
}

/* What a fault withholds of a batch is taken out before and told after. */
static bool run(dynox__local_call *call, void *arg)
{
    handling   *work     = arg;
    const char *withheld = NULL;
    size_t      length   = 0;
    if (work->fault.what == DYNOX_LOCAL_UNPROCESSED &&
        !dynox__local_withhold(call, work->fault.items, &withheld, &length))
        return false;
    if (!work->operation->run(call)) return false;
    return !withheld || dynox__local_give_back(call, withheld, length);
}

static bool carry_out(handling *work)
{
    dynox__local_engine *engine = work->engine;
    dynox__local_call   *call   = &work->call;
    if (!find_operation(work) || !read_request(work) || !validate(work)) return false;
    if (!work->request->is_quiet)
        work->fault = dynox__local_faults_of(&engine->faults, call->operation, call->request, call->arena);
    if (!dynox__local_survives(call, &work->fault)) return false;
    keep_up(engine, call->now_us);
    bool writes = dynox__local_operation_writes(work->operation, call->request);
    if (!in_transaction(call, writes, work->later ? work->answer : NULL, run, work)) return false;
    work->answer->status = 200;
    return true;
}

/* ---- the door ---- */

static bool is_named(const dynox__tree *member, const char *name)
{
    return member->name_length == strlen(name) && memcmp(member->name, name, member->name_length) == 0;
}

/* The first table that the request speaks of, as a text. */
static bool table_of(const dynox__tree *tree, dynox__tree *table)
{
    if (tree->kind != DYNOX__TREE_OBJECT && tree->kind != DYNOX__TREE_ARRAY) return false;
    bool by_table = is_named(tree, "RequestItems");
    for (const dynox__tree *child = tree->first; child; child = child->next) {
        bool is_text = child->kind == DYNOX__TREE_TEXT;
        if (by_table || (is_text && is_named(child, "TableName"))) {
            *table = (dynox__tree){.kind   = DYNOX__TREE_TEXT,
                                   .text   = is_text ? child->text : child->name,
                                   .length = is_text ? child->length : child->name_length};
            return true;
        }
        if (is_text && is_named(child, "Statement") && dynox__partiql_table(child, table)) return true;
        if (table_of(child, table)) return true;
    }
    return false;
}

static void put_text(char *to, size_t room, const char *text, size_t length)
{
    if (length > room - 1) length = room - 1;
    if (length) memcpy(to, text, length);
    to[length] = 0;
}

/* By its name, also if it was given by its ARN. */
static void put_table(dynox__traced *traced, const dynox__tree *table)
{
    const char *name;
    size_t      length;
    dynox__catalog_name(table, &name, &length);
    put_text(traced->table, sizeof traced->table, name, length);
}

static void trace(handling *work)
{
    dynox__traced       *traced = work->traced;
    dynox__tree          table;
    dynox_local_request *shown = &traced->shown;
    put_text(traced->operation, sizeof traced->operation, work->call.operation, strlen(work->call.operation));
    if (work->call.request && table_of(work->call.request, &table)) put_table(traced, &table);
    memcpy(traced->request_id, work->answer->request_id, sizeof traced->request_id);
    shown->status     = work->answer->status;
    shown->error_type = work->answer->error_type;
    shown->fault      = work->fault.what ? work->fault.what : work->fault.delay_ms ? DYNOX_LOCAL_DELAY : 0;
    dynox__local_trace_end(&work->engine->trace, traced);
}

static void begin(handling *work)
{
    dynox__local_engine *engine = work->engine;
    dynox__local_answer *answer = work->answer;
    answer->body.size           = 0;
    answer->body.failed         = false;
    answer->error_type          = NULL;
    answer->cut_after           = 0;
    answer->is_unsettled        = false;
    dynox__local_write_id(answer->request_id, engine->settings.seed, atomic_fetch_add(&engine->requests, 1));
    work->call = (dynox__local_call){.operation = "",
                                     .arena     = &work->arena,
                                     .answer    = &answer->body,
                                     .settings  = &engine->settings,
                                     .store     = engine->store,
                                     .catalog   = engine->catalog,
                                     .now_us    = dynox__local_clock_now(&engine->clock)};
    if (!work->request->is_quiet)
        work->traced = dynox__local_trace_begin(&engine->trace, work->request->body, work->request->body_size);
}

static void answer_it(dynox__local_engine *engine, const dynox__local_request *request, dynox__local_answer *answer,
                      bool later)
{
    handling work = {.engine = engine, .request = request, .answer = answer, .later = later};
    begin(&work);
    if (!carry_out(&work)) {
        if (work.call.refusal.type == DYNOX__REFUSAL_NONE) dynox__refuse_memory(&work.call.refusal);
        dynox__local_write_refusal(answer, &work.call.refusal);
    }
    dynox__local_finish_body(answer);
    dynox__local_harm(answer, &work.fault);
    if (work.traced) trace(&work);
    dynox__catalog_release(&work.call);
    dynox__arena_free(&work.arena);
}

void dynox__local_engine_answer(dynox__local_engine *engine, const dynox__local_request *request,
                                dynox__local_answer *answer)
{
    answer_it(engine, request, answer, false);
}

void dynox__local_engine_answer_later(dynox__local_engine *engine, const dynox__local_request *request,
                                      dynox__local_answer *answer)
{
    answer_it(engine, request, answer, true);
}

void dynox__local_engine_settle(dynox__local_engine *engine, dynox__local_answer *answer)
{
    dynox_error error = {0};
    if (!answer->is_unsettled) return;
    answer->is_unsettled = false;
    if (dynox__store_await(engine->store, &answer->pending, &error) == DYNOX_OK) return;
    dynox__arena      arena = {0};
    dynox__local_call call  = {.arena = &arena};
    dynox__local_store_failed(&call, &error);
    answer->cut_after = 0;
    dynox__local_write_refusal(answer, &call.refusal);
    dynox__local_finish_body(answer);
    dynox__arena_free(&arena);
}

/* ---- the clock, faults and trace ---- */

int64_t dynox__local_engine_now_us(const dynox__local_engine *engine)
{
    return dynox__local_clock_now(&engine->clock);
}

void dynox__local_engine_add_ms(dynox__local_engine *engine, int64_t ms)
{
    if (ms > INT64_MAX / 1000) ms = INT64_MAX / 1000;
    dynox__local_clock_add(&engine->clock, ms * 1000);
    for (int i = 0; i < UPKEEP_ROUNDS && keep_up(engine, dynox__local_clock_now(&engine->clock)); i++)
        continue;
}

void dynox__local_engine_stop_clock(dynox__local_engine *engine, bool stopped)
{
    dynox__local_clock_stop(&engine->clock, stopped);
}

dynox_status dynox__local_engine_fail(dynox__local_engine *engine, const dynox_local_fail_args *rule,
                                      dynox_error *error)
{
    return dynox__local_faults_add(&engine->faults, rule, error);
}

void dynox__local_engine_fail_no_more(dynox__local_engine *engine)
{
    dynox__local_faults_clear(&engine->faults);
}

void dynox__local_engine_trace(dynox__local_engine *engine, size_t most)
{
    dynox__local_trace_keep(&engine->trace, most);
}

size_t dynox__local_engine_each_request(dynox__local_engine *engine, dynox_local_request_fn *show, void *arg)
{
    return dynox__local_trace_each(&engine->trace, show, arg);
}

void dynox__local_engine_forget_requests(dynox__local_engine *engine)
{
    dynox__local_trace_forget(&engine->trace);
}

dynox__store *dynox__local_engine_store(dynox__local_engine *engine)
{
    return engine->store;
}
