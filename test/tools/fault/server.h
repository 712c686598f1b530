/* What the parts of the fault server share: one of it runs in a process. */
#ifndef FAULT_SERVER_H
#define FAULT_SERVER_H

#include "bytes.h"
#include "loop.h"
#include "plan.h"
#include <netinet/in.h>

struct statistics {
    unsigned long connections, requests, upstream, faults; /* since the last reset */
    unsigned long open, most_open;                         /* connections */
    unsigned long running, most_running;                   /* requests that have no whole answer yet */
};

struct server {
    bool               scripted;
    struct sockaddr_in upstream; /* unless scripted */
    struct plan        plan;
    struct statistics  statistics;
    struct bytes       last; /* the last request, as it came */
};

extern struct server server;

/* session.c: connections of clients */
void session_open(int fd);
/* The server's end of every connection that waits for a request is closed; how many there were. */
size_t sessions_close_idle(void);
void   sessions_end(void);

/* control.c: connections that carry commands */
void control_open(int fd);
void controls_end(void);

/* script.c: what the scripted server answers */
/* Why a transaction is cancelled: what "body REASONS ..." said, else a reason that is made up. */
const char *script_reasons(void);
/* Adds the body of the answer to the last request, which is for that operation. */
void script_write(const char *target, size_t target_size, size_t unprocessed, struct bytes *to);
/* Sets it: "GetItem {...}". NULL, or what is wrong. */
const char *script_set(const char *text);
void        script_end(void);

/* batch.c: the answer to the batch that is the last request; so many of its parts come back unprocessed */
void batch_answer(bool gets, size_t unprocessed, struct bytes *to);

/* answer.c: the bytes of an answer */
/* Our own answer: an error of the fault, or (status 0) the script's 200. */
void answer_make(const struct fault *fault, const char *target, size_t target_size, struct bytes *out);
/* Bends an answer as the fault says; *head_size becomes that of its head, interim answers included. */
void answer_bend(const struct fault *fault, struct bytes *answer, size_t *head_size);

#endif
