/* What a request consumes of all tables that it touches, and members of answers. */
#ifndef DYNOX_LOCAL_OPERATION_BILL_H
#define DYNOX_LOCAL_OPERATION_BILL_H

#include "local/table/table.h"

typedef struct dynox__billed dynox__billed;

/* Nothing is summed up where nothing is asked for (ReturnConsumedCapacity). */
typedef struct dynox__bill {
    dynox__capacity_detail detail;
    unsigned               factor; /* 2: of a transaction */
    dynox__billed         *first, *last;
} dynox__bill;

static inline dynox__bill dynox__bill_of(const dynox__local_call *call, unsigned factor)
{
    return (dynox__bill){.detail = dynox__capacity_wanted(call->request), .factor = factor};
}

/* false: out of memory, and the refusal is set. */
bool dynox__bill_write(dynox__local_call *call, dynox__bill *bill, const dynox__table *table,
                       const dynox__written *written);
bool dynox__bill_read(dynox__local_call *call, dynox__bill *bill, const dynox__table *table, const dynox__index *index,
                      size_t bytes, bool consistent);

/* Adds the member ConsumedCapacity to the answer: an object, or a list by table. */
void dynox__bill_answer(dynox__local_call *call, const dynox__bill *bill, bool is_list);

/* Begins a member of an object that is being written: a comma if it is not the first, its name, a colon. */
static inline void dynox__answer_member(dynox__buffer *answer, const char *name)
{
    if (!answer->size || answer->data[answer->size - 1] != '{') dynox__buffer_byte(answer, ',');
    dynox__buffer_byte(answer, '"');
    dynox__buffer_text(answer, name);
    DYNOX__BUFFER_LITERAL(answer, "\":");
}

/* A comma, unless this is the first element. */
static inline void dynox__answer_element(dynox__buffer *answer)
{
    if (!answer->size || answer->data[answer->size - 1] != '[') dynox__buffer_byte(answer, ',');
}

#endif
