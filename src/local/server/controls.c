/* The knobs: what texts and JSON say, as calls of the engine. */
#include "local/server/controls.h"
#include "http/wire/http1_text.h"
#include "local/wire/values.h"
#include <stdio.h>

static const char *const faults[] = {NULL,    "throttle",    "server-error", "unavailable", "conflict",
                                     "delay", "lose-answer", "cut-answer",   "unprocessed"};

/* ---- one member of a fault: NULL, or what is wrong with it ---- */

/* "0.1", at most 1. */
static bool read_probability(const char *text, size_t length, double *to)
{
    double   divisor = 1;
    uint64_t number  = 0;
    bool     behind  = false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.' && !behind) {
            behind = true;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || i > 17) return false;
        number = number * 10 + (unsigned)(text[i] - '0');
        if (behind) divisor *= 10;
    }
    *to = (double)number / divisor;
    return length > 0;
}

static bool read_fault(const char *text, size_t length, dynox_local_fault *to)
{
    for (size_t i = 1; i < sizeof faults / sizeof faults[0]; i++)
        if (strlen(faults[i]) == length && memcmp(faults[i], text, length) == 0) *to = (dynox_local_fault)i;
    return *to != 0;
}

/* `text` is NUL-terminated and lives until the fault was added. */
static const char *set_member(dynox_local_fail_args *rule, const char *name, size_t name_length, const char *text,
                              size_t length)
{
    uint64_t number = 0;
    bool     right  = dynox__http1_decimal(text, length, UINT32_MAX, &number);
#define IS(word) (name_length == sizeof word - 1 && memcmp(name, word, name_length) == 0)
    if (IS("with") && rule->with) return "a fault is of one kind";
    if (IS("with"))
        return read_fault(text, length, &rule->with)
                   ? NULL
                   : "there is no such fault, but throttle, server-error, unavailable, conflict, delay, lose-answer, "
                     "cut-answer and unprocessed";
    if (IS("operation"))
        rule->operation = text;
    else if (IS("table"))
        rule->table = text;
    else if (IS("script"))
        rule->script = text;
    else if (IS("probability"))
        right = read_probability(text, length, &rule->probability);
    else if (IS("nth"))
        rule->nth = (unsigned)number;
    else if (IS("times"))
        rule->times = (unsigned)number;
    else if (IS("delay_ms"))
        rule->delay_ms = (uint32_t)number;
    else if (IS("bytes"))
        rule->bytes = (size_t)number;
    else if (IS("items"))
        rule->items = (size_t)number;
    else
        return "a fault has no such member";
    bool is_text = IS("operation") || IS("table") || IS("script");
#undef IS
    return right || is_text ? NULL : "this is not a number that it can have";
}

/* ---- flags ---- */

static const char *read_rule(char *text, dynox_local_fail_args *rule)
{
    const char *wrong = NULL;
    for (char *at = text; at && !wrong;) {
        char *comma = strchr(at, ',');
        if (comma) *comma = 0;
        char *equals = strchr(at, '=');
        if (equals)
            wrong = set_member(rule, at, (size_t)(equals - at), equals + 1, strlen(equals + 1));
        else
            wrong = set_member(rule, "with", 4, at, strlen(at));
        at = comma ? comma + 1 : NULL;
    }
    return wrong;
}

dynox_status dynox__server_fail_by_text(dynox__local_engine *engine, const char *text, dynox_error *error)
{
    dynox_local_fail_args rule = {.size = sizeof rule};
    char                 *copy = dynox__strdup(text);
    if (!copy) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    const char  *wrong  = read_rule(copy, &rule);
    dynox_status status = wrong ? dynox_error_set(error, DYNOX_E_ARGUMENT, "%s: %s", text, wrong)
                                : dynox__local_engine_fail(engine, &rule, error);
    dynox__free(copy);
    return status;
}

/* ---- requests ---- */

static bool refuse(dynox__buffer *answer, const char *why)
{
    answer->size = 0;
    DYNOX__BUFFER_LITERAL(answer, "{\"message\":");
    dynox__values_write_text(answer, why, strlen(why));
    dynox__buffer_byte(answer, '}');
    return false;
}

static bool done(dynox__buffer *answer)
{
    DYNOX__BUFFER_LITERAL(answer, "{}");
    return true;
}

