/* Errors as the service sends them. */
#include "local/engine/answer.h"
#include "local/engine/faults.h"
#include "local/wire/values.h"
#include "value/json/decode.h"

enum { ID = 52 };

void dynox__local_write_id(char id[64], uint64_t seed, uint64_t number)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
    uint64_t          state     = seed + number * UINT64_C(0x2545f4914f6cdd1d);
    uint64_t          bits      = 0;
    for (int i = 0; i < ID; i++, bits >>= 5) {
        if (i % 12 == 0) bits = dynox__local_next(&state);
        id[i] = letters[bits & 31];
    }
    id[ID] = 0;
}

/* Most errors spell it small. */
static const char *message_member(dynox__refusal_type type)
{
    switch (type) {
    case DYNOX__REFUSAL_SERIALIZATION:
    case DYNOX__REFUSAL_TRANSACTION_CANCELED:
    case DYNOX__REFUSAL_TRANSACTION_IN_PROGRESS:
    case DYNOX__REFUSAL_IDEMPOTENT_MISMATCH:
    case DYNOX__REFUSAL_ACCESS_DENIED: return "Message";
    default: return "message";
    }
}

void dynox__local_write_refusal(dynox__local_answer *answer, const dynox__refusal *refusal)
{
    dynox__buffer *body = &answer->body;
    body->size          = 0;
    body->failed        = false;
    answer->status      = dynox__refusal_http(refusal->type);
    answer->error_type  = dynox__refusal_name(refusal->type);
    dynox__buffer_format(body, "{\"__type\":\"%s#%s\"", dynox__refusal_space(refusal->type), answer->error_type);
    if (refusal->message) {
        dynox__buffer_format(body, ",\"%s\":", message_member(refusal->type));
        dynox__values_write_text(body, refusal->message, refusal->length);
    }
    if (refusal->members) dynox__buffer_add(body, refusal->members, refusal->members_length);
    dynox__buffer_byte(body, '}');
}

void dynox__local_finish_body(dynox__local_answer *answer)
{
    dynox__buffer *body = &answer->body;
    if (!body->failed && dynox__buffer_reserve(body, DYNOX__DECODE_PADDING)) {
        memset(body->data + body->size, 0, DYNOX__DECODE_PADDING);
        return;
    }
    dynox__buffer_free(body);
    answer->status     = dynox__refusal_http(DYNOX__REFUSAL_INTERNAL);
    answer->error_type = dynox__refusal_name(DYNOX__REFUSAL_INTERNAL);
}
