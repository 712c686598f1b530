/* Running a command: two pipes, a deadline, and no way for the command to stay behind. */
#define _GNU_SOURCE
#include "services/source/subprocess.h"
#include "base/clock.h"
#include "base/errno_text.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__APPLE__) /* a shared library has no environ there */
#include <crt_externs.h>
#define environ (*_NSGetEnviron())
#elif !defined(__linux__) /* where _GNU_SOURCE declares it */
extern char **environ; /* POSIX: for the program to declare */
#endif

enum { KILLED_WAIT_MS = 2000, LONGEST_NAP_MS = 50 };

typedef struct child {
    pid_t  pid; /* its group has the same number */
    int    out[2], err[2];
    size_t words; /* bytes in run->words */
} child;

/* ---- starting ---- */

/* Without a moment in which a child of another thread could inherit it, where the system has that. */
static int open_pipe(int ends[2])
{
#if defined(__linux__)
    return pipe2(ends, O_CLOEXEC);
#else
    return pipe(ends);
#endif
}

/* Not 0 to 2, which the child's own are put on, even if this process has closed those. */
static bool make_pipe(int ends[2])
{
    int raw[2];
    if (open_pipe(raw) != 0) return false;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(raw[i], F_DUPFD_CLOEXEC, 3);
        close(raw[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

static void shut(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

static int prepare_files(posix_spawn_file_actions_t *files, const child *self)
{
    int wrong = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);
    if (!wrong) wrong = posix_spawn_file_actions_adddup2(files, self->out[1], 1);
    if (!wrong) wrong = posix_spawn_file_actions_adddup2(files, self->err[1], 2);
    return wrong;
}

/* The library's threads block all signals, and programs like to ignore SIGPIPE: the command must not inherit either. */
static int prepare_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGCHLD);
    short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    int   wrong = posix_spawnattr_setflags(attributes, flags);
    if (!wrong) wrong = posix_spawnattr_setpgroup(attributes, 0);
    if (!wrong) wrong = posix_spawnattr_setsigmask(attributes, &none);
    if (!wrong) wrong = posix_spawnattr_setsigdefault(attributes, &usual);
    return wrong;
}

static int spawn(child *self, const char *command)
{
    char                      *arguments[] = {"sh", "-c", (char *)(uintptr_t)command, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t          attributes;
    int                        wrong = posix_spawn_file_actions_init(&files);
    if (wrong) return wrong;
    wrong = posix_spawnattr_init(&attributes);
    if (!wrong) {
        wrong = prepare_files(&files, self);
        if (!wrong) wrong = prepare_signals(&attributes);
        if (!wrong) wrong = posix_spawn(&self->pid, "/bin/sh", &files, &attributes, arguments, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return wrong;
}

/* ---- reading ---- */

static void keep_words(dynox__subprocess *run, child *self, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size && self->words + 1 < sizeof run->words; i++) {
        bool plain                = (unsigned char)bytes[i] >= ' ' && bytes[i] != 0x7f;
        run->words[self->words++] = bytes[i] && plain ? bytes[i] : ' ';
    }
}

/* Takes what is there. false: there will be no more. */
static bool drain_words(dynox__subprocess *run, child *self)
{
    char    bytes[512];
    ssize_t got;
    while ((got = read(self->err[0], bytes, sizeof bytes)) > 0)
        keep_words(run, self, bytes, (size_t)got);
    return got < 0 && (errno == EAGAIN || errno == EINTR);
}

/* BUSY: there may be more; OK: the end. */
static dynox_status drain_output(dynox__subprocess *run, child *self)
{
    dynox__buffer *to = &run->output;
    ssize_t        got;
    while ((got = read(self->out[0], to->data + to->size, to->capacity - to->size)) > 0) {
        to->size += (size_t)got;
        if (to->size > DYNOX__SUBPROCESS_OUTPUT) return DYNOX_E_TOO_LARGE;
    }
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? DYNOX_E_BUSY : DYNOX_OK;
}

static int left_ms(int64_t until)
{
    int64_t left = (until - dynox__now_ns()) / DYNOX__MS;
    return left <= 0 ? 0 : left > 1000 ? 1000 : (int)left + 1;
}

/* Until standard output ends. What goes to standard error is drained meanwhile, so that the command never blocks. */
static dynox_status read_output(dynox__subprocess *run, child *self, int64_t until)
{
    dynox_status status = DYNOX_E_BUSY;
    bool         more   = true;
    while (status == DYNOX_E_BUSY) {
        if (dynox__now_ns() >= until) return DYNOX_E_TIMEOUT;
        struct pollfd ready[2] = {{.fd = self->out[0], .events = POLLIN},
                                  {.fd = more ? self->err[0] : -1, .events = POLLIN}};
        if (poll(ready, 2, left_ms(until)) < 0 && errno != EINTR) return DYNOX_E_SYSTEM;
        if (ready[0].revents) status = drain_output(run, self);
        if (more && ready[1].revents) more = drain_words(run, self);
    }
    return status;
}

/* ---- the end ---- */

/* false: it is still running at `until`. The state is asked for again and again because a SIGCHLD, the usual way to be
 * told, is the program's. */
static bool wait_for(dynox__subprocess *run, child *self, int64_t until)
{
    for (int nap_ms = 1;; nap_ms = nap_ms < LONGEST_NAP_MS ? nap_ms * 2 : LONGEST_NAP_MS) {
        int   state = 0;
        pid_t ended = waitpid(self->pid, &state, WNOHANG);
        if (ended == self->pid) {
            run->exit_code = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
            return true;
        }
        if (ended < 0 && errno != EINTR) return true; /* the program waits for all its children, or for none */
        if (dynox__now_ns() >= until) return false;
        drain_words(run, self);
        nanosleep(&(struct timespec){.tv_nsec = nap_ms * 1000000L}, NULL);
    }
}

static void finish(dynox__subprocess *run, child *self, dynox_status *status, int64_t until)
{
    if (*status == DYNOX_OK && !wait_for(run, self, until)) *status = DYNOX_E_TIMEOUT;
    if (*status != DYNOX_OK) { /* not waited for yet, so the number is still theirs */
        kill(-self->pid, SIGKILL);
        wait_for(run, self, dynox__deadline_after(dynox__now_ns(), KILLED_WAIT_MS));
    }
    drain_words(run, self);
    run->words[self->words] = 0;
}

dynox_status dynox__subprocess_run(dynox__subprocess *run, const char *command, int64_t timeout_ms)
{
    child        self   = {.out = {-1, -1}, .err = {-1, -1}};
    int64_t      until  = dynox__deadline_after(dynox__now_ns(), timeout_ms);
    dynox_status status = DYNOX_OK;
    int          wrong  = 0;
    *run                = (dynox__subprocess){.exit_code = -1};
    if (!dynox__buffer_reserve(&run->output, DYNOX__SUBPROCESS_OUTPUT + 1)) return DYNOX_E_NO_MEMORY;
    if (!make_pipe(self.out) || !make_pipe(self.err)) wrong = errno;
    if (!wrong) wrong = spawn(&self, command);
    shut(&self.out[1]);
    shut(&self.err[1]);
    if (wrong) {
        snprintf(run->words, sizeof run->words, "%s", DYNOX__ERRNO(wrong));
        status = DYNOX_E_SYSTEM;
    } else {
        status = read_output(run, &self, until);
        shut(&self.out[0]); /* now a command that goes on writing gets SIGPIPE */
        finish(run, &self, &status, until);
    }
    shut(&self.out[0]);
    shut(&self.err[0]);
    return status;
}
