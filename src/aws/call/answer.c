/* Judging an attempt: what the transport brought back becomes a value or an error, and a class for the retry rules. */
#include "aws/call/call_state.h"
#include "aws/retry/service_error.h"
#include "base/ascii.h"
#include "base/log.h"
#include "value/json/crc32.h"
#include <stdio.h>
#include <string.h>

static void fail(dynox__answer *answer, dynox_status status, dynox__retry_class class_, const char *message)
{
    dynox_error_set(&answer->error, status, "%s", message);
    answer->class_          = class_;
    answer->error.retryable = class_ != DYNOX__RETRY_NEVER;
}

/* No answer, or half of one. */
static void read_transport_error(const dynox__call *call, dynox__answer *answer)
{
    const dynox__request *request = &call->request;
    dynox__retry_class    class_  = DYNOX__RETRY_NEVER;
    switch (request->status) {
    case DYNOX_E_TIMEOUT:
    case DYNOX_E_CONNECT:
    case DYNOX_E_TRANSPORT: class_ = DYNOX__RETRY_TRANSIENT; break;
    case DYNOX_E_TLS: /* a refused certificate stays refused; a connection that hung up with the request may not */
        if (request->phase != DYNOX__PHASE_QUEUED) class_ = DYNOX__RETRY_TRANSIENT;
        break;
    default: break;
    }
    /* the service starts when it has the whole request, and a body that is not complete is never carried out */
    answer->may_have_applied = request->phase >= DYNOX__PHASE_WAITING;
    fail(answer, request->status, class_, request->message[0] ? request->message : dynox_status_text(request->status));
}

/* The clock of the service, from any answer of its own. true: *candidate is how far ours is off. */
static bool learn_skew(dynox__call *call, int64_t *candidate)
{
    const dynox__request *request = &call->request;
    int64_t               wall    = dynox__wall_ns(); /* as long after the answer as the work of one turn takes */
    bool                  learnt  = dynox__skew_learn(&call->service->skew, request->head.date, request->head.has_age,
                                                      wall - (request->received_ns - request->sent_ns), wall, candidate);
    call->state_->knows_skew      = call->state_->knows_skew || learnt;
    return learnt;
}

static bool crc_is_good(const dynox__request *request)
{
    return !request->head.has_crc32 || dynox__crc32(request->body.data, request->body.size) == request->head.crc32;
}

/* Something went out of step on this connection, and what comes next on it may be this call's. */
static void refuse_foreign(dynox__call *call, dynox__answer *answer)
{
    fail(answer, DYNOX_E_DECODE, DYNOX__RETRY_TRANSIENT, call->mismatch);
    dynox__slot_destroy(answer->value, call->operation->type);
    if (call->document) dynox__shared_release(&call->document->shared);
    answer->value   = (dynox__slot){0};
    answer->foreign = true;
    call->document  = NULL;
    call->mismatch  = NULL;
}

static void read_success(dynox__call *call, dynox__answer *answer)
{
    const dynox__operation *operation = call->operation;
    dynox__buffer          *body      = &call->request.body;
    answer->succeeded                 = true;
    if (!operation->decode) return;
    answer->may_have_applied = true;
    dynox_status status      = DYNOX_OK;
    bool         empty       = body->size == 0 && !operation->may_be_empty;
    if (!empty) status = operation->decode(call, body, &answer->value, &call->document, &answer->error);
    if (!empty && status == DYNOX_OK && !call->mismatch) return;
    answer->succeeded = false;
    if (status == DYNOX_OK && call->mismatch) {
        refuse_foreign(call, answer);
        return;
    }
    if (empty) {
        fail(answer, DYNOX_E_TRANSPORT, DYNOX__RETRY_TRANSIENT, "the answer says success, but is empty");
        return;
    }
    if (!answer->error.status) dynox_error_set(&answer->error, status, "%s", dynox_status_text(status));
    if (call->answered) { /* the class is that of an error of the service that is final */
        answer->may_have_applied = answer->error.may_have_applied;
        return;
    }
    answer->class_          = status == DYNOX_E_NO_MEMORY ? DYNOX__RETRY_NEVER : DYNOX__RETRY_TRANSIENT;
    answer->error.retryable = true;
}

