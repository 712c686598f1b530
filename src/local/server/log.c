/* The log of requests: a line each. */
#include "base/date.h"
#include "local/server/inside.h"
#include <stdio.h>

/* What clients sent must not steer the terminal, nor look like more lines. */
static int visible(char *to, size_t room, dynox__span text)
{
    size_t count = text.size < room ? text.size : room;
    for (size_t i = 0; i < count; i++)
        to[i] = text.data[i] > ' ' && text.data[i] <= '~' ? text.data[i] : '?';
    return (int)count;
}

/* "2026-01-02T03:04:05.678+00:00 PutItem 200 133 bytes in 5, 301 out, 45 us" */
void dynox__server_log(dynox__server_thread *thread, size_t sent, int64_t begun_ns)
{
    dynox__server             *server = thread->server;
    const dynox__request_head *head   = &thread->head;
    dynox__span                target = head->header[DYNOX__HEADER_TARGET];
    const char                *dot    = target.data ? memchr(target.data, '.', target.size) : NULL;
    int64_t                    now = dynox__server_now_us(server), us = (dynox__now_ns() - begun_ns) / 1000;
    char                       time[40], line[256], what[64], path[64];
    dynox__iso_write(now / 1000000, (int32_t)(now % 1000000) * 1000, 3, time);
    if (dot) target = (dynox__span){dot + 1, target.size - (size_t)(dot + 1 - target.data)};
    int what_length = visible(what, sizeof what, target.data ? target : head->method);
    int path_length = target.data ? 0 : visible(path, sizeof path, head->path);
    int length =
        snprintf(line, sizeof line, "%s %.*s%s%.*s %d, %zu bytes in, %zu out, %lld us", time, what_length, what,
                 path_length ? " " : "", path_length, path, thread->status, head->body_size, sent, (long long)us);
    if (length <= 0) return;
    pthread_mutex_lock(&server->log_lock);
    server->settings.log(server->settings.log_arg, line, (size_t)length);
    pthread_mutex_unlock(&server->log_lock);
}
