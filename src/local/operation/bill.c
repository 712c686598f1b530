/* What a request consumes of all tables that it touches. */
#include "local/operation/bill.h"

struct dynox__billed {
    dynox__consumed consumed;
    dynox__billed  *next;
};

/* NULL: out of memory. */
static dynox__consumed *consumed_of(dynox__local_call *call, dynox__bill *bill, const dynox__table *table)
{
    for (dynox__billed *billed = bill->first; billed; billed = billed->next)
        if (billed->consumed.table->number == table->number) return &billed->consumed;
    dynox__billed *billed = dynox__arena_alloc(call->arena, sizeof *billed);
    if (!billed) {
        dynox__refuse_memory(&call->refusal);
        return NULL;
    }
    *billed = (dynox__billed){.consumed.table = table};
    if (bill->last)
        bill->last->next = billed;
    else
        bill->first = billed;
    bill->last = billed;
    return &billed->consumed;
}

bool dynox__bill_write(dynox__local_call *call, dynox__bill *bill, const dynox__table *table,
                       const dynox__written *written)
{
    if (bill->detail == DYNOX__CAPACITY_NONE) return true;
    dynox__consumed *consumed = consumed_of(call, bill, table);
    if (consumed) dynox__consume_write(consumed, written, bill->factor);
    return consumed;
}

bool dynox__bill_read(dynox__local_call *call, dynox__bill *bill, const dynox__table *table, const dynox__index *index,
                      size_t bytes, bool consistent)
{
    if (bill->detail == DYNOX__CAPACITY_NONE) return true;
    dynox__consumed *consumed = consumed_of(call, bill, table);
    if (consumed) dynox__consume_read(consumed, index, bytes, consistent, bill->factor);
    return consumed;
}

void dynox__bill_answer(dynox__local_call *call, const dynox__bill *bill, bool is_list)
{
    if (bill->detail == DYNOX__CAPACITY_NONE) return;
    dynox__answer_member(call->answer, "ConsumedCapacity");
    if (is_list) dynox__buffer_byte(call->answer, '[');
    for (const dynox__billed *billed = bill->first; billed; billed = billed->next) {
        if (billed != bill->first) dynox__buffer_byte(call->answer, ',');
        dynox__capacity_write(call->answer, &billed->consumed, bill->detail, bill->factor > 1);
    }
    if (is_list) dynox__buffer_byte(call->answer, ']');
}
