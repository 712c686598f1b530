/* One request and its answer: from the bytes that a client has written to what it reads, without a connection. */
#include "local/engine/in_process.h"
#include "value/json/decode.h"
#include <stdio.h>

static const char *find(const char *text, const char *end, const char *wanted, size_t length)
{
    while ((size_t)(end - text) >= length) {
        const char *at = memchr(text, wanted[0], (size_t)(end - text) - length + 1);
        if (!at) return NULL;
        if (memcmp(at, wanted, length) == 0) return at;
        text = at + 1;
    }
    return NULL;
}

/* The head is one that this library has written. false: out of memory. */
static bool read_request(const dynox__request *request, dynox__local_request *asked)
{
    static const char target[] = "\r\nX-Amz-Target: ", end_of_head[] = "\r\n\r\n";
    const char       *data = request->data, *end = data + request->size;
    const char       *name = find(data, end, target, sizeof target - 1);
    if (name) name += sizeof target - 1;
    const char *behind      = find(name ? name : data, end, end_of_head, sizeof end_of_head - 1);
    const char *body        = behind ? behind + sizeof end_of_head - 1 : end;
    *asked                  = (dynox__local_request){.target = name, .body_size = (size_t)(end - body)};
    const char *end_of_name = name ? memchr(name, '\r', (size_t)(end - name)) : NULL;
    if (end_of_name) asked->target_length = (size_t)(end_of_name - name);
    asked->body = dynox__malloc(asked->body_size + DYNOX__DECODE_PADDING);
    if (!asked->body) return false;
    memcpy(asked->body, body, asked->body_size);
    memset(asked->body + asked->body_size, 0, DYNOX__DECODE_PADDING);
    return true;
}

void dynox__exchange_end(dynox__request *request, dynox_status status, const char *message)
{
    request->status = status;
    if (message) snprintf(request->message, sizeof request->message, "%s", message);
}

/* What the answer comes to: there, broken, or larger than wanted. */
static void take_answer(dynox__request *request, const dynox__local_answer *answer)
{
    size_t most = request->max_body ? request->max_body : DYNOX__LARGEST_RESPONSE;
    if (answer->is_lost) {
        dynox__exchange_end(request, DYNOX_E_TRANSPORT, "the answer was lost (by a fault of the local engine)");
    } else if (answer->cut_after) {
        request->phase = DYNOX__PHASE_READING;
        dynox__exchange_end(request, DYNOX_E_TRANSPORT, "the answer was cut short (by a fault of the local engine)");
    } else if (answer->body.size > most) {
        request->phase = DYNOX__PHASE_READING;
        dynox__exchange_end(request, DYNOX_E_TRANSPORT, "the answer is larger than it may be");
    } else {
        request->phase       = DYNOX__PHASE_DONE;
        request->head        = (dynox__response_head){.status = answer->status};
        request->received_ns = request->first_byte_ns = dynox__now_ns();
        memcpy(request->head.request_id, answer->request_id, sizeof request->head.request_id);
    }
}

void dynox__exchange_begin(dynox__in_process *self, dynox__request *request, dynox__exchange *exchange, bool later)
{
    dynox__local_engine *engine = self->local->engine;
    int64_t              now    = dynox__now_ns();
    exchange->request           = request;
    exchange->is_asked          = false;
    if (now >= request->deadline_ns) {
        dynox__exchange_end(request, DYNOX_E_TIMEOUT, "the deadline passed before the local engine saw the request");
        return;
    }
    if (request->warms) {
        request->connected_ns = request->sent_ns = now;
        request->phase                           = DYNOX__PHASE_DONE;
        return;
    }
    if (!read_request(request, &exchange->asked)) {
        dynox__exchange_end(request, DYNOX_E_NO_MEMORY, NULL);
        return;
    }
    request->connected_ns = request->sent_ns = now;
    request->phase                           = DYNOX__PHASE_WAITING;
    exchange->is_asked                       = true;
    exchange->answer.body                    = request->body;
    if (later)
        dynox__local_engine_answer_later(engine, &exchange->asked, &exchange->answer);
    else
        dynox__local_engine_answer(engine, &exchange->asked, &exchange->answer);
    dynox__free(exchange->asked.body);
}

int64_t dynox__exchange_finish(dynox__in_process *self, dynox__exchange *exchange)
{
    dynox__request      *request = exchange->request;
    dynox__local_answer *answer  = &exchange->answer;
    if (!exchange->is_asked) return 0;
    dynox__local_engine_settle(self->local->engine, answer);
    request->body = answer->body;
    take_answer(request, answer);
    if (!answer->delay_ms) return 0;
    int64_t at = dynox__deadline_after(dynox__now_ns(), answer->delay_ms);
    if (at < request->deadline_ns) return at;
    request->phase = DYNOX__PHASE_WAITING;
    dynox__exchange_end(request, DYNOX_E_TIMEOUT, "the local engine did not answer in time (by a fault)");
    return request->deadline_ns;
}