/* Only a measured skew makes a retry of these: a true permission error stays final. */
static void settle_skew(dynox__call *call, dynox__answer *answer, bool learnt, int64_t candidate)
{
    int64_t used = call->state_->skew_used;
    if (!learnt || !dynox__skew_matters(used, candidate)) {
        answer->class_ = DYNOX__RETRY_NEVER;
        return;
    }
    dynox__log(DYNOX_LOG_WARNING, "clock", "this machine's clock is off by %lld s; signatures are corrected for it",
               (long long)(-candidate / DYNOX__SECOND));
    answer->class_          = DYNOX__RETRY_TRANSIENT;
    answer->error.retryable = true;
}

const char *dynox__call_table(const dynox__call *call, size_t *length)
{
    static const char member[] = "{\"TableName\":\"";
    const char       *body     = call->buffer.data + call->head_room, *name;
    size_t            size     = call->buffer.size - call->head_room;
    if (size < sizeof member || memcmp(body, member, sizeof member - 1) != 0) return NULL;
    name            = body + sizeof member - 1;
    const char *end = memchr(name, '"', size - (sizeof member - 1));
    *length         = end ? (size_t)(end - name) : 0;
    return end ? name : NULL;
}

/* The service's words tell neither what was asked nor of which table. */
static void add_subject(const dynox__call *call, dynox_error *error)
{
    size_t      length = 0;
    const char *table  = dynox__call_table(call, &length);
    if (table)
        dynox__error_reword(error, "%s on \"%.*s\": %s", call->operation->name, (int)(length < 255 ? length : 255),
                            table, error->message);
    else
        dynox__error_reword(error, "%s: %s", call->operation->name, error->message);
    if (call->operation->explain) call->operation->explain(call, error);
}

/* What it is, if it is no JSON by its first characters; NULL: it may be JSON. Errors in XML tell more by their text. */
static const char *markup(const dynox__buffer *body, int http)
{
    const char *data = body->data;
    size_t      at   = body->size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < body->size && data[at] && strchr(" \t\r\n", data[at]))
        at++;
    if (body->size - at > 5 && dynox__ascii_same_n(data + at, "<html", 5)) return "an HTML page";
    if (body->size - at > 9 && dynox__ascii_same_n(data + at, "<!doctype", 9)) return "an HTML page";
    return http < 300 && at < body->size && data[at] == '<' ? "HTML or XML" : NULL;
}

static void refuse_markup(const char *what, int http, dynox__answer *answer)
{
    char message[80];
    snprintf(message, sizeof message, "this is not DynamoDB: %s (HTTP %d)", what, http);
    bool         transient = http < 300 || http >= 500 || http == 429; /* a load balancer's, perhaps */
    dynox_status status    = http < 300 ? DYNOX_E_DECODE : http >= 500 ? DYNOX_E_SERVER : DYNOX_E_SERVICE;
    fail(answer, status, transient ? DYNOX__RETRY_TRANSIENT : DYNOX__RETRY_NEVER, message);
    answer->may_have_applied = http >= 500;
}

void dynox__answer_read(dynox__call *call, dynox__answer *answer)
{
    dynox__request *request   = &call->request;
    int64_t         candidate = 0;
    *answer                   = (dynox__answer){.class_ = DYNOX__RETRY_NEVER, .hint_ms = -1};
    if (request->status != DYNOX_OK) {
        read_transport_error(call, answer);
        return;
    }
    if (call->operation->opens) {
        answer->succeeded = true;
        return;
    }
    int         http   = request->head.status;
    bool        learnt = learn_skew(call, &candidate);
    const char *page   = markup(&request->body, http);
    if (request->head.has_retry_after) answer->hint_ms = request->head.retry_after_ms;
    if (!crc_is_good(request)) {
        answer->may_have_applied = http < 300 || http >= 500;
        fail(answer, DYNOX_E_CHECKSUM, DYNOX__RETRY_TRANSIENT,
             "the answer was damaged on its way: its CRC32 is not the one the service sent");
    } else if (page) {
        refuse_markup(page, http, answer);
    } else if (http >= 200 && http < 300) {
        read_success(call, answer);
    } else {
        dynox__service_error(&request->head, &request->body, &answer->error, &answer->class_);
        add_subject(call, &answer->error);
        answer->may_have_applied = http >= 500 && answer->class_ != DYNOX__RETRY_THROTTLING;
        if (answer->class_ == DYNOX__RETRY_SKEW) settle_skew(call, answer, learnt, candidate);
    }
    if (answer->succeeded) return;
    answer->error.http_status = http;
    memcpy(answer->error.request_id, request->head.request_id, sizeof answer->error.request_id);
}
