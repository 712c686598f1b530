/* One epoll loop with alarms: everything in the fault server happens on it, one event at a time. */
#ifndef FAULT_LOOP_H
#define FAULT_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The object that embeds `member` at `pointer`. */
#define CONTAINER(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* A file descriptor and what to do when something happens on it. */
struct watch {
    int      fd; /* -1: not watched; events that are under way for it are dropped */
    uint32_t events;
    void (*ready)(struct watch *watch, uint32_t events);
};

struct alarm {
    int64_t due;  /* loop_now() milliseconds */
    size_t  slot; /* place in the heap, from 1; 0: not set */
    void (*fire)(struct alarm *alarm);
};

void loop_open(void);
/* Runs until loop_stop. */
void loop_run(void);
void loop_stop(void);
/* Frees what is left of it. */
void loop_close(void);
/* Milliseconds of the monotonic clock, read once a turn. */
int64_t loop_now(void);

/* Watches fd for events (EPOLL...); closing is the caller's. false: epoll does not take that kind of file. */
bool watch_open(struct watch *watch, int fd, uint32_t events);
void watch_want(struct watch *watch, uint32_t events);
/* Closes the descriptor, too. */
void watch_close(struct watch *watch);

void alarm_set(struct alarm *alarm, int64_t due);
void alarm_stop(struct alarm *alarm);

/* Frees the memory at the end of the turn, when no event can refer to it any more. */
void loop_free_later(void *memory);

#endif