static bool add_fault(dynox__local_engine *engine, const dynox__tree *request, dynox__arena *arena,
                      dynox__buffer *answer)
{
    dynox_local_fail_args rule    = {.size = sizeof rule};
    dynox_item           *key     = dynox__arena_alloc(arena, sizeof *key);
    dynox__refusal        refusal = {0};
    dynox_error           error   = {0};
    const char           *wrong   = key ? NULL : "out of memory";
    for (const dynox__tree *at = request->first; at && !wrong; at = at->next) {
        if (at->kind == DYNOX__TREE_OBJECT && at->name_length == 3 && memcmp(at->name, "key", 3) == 0) {
            rule.key = key;
            if (!dynox__values_read_item(at, arena, key, &refusal)) wrong = "this is no key";
        } else if (at->kind == DYNOX__TREE_TEXT || at->kind == DYNOX__TREE_NUMBER) {
            char *text = dynox__arena_copy(arena, at->text, at->length);
            wrong      = text ? set_member(&rule, at->name, at->name_length, text, at->length) : "out of memory";
        } else {
            wrong = "members of a fault are texts and numbers";
        }
    }
    if (wrong) return refuse(answer, wrong);
    if (dynox__local_engine_fail(engine, &rule, &error) == DYNOX_OK) return done(answer);
    refuse(answer, error.message);
    dynox_error_clear(&error);
    return false;
}

static bool turn_clock(dynox__local_engine *engine, const dynox__tree *request, dynox__buffer *answer)
{
    const dynox__tree *stopped = dynox__tree_member(request, "stopped");
    int64_t            add     = 0;
    if (dynox__tree_member(request, "add_ms") && (!dynox__tree_integer(request, "add_ms", &add) || add < 0))
        return refuse(answer, "add_ms is a number of milliseconds, and the clock goes forward only");
    if (stopped && stopped->kind != DYNOX__TREE_TRUE && stopped->kind != DYNOX__TREE_FALSE)
        return refuse(answer, "stopped is true or false");
    if (stopped) dynox__local_engine_stop_clock(engine, stopped->kind == DYNOX__TREE_TRUE);
    if (add) dynox__local_engine_add_ms(engine, add);
    dynox__buffer_format(answer, "{\"now_ms\":%lld}", (long long)(dynox__local_engine_now_us(engine) / 1000));
    return true;
}

static bool show(const dynox_local_request *request, void *arg)
{
    dynox__buffer *to = arg;
    const struct {
        const char *name, *text;
    } members[] = {{"operation", request->operation},
                   {"table", request->table},
                   {"error", request->error_type},
                   {"fault", faults[request->fault]},
                   {"request_id", request->request_id}};
    dynox__buffer_format(to, "%s{\"status\":%d", to->size > 1 ? "," : "", request->status);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (!members[i].text || !members[i].text[0]) continue;
        dynox__buffer_format(to, ",\"%s\":", members[i].name);
        dynox__values_write_text(to, members[i].text, strlen(members[i].text));
    }
    DYNOX__BUFFER_LITERAL(to, ",\"body\":"); /* as text: it need not be JSON */
    dynox__values_write_text(to, request->json, request->json_length);
    dynox__buffer_byte(to, '}');
    return !to->failed;
}

static bool turn(dynox__local_engine *engine, const char *what, size_t length, const dynox__tree *request,
                 dynox__arena *arena, dynox__buffer *answer)
{
#define IS(word) (length == sizeof word - 1 && memcmp(what, word, length) == 0)
    if (IS("fail")) return add_fault(engine, request, arena, answer);
    if (IS("clock")) return turn_clock(engine, request, answer);
    if (IS("fail-no-more")) {
        dynox__local_engine_fail_no_more(engine);
        return done(answer);
    }
    if (IS("requests")) {
        dynox__buffer_byte(answer, '[');
        dynox__local_engine_each_request(engine, show, answer);
        dynox__buffer_byte(answer, ']');
        if (dynox__tree_true(request, "forget")) dynox__local_engine_forget_requests(engine);
        return true;
    }
#undef IS
    return refuse(answer, "there are fail, fail-no-more, clock and requests");
}

bool dynox__server_control(void *engine, const char *what, size_t length, const char *body, size_t size,
                           dynox__buffer *answer)
{
    static const dynox__tree empty = {.kind = DYNOX__TREE_OBJECT};
    dynox__arena             arena = {0};
    dynox__buffer            copy  = {0};
    const char              *why   = NULL;
    dynox__buffer_reserve(&copy, size + 64);
    dynox__buffer_add(&copy, body, size);
    if (!copy.failed) memset(copy.data + size, 0, 64);
    const dynox__tree *request = copy.failed ? NULL : size ? dynox__tree_parse(copy.data, size, &arena, &why) : &empty;
    bool               right   = false;
    if (!request)
        refuse(answer, why ? why : "out of memory");
    else if (request->kind != DYNOX__TREE_OBJECT)
        refuse(answer, "the body is an object of JSON, or empty");
    else
        right = turn(engine, what, length, request, &arena, answer);
    dynox__arena_free(&arena);
    dynox__buffer_free(&copy);
    return right;
}
