/* The faults in force: a list of steps, each for so many requests; parsed from one line of text. */
#ifndef FAULT_PLAN_H
#define FAULT_PLAN_H

#include "bytes.h"
#include <stdbool.h>
#include <stdint.h>

enum fault_reset { RESET_NEVER, RESET_CONNECT, RESET_BEFORE, RESET_AFTER };
/* What happens when the answer, or the part of it that is sent, is out. */
enum fault_end { END_KEEP, END_CLOSE, END_RESET, END_SILENCE };

/* What is done to one request or its answer. All zero: nothing. */
struct fault {
    int64_t          delay_ms; /* the answer leaves that long after its request came */
    int              status;   /* 0: what the server says; else our own answer, and the server is not asked */
    char             type[96]; /* of the error body; empty: no body */
    enum fault_reset reset;
    bool             silent; /* the request is read and nothing ever comes back */
    bool             cut, cut_in_head;
    size_t           cut_at; /* bytes of the body (of everything: cut_in_head) that are sent */
    enum fault_end   end;
    size_t           bytes_per_second; /* 0: at once */
    bool             garble, bad_crc, empty;
    size_t           chunk;   /* size of the chunks that the answer is sent in; 0: Content-Length */
    int              interim; /* an interim answer (1xx) comes first; 0: none */
    int64_t          idle_ms; /* with idle_close: the server's end is closed that long after the answer */
    bool             idle_close;
    bool             redate;
    int64_t          date_offset;                        /* seconds from now, for the Date header; with redate */
    size_t           unprocessed;                        /* parts of a batch that the script hands back */
    char             header_name[64], header_value[128]; /* one more header, or another value of it; empty: none */
};

enum { PLAN_STEPS = 32 };

struct step {
    struct fault fault;
    bool         nothing;    /* \"none\": these requests pass */
    char         target[48]; /* only requests whose X-Amz-Target contains this; empty: all */
    long         left;       /* requests; < 0: until the plan changes */
};

struct plan {
    struct step steps[PLAN_STEPS];
    size_t      count, at;
};

/* Parses "delay 50 + chunked 7 x2, reset after x1 on PutItem, status 500". NULL, or static text that says what is
 * wrong with it; the plan is then unchanged. */
const char *plan_parse(struct plan *plan, const char *text);

/* The fault for a new connection (only `reset connect` is one) or for a request; NULL: none. */
const struct fault *plan_take(struct plan *plan, bool connecting, const char *target, size_t target_size);

#endif
