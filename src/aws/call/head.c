/* The head of a request: request line, headers and signature, written in front of the body in the same buffer. */
#include "aws/call/call_state.h"
#include "base/alloc.h"

/* All that is fixed in the text below, numbers and dates included, with room to spare. */
enum { FIXED = 640 + DYNOX__FEATURES };

size_t dynox__head_room(const dynox__service *service)
{
    return atomic_load_explicit(&service->head_room, memory_order_relaxed);
}

static size_t longest_head(const dynox__call *call, const dynox__place *place, const dynox__credentials *credentials)
{
    return FIXED + place->head.size + strlen(call->operation->name) + place->scope.tail.size +
           strlen(credentials->set.access_key_id) + credentials->token_length +
           (call->state_->trace ? strlen(call->state_->trace) : 0) + sizeof call->labels.traceparent + 20;
}

/* Moves the body up when the room in front of it is too small: with the first long token, then never again. */
static bool make_room(dynox__call *call, size_t need)
{
    dynox__buffer *buffer = &call->buffer;
    size_t         body   = buffer->size - call->head_room;
    if (need <= call->head_room) return true;
    if (!dynox__buffer_reserve(buffer, need - call->head_room)) return false;
    memmove(buffer->data + need, buffer->data + call->head_room, body);
    buffer->size    = need + body;
    call->head_room = need;
    size_t known    = dynox__head_room(call->service);
    while (known < need && !atomic_compare_exchange_weak_explicit(&call->service->head_room, &known, need,
                                                                  memory_order_relaxed, memory_order_relaxed))
        continue;
    return true;
}

static char *put(char *to, const char *text, size_t size)
{
    memcpy(to, text, size);
    return to + size;
}

static char *put_text(char *to, const char *text)
{
    return put(to, text, strlen(text));
}

static char *put_number(char *to, uint64_t number)
{
    char  digits[20];
    char *first = digits + sizeof digits;
    do {
        *--first = (char)('0' + number % 10);
    } while ((number /= 10) != 0);
    return put(to, first, (size_t)(digits + sizeof digits - first));
}

#define PUT(to, literal) put((to), "" literal, sizeof(literal) - 1)

static char *put_authorization(char *to, const dynox__place *place, const dynox__credentials *credentials,
                               const dynox__sign_time *time, const char signature[DYNOX__SIGNATURE])
{
    to = PUT(to, "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=");
    to = put_text(to, credentials->set.access_key_id);
    to = PUT(to, "/");
    to = put(to, time->text, 8);
    to = put(to, place->scope.tail.data, place->scope.tail.size);
    if (credentials->token_length)
        to = PUT(to, ", SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=");
    else
        to = PUT(to, ", SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=");
    return put(to, signature, DYNOX__SIGNATURE);
}

/* For the service's statistics, and so that it can drop a request whose sender has given up. */
static char *put_attempt(char *to, const dynox__call_state *state, int64_t signed_at)
{
    to = PUT(to, "\r\namz-sdk-invocation-id: ");
    to = put(to, state->invocation, 36);
    to = PUT(to, "\r\namz-sdk-request: ");
    if (state->knows_skew && state->attempt_timeout_ms > 0) {
        dynox__sign_time until;
        dynox__sign_time_set(&until, dynox__deadline_after(signed_at, state->attempt_timeout_ms));
        to = PUT(to, "ttl=");
        to = put(to, until.text, 16);
        to = PUT(to, "; ");
    }
    to = PUT(to, "attempt=");
    to = put_number(to, state->retry.attempt);
    to = PUT(to, "; max=");
    to = put_number(to, state->policy.max_attempts);
    if (state->trace) {
        to = PUT(to, "\r\nX-Amzn-Trace-Id: ");
        to = put_text(to, state->trace);
    }
    return to;
}

/* Where the credentials came from, and who makes the call: what is not the same in every request. */
static char *put_letters(char *to, const dynox__call *call, const dynox__credentials *credentials)
{
    const char *source = credentials->features[0] ? credentials->features : call->service->provider->class_->feature;
    if (call->feature) to = put_text(PUT(to, ","), call->feature);
    return source ? put_text(PUT(to, ","), source) : to;
}

static dynox_status sign(const dynox__call *call, const dynox__place *place, const dynox__credentials *credentials,
                         const dynox__sign_time *time, dynox__span body, char signature[DYNOX__SIGNATURE])
{
    const dynox__service *service = call->service;
    char                  target[128];
    size_t                prefix = strlen(service->kind->target_prefix), name = strlen(call->operation->name);
    if (prefix + name > sizeof target) return DYNOX_E_INTERNAL;
    put(put(target, service->kind->target_prefix, prefix), call->operation->name, name);
    bool good = dynox__sign_post(&place->scope, &credentials->set, credentials->identity, time,
                                 (dynox__span){target, prefix + name}, body, signature);
    return good ? DYNOX_OK : DYNOX_E_NO_MEMORY;
}

dynox_status dynox__head_write(dynox__call *call, const dynox__place *place, const dynox__credentials *credentials)
{
    dynox__service    *service = call->service;
    dynox__call_state *state   = call->state_;
    dynox__sign_time   time;
    char               signature[DYNOX__SIGNATURE];
    if (!make_room(call, longest_head(call, place, credentials))) return DYNOX_E_NO_MEMORY;
    state->skew_used = atomic_load_explicit(&service->skew.ns, memory_order_relaxed);
    int64_t     now  = dynox__wall_ns() + state->skew_used;
    dynox__span body = {call->buffer.data + call->head_room, call->buffer.size - call->head_room};
    dynox__sign_time_set(&time, now);
    dynox_status status = sign(call, place, credentials, &time, body, signature);
    if (status != DYNOX_OK) return status;
    char *start = call->buffer.data, *to = start;
    to = put(to, place->head.data, place->letters_end);
    to = put_letters(to, call, credentials);
    to = put(to, place->head.data + place->letters_end, place->head.size - place->letters_end);
    to = put_text(to, call->operation->name);
    to = PUT(to, "\r\nX-Amz-Date: ");
    to = put(to, time.text, 16);
    if (credentials->token_length) {
        to = PUT(to, "\r\nX-Amz-Security-Token: ");
        to = put(to, credentials->set.session_token, credentials->token_length);
    }
    to = put_authorization(to, place, credentials, &time, signature);
    to = put_attempt(to, state, now);
    if (call->labels.traceparent[0]) { /* for whoever is in between; not signed, since they may change it */
        to = PUT(to, "\r\ntraceparent: ");
        to = put_text(to, call->labels.traceparent);
    }
    to = PUT(to, "\r\nContent-Length: ");
    to = put_number(to, body.size);
    to = PUT(to, "\r\n\r\n");
    /* written from the front because its length is not known before; it has to end where the body starts */
    size_t size = (size_t)(to - start);
    memmove(start + call->head_room - size, start, size);
    call->request.origin = &place->origin;
    call->request.data   = start + call->head_room - size;
    call->request.size   = size + body.size;
    return DYNOX_OK;
}
