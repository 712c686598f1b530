/* The control port: one command a line, one line back. */
#include "server.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { LINE_LIMIT = 4 * 1024 * 1024 };

struct control {
    struct watch    watch;
    struct bytes    in;
    struct control *previous, *next;
};

static struct control *controls;

static void answer_statistics(struct bytes *out)
{
    const struct statistics *s = &server.statistics;
    bytes_format(out,
                 "{\"connections\":%lu,\"requests\":%lu,\"upstream\":%lu,\"faults\":%lu,\"open\":%lu,\"most_open\":%lu,"
                 "\"running\":%lu,\"most_running\":%lu}\n",
                 s->connections, s->requests, s->upstream, s->faults, s->open, s->most_open, s->running,
                 s->most_running);
}

static void run_command(const char *line, struct bytes *out)
{
    const char *wrong = NULL;
    if (strcmp(line, "stats") == 0) {
        answer_statistics(out);
        return;
    }
    if (strcmp(line, "last") == 0) {
        bytes_add_text(out, "{\"request\":\"");
        bytes_add_json(out, server.last.data, server.last.size);
        bytes_add_text(out, "\"}\n");
        return;
    }
    if (strcmp(line, "closeidle") == 0) {
        bytes_format(out, "ok %zu\n", sessions_close_idle());
        return;
    }
    if (strcmp(line, "reset") == 0) {
        unsigned long open = server.statistics.open, running = server.statistics.running;
        server.statistics =
            (struct statistics){.open = open, .most_open = open, .running = running, .most_running = running};
        server.plan.count = server.plan.at = 0;
        bytes_clear(&server.last);
    } else if (strncmp(line, "body ", 5) == 0) {
        wrong = script_set(line + 5);
    } else {
        wrong = plan_parse(&server.plan, line);
    }
    if (wrong) {
        bytes_format(out, "error: %s\n", wrong);
    } else {
        bytes_add_text(out, "ok\n");
    }
}

static void control_end(struct control *control)
{
    watch_close(&control->watch);
    bytes_free(&control->in);
    if (control->previous) control->previous->next = control->next;
    if (control->next) control->next->previous = control->previous;
    if (controls == control) controls = control->next;
    loop_free_later(control);
}

void controls_end(void)
{
    while (controls)
        control_end(controls);
}

/* Answers are small and read at once: a peer that does not read them is cut off. */
static bool send_all(int fd, const struct bytes *out)
{
    for (size_t at = 0; at < out->size;) {
        ssize_t sent = send(fd, out->data + at, out->size - at, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        at += (size_t)sent;
    }
    return true;
}

static bool run_lines(struct control *control)
{
    char *end;
    while (control->in.size && (end = memchr(control->in.data, '\n', control->in.size)) != NULL) {
        struct bytes out  = {0};
        size_t       size = (size_t)(end + 1 - control->in.data);
        *end              = '\0';
        if (end > control->in.data && end[-1] == '\r') end[-1] = '\0';
        run_command(control->in.data, &out);
        bool sent = send_all(control->watch.fd, &out);
        bytes_free(&out);
        bytes_drop(&control->in, size);
        if (!sent) return false;
    }
    return true;
}

static void control_ready(struct watch *watch, uint32_t events)
{
    struct control *control = CONTAINER(watch, struct control, watch);
    (void)events;
    bytes_reserve(&control->in, 65536);
    ssize_t got = recv(watch->fd, control->in.data + control->in.size, 65536, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got > 0) {
        control->in.size += (size_t)got;
        control->in.data[control->in.size] = '\0';
        if (run_lines(control) && control->in.size < LINE_LIMIT) return;
    }
    control_end(control);
}

void control_open(int fd)
{
    struct control *control = allocate(sizeof *control);
    control->watch.ready    = control_ready;
    control->next           = controls;
    if (controls) controls->previous = control;
    controls = control;
    if (!watch_open(&control->watch, fd, EPOLLIN)) die("epoll_ctl");
}
