/* Grace periods: who is about to free something waits for those who may be on their way to it.
 *
 * A thread that settles a future lets waiters go before it has posted the callbacks, and a waiter may free the executor
 * of such a callback at once. So settling threads count themselves in before they let anybody go, and out when nothing
 * of theirs is on its way any more; freeing an executor waits for those that are in. */
#ifndef DYNOX_BASE_GRACE_H
#define DYNOX_BASE_GRACE_H

/* In, and out with what in returned. Any thread, nested too; it may not block or run the program's code between. */
unsigned dynox__grace_enter(void);
void     dynox__grace_leave(unsigned token);

/* Waits until all who were in when it was called are out; those who come meanwhile are not waited for, nor is the
 * calling thread itself. */
void dynox__grace_wait(void);

/* In a forked child, which has one thread: who was in stayed with the parent. */
void dynox__grace_reset(void);

#endif
