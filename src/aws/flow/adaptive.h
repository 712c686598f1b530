/* The "adaptive" retry mode of the AWS SDKs: beside the standard rules, a limit to how often a client sends, which
 * throttling lowers and time raises again along a cubic curve. It begins with the first throttling. Source: AWS SDKs
 * and Tools Reference Guide, "Retry behavior". */
#ifndef DYNOX_AWS_FLOW_ADAPTIVE_H
#define DYNOX_AWS_FLOW_ADAPTIVE_H

#include "aws/flow/gate.h"

typedef struct dynox__adaptive {
    pthread_mutex_t lock; /* outside the gate's */
    dynox__gate     gate; /* one unit an attempt */
    bool            limits;
    double          measured, bucket; /* answers a second; the half second that is being counted */
    unsigned        count;
    double          highest, window, throttled_s; /* the rate before the last throttling, and the curve since */
} dynox__adaptive;

void dynox__adaptive_init(dynox__adaptive *adaptive, dynox__shared *owner, int64_t now_ns);
void dynox__adaptive_destroy(dynox__adaptive *adaptive);

/* After each attempt, whatever came of it. */
void dynox__adaptive_answer(dynox__adaptive *adaptive, bool throttled, int64_t now_ns);

#endif
