/* The loop: epoll for descriptors, a binary heap for alarms. */
#include "loop.h"
#include "bytes.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static int            epoll_fd = -1;
static bool           stopped;
static int64_t        now;
static struct alarm **heap; /* from 1 */
static size_t         heap_size, heap_capacity;
static void         **garbage;
static size_t         garbage_size, garbage_capacity;

static void read_clock(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    now = (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void loop_open(void)
{
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0) die("epoll_create1");
    read_clock();
}

int64_t loop_now(void)
{
    return now;
}

void loop_stop(void)
{
    stopped = true;
}

bool watch_open(struct watch *watch, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data = {.ptr = watch}};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) return false;
    watch->fd     = fd;
    watch->events = events;
    return true;
}

void watch_want(struct watch *watch, uint32_t events)
{
    if (watch->fd < 0 || watch->events == events) return;
    struct epoll_event event = {.events = events, .data = {.ptr = watch}};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) != 0) die("epoll_ctl");
    watch->events = events;
}

void watch_close(struct watch *watch)
{
    if (watch->fd < 0) return;
    close(watch->fd);
    watch->fd = -1;
}

/* ---- alarms ---- */

static void place(struct alarm *alarm, size_t slot)
{
    heap[slot]  = alarm;
    alarm->slot = slot;
}

static void sift_up(struct alarm *alarm, size_t slot)
{
    for (; slot > 1 && heap[slot / 2]->due > alarm->due; slot /= 2)
        place(heap[slot / 2], slot);
    place(alarm, slot);
}

static void sift_down(struct alarm *alarm, size_t slot)
{
    for (size_t child; (child = slot * 2) <= heap_size; slot = child) {
        if (child < heap_size && heap[child + 1]->due < heap[child]->due) child++;
        if (heap[child]->due >= alarm->due) break;
        place(heap[child], slot);
    }
    place(alarm, slot);
}

void alarm_stop(struct alarm *alarm)
{
    if (alarm->slot == 0) return;
    size_t        slot = alarm->slot;
    struct alarm *last = heap[heap_size--];
    alarm->slot        = 0;
    if (last == alarm) return;
    sift_down(last, slot);
    sift_up(last, last->slot);
}

void alarm_set(struct alarm *alarm, int64_t due)
{
    alarm_stop(alarm);
    if (heap_size + 1 >= heap_capacity) {
        heap_capacity = heap_capacity ? heap_capacity * 2 : 256;
        heap          = realloc(heap, heap_capacity * sizeof heap[0]);
        if (!heap) die("faultserver");
    }
    alarm->due = due;
    sift_up(alarm, ++heap_size);
}

/* ---- the turns ---- */

void loop_free_later(void *memory)
{
    if (garbage_size == garbage_capacity) {
        garbage_capacity = garbage_capacity ? garbage_capacity * 2 : 64;
        garbage          = realloc(garbage, garbage_capacity * sizeof garbage[0]);
        if (!garbage) die("faultserver");
    }
    garbage[garbage_size++] = memory;
}

static void take_out_garbage(void)
{
    while (garbage_size)
        free(garbage[--garbage_size]);
}

void loop_run(void)
{
    struct epoll_event events[256];
    while (!stopped) {
        int64_t wait = -1;
        if (heap_size) wait = heap[1]->due <= now ? 0 : heap[1]->due - now < 60000 ? heap[1]->due - now : 60000;
        int count = epoll_wait(epoll_fd, events, 256, (int)wait);
        if (count < 0 && errno != EINTR) die("epoll_wait");
        read_clock();
        for (int i = 0; i < count; i++) {
            struct watch *watch = events[i].data.ptr;
            if (watch->fd >= 0) watch->ready(watch, events[i].events);
        }
        while (heap_size && heap[1]->due <= now) {
            struct alarm *alarm = heap[1];
            alarm_stop(alarm);
            alarm->fire(alarm);
        }
        take_out_garbage();
    }
}

void loop_close(void)
{
    take_out_garbage();
    free(heap);
    free(garbage);
    close(epoll_fd);
}
