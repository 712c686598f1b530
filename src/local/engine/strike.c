/* Faults that strike before anything is done, and those of answers. */
#include "local/engine/strike.h"

/* Of a transaction: it was cancelled because of one of its actions. */
static bool refuse_transaction(dynox__local_call *call, const dynox__tree *actions, size_t conflicting)
{
    static const char conflict[] = "{\"Code\":\"TransactionConflict\",\"Message\":\"Transaction is ongoing for the "
                                   "item\"}";
    dynox__buffer     members = {0}, message = {0};
    DYNOX__BUFFER_LITERAL(&members, ",\"CancellationReasons\":[");
    DYNOX__BUFFER_LITERAL(&message, "Transaction cancelled, please refer cancellation reasons for specific reasons [");
    for (size_t i = 0; i < actions->count; i++) {
        bool is_one = i == conflicting;
        dynox__buffer_text(&members, i ? "," : "");
        dynox__buffer_text(&members, is_one ? conflict : "{\"Code\":\"None\"}");
        dynox__buffer_text(&message, i ? ", " : "");
        dynox__buffer_text(&message, is_one ? "TransactionConflict" : "None");
    }
    dynox__buffer_byte(&members, ']');
    dynox__buffer_byte(&message, ']');
    bool good = !members.failed && !message.failed;
    if (good) {
        dynox__refuse_text(&call->refusal, call->arena, DYNOX__REFUSAL_TRANSACTION_CANCELED, message.data,
                           message.size);
        call->refusal.members        = dynox__arena_copy(call->arena, members.data, members.size);
        call->refusal.members_length = call->refusal.members ? members.size : 0;
    }
    dynox__buffer_free(&members);
    dynox__buffer_free(&message);
    return good ? false : dynox__refuse_memory(&call->refusal);
}

static bool refuse_conflict(dynox__local_call *call, const dynox__fault *fault)
{
    const dynox__tree *actions = dynox__tree_member(call->request, "TransactItems");
    if (!actions) actions = dynox__tree_member(call->request, "TransactStatements");
    if (actions) return refuse_transaction(call, actions, fault->action);
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_TRANSACTION_CONFLICT,
                         "Transaction is ongoing for the item");
}

bool dynox__local_refuse_throttled(dynox__local_call *call)
{
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_THROUGHPUT_EXCEEDED,
                         "The level of configured provisioned throughput for the table was exceeded. Consider "
                         "increasing your provisioning level with the UpdateTable API.");
}

bool dynox__local_survives(dynox__local_call *call, const dynox__fault *fault)
{
    switch (fault->what) {
    case DYNOX_LOCAL_THROTTLE: return dynox__local_refuse_throttled(call);
    case DYNOX_LOCAL_SERVER_ERROR:
        return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_INTERNAL, "Internal server error");
    case DYNOX_LOCAL_UNAVAILABLE:
        return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_UNAVAILABLE,
                             "Service is currently unavailable. Please try again later.");
    case DYNOX_LOCAL_CONFLICT: return refuse_conflict(call, fault);
    default: return true;
    }
}

void dynox__local_harm(dynox__local_answer *answer, const dynox__fault *fault)
{
    answer->delay_ms = fault->delay_ms;
    answer->is_lost  = fault->what == DYNOX_LOCAL_LOSE_ANSWER;
    if (fault->what != DYNOX_LOCAL_CUT_ANSWER) return;
    size_t half       = answer->body.size / 2;
    answer->cut_after = fault->bytes && fault->bytes < answer->body.size ? fault->bytes : half + !half;
}
