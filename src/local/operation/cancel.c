/* Why a transaction was cancelled. */
#include "local/operation/cancel.h"
#include "local/operation/bill.h"
#include "local/table/keep.h"

/* NULL: no action is refused with this. */
static const char *code_of(dynox__refusal_type type)
{
    switch ((int)type) {
    case DYNOX__REFUSAL_NONE: return "None";
    case DYNOX__REFUSAL_CONDITION_FAILED: return "ConditionalCheckFailed";
    case DYNOX__REFUSAL_VALIDATION: return "ValidationError";
    case DYNOX__REFUSAL_DUPLICATE_ITEM: return "DuplicateItem";
    case DYNOX__REFUSAL_ITEM_COLLECTION_SIZE: return "ItemCollectionSizeLimitExceeded";
    case DYNOX__REFUSAL_TRANSACTION_CONFLICT: return "TransactionConflict";
    case DYNOX__REFUSAL_THROUGHPUT_EXCEEDED: return "ProvisionedThroughputExceeded";
    case DYNOX__REFUSAL_THROTTLING: return "ThrottlingError";
    default: return NULL;
    }
}

bool dynox__cancel_take(dynox__local_call *call, dynox__cancel_reason *reason)
{
    if (call->refusal.type == DYNOX__REFUSAL_NONE || !code_of(call->refusal.type)) return false;
    reason->refusal = call->refusal;
    call->refusal   = (dynox__refusal){0};
    return true;
}

static void write_reason(dynox__buffer *members, const dynox__refusal *refusal)
{
    dynox__buffer_byte(members, '{');
    dynox__answer_member(members, "Code");
    dynox__values_write_text(members, code_of(refusal->type), strlen(code_of(refusal->type)));
    if (refusal->message) {
        dynox__answer_member(members, "Message");
        dynox__values_write_text(members, refusal->message, refusal->length);
    }
    dynox__buffer_add(members, refusal->members, refusal->members_length); /* the item */
    dynox__buffer_byte(members, '}');
}

static void refuse(dynox__local_call *call, const dynox__cancel_reason *reasons, size_t count)
{
    DYNOX__ROOM(members, 1024);
    DYNOX__ROOM(message, 1024);
    dynox__buffer_text(&message, "Transaction cancelled, please refer cancellation reasons for specific reasons [");
    dynox__buffer_text(&members, ",\"CancellationReasons\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) dynox__buffer_text(&message, ", ");
        dynox__buffer_text(&message, code_of(reasons[i].refusal.type));
        dynox__answer_element(&members);
        write_reason(&members, &reasons[i].refusal);
    }
    dynox__buffer_byte(&message, ']');
    dynox__buffer_byte(&members, ']');
    char *copy = members.failed || message.failed ? NULL : dynox__arena_copy(call->arena, members.data, members.size);
    if (copy) {
        dynox__refuse_text(&call->refusal, call->arena, DYNOX__REFUSAL_TRANSACTION_CANCELED, message.data,
                           message.size);
        call->refusal.members        = copy;
        call->refusal.members_length = members.size;
    } else {
        dynox__refuse_memory(&call->refusal);
    }
    dynox__buffer_free(&members);
    dynox__buffer_free(&message);
}

bool dynox__cancel_check(dynox__local_call *call, const dynox__cancel_reason *reasons, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (reasons[i].refusal.type == DYNOX__REFUSAL_NONE) continue;
        refuse(call, reasons, count);
        return false;
    }
    return true;
}
