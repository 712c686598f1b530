/* What a program writes on a call so that it can be found again: it goes to observers and the log. */
#ifndef DYNOX_AWS_CALL_LABELS_H
#define DYNOX_AWS_CALL_LABELS_H

enum { DYNOX__CORRELATION_ID = 65, DYNOX__TRACEPARENT = 56 }; /* with their NUL */

/* By value: streams keep it for later pages, when the program's texts are gone. Empty texts: none. */
typedef struct dynox__labels {
    char        correlation_id[DYNOX__CORRELATION_ID];
    char        traceparent[DYNOX__TRACEPARENT];
    const char *wrong; /* with one of them, in words; NULL: nothing */
} dynox__labels;

/* Both may be NULL. */
dynox__labels dynox__labels_make(const char *correlation_id, const char *traceparent);

#endif
