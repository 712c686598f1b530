/* A stack that many threads push to and one thread empties: how work reaches an I/O thread without a lock. */
#ifndef DYNOX_HTTP_TRANSPORT_LINK_H
#define DYNOX_HTTP_TRANSPORT_LINK_H

#include <stdatomic.h>
#include <stddef.h>

/* Embedded in what is pushed. */
typedef struct dynox__link {
    struct dynox__link *next;
} dynox__link;

/* Zero is an empty one. */
typedef struct dynox__stack {
    dynox__link *_Atomic top;
} dynox__stack;

/* Any thread. What is pushed may be gone when this returns: the other side may have dealt with it. */
static inline void dynox__stack_push(dynox__stack *stack, dynox__link *link)
{
    dynox__link *top = atomic_load_explicit(&stack->top, memory_order_relaxed);
    do {
        link->next = top;
    } while (!atomic_compare_exchange_weak(&stack->top, &top, link));
}

static inline int dynox__stack_is_empty(dynox__stack *stack)
{
    return atomic_load(&stack->top) == NULL;
}

/* The one reader: takes everything, oldest first. */
static inline dynox__link *dynox__stack_take(dynox__stack *stack)
{
    dynox__link *oldest = NULL;
    if (!atomic_load_explicit(&stack->top, memory_order_relaxed)) return NULL;
    for (dynox__link *link = atomic_exchange(&stack->top, NULL); link;) {
        dynox__link *next = link->next;
        link->next        = oldest;
        oldest            = link;
        link              = next;
    }
    return oldest;
}

#endif
