/* The fault server from a C test: start it, tell it what to do wrong, read what happened, end it. Its commands are in
 * the head comment of test/tools/faultserver.c. Every function fails the program if the server does not do its part. */
#ifndef DYNOX_TEST_FAULTSERVER_H
#define DYNOX_TEST_FAULTSERVER_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct faultserver {
    pid_t pid;
    int   input;      /* our end of its standard input: it ends when this is closed */
    int   port;       /* where it answers */
    FILE *control;    /* the line to its control port */
    char  url[64];    /* http://127.0.0.1:PORT */
    char  line[4096]; /* the last answer of the control port */
} faultserver;

_Noreturn static inline void faultserver_die(const char *what)
{
    fprintf(stderr, "fault server: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* Sends one command and reads the answer, which lives until the next one. */
static inline const char *faultserver_ask(faultserver *server, const char *command)
{
    if (fprintf(server->control, "%s\n", command) < 0 || fflush(server->control) != 0) faultserver_die("control");
    if (!fgets(server->line, (int)sizeof server->line, server->control)) faultserver_die("control");
    server->line[strcspn(server->line, "\n")] = '\0';
    return server->line;
}

/* A command that must be understood: "throttle x2", "reset after x1 on UpdateItem", "none". */
static inline void faultserver_say(faultserver *server, const char *command)
{
    if (strncmp(faultserver_ask(server, command), "ok", 2) == 0) return;
    fprintf(stderr, "fault server: \"%s\": %s\n", command, server->line);
    exit(1);
}

/* One of the counts: connections, requests, upstream, faults, open, most_open, running, most_running. */
static inline long faultserver_count(faultserver *server, const char *name)
{
    char        quoted[64];
    const char *found = faultserver_ask(server, "stats");
    snprintf(quoted, sizeof quoted, "\"%s\":", name);
    found = strstr(found, quoted);
    if (!found) faultserver_die(name);
    return strtol(found + strlen(quoted), NULL, 10);
}

/* upstream "127.0.0.1:8000" puts it in front of that server; NULL: it answers by itself. `port`: of one that was there
 * before; 0: any. */
static inline void faultserver_start_at(faultserver *server, const char *upstream, int port)
{
    int  in[2], out[2], control = 0;
    char number[16];
    *server = (faultserver){0};
    snprintf(number, sizeof number, "%d", port);
    if (pipe(in) != 0 || pipe(out) != 0) faultserver_die("pipe");
    /* a second server must not keep this one's input open */
    fcntl(in[1], F_SETFD, FD_CLOEXEC);
    fcntl(out[0], F_SETFD, FD_CLOEXEC);
    server->pid = fork();
    if (server->pid < 0) faultserver_die("fork");
    if (server->pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[0]);
        close(out[1]);
        if (upstream)
            execl(DYNOX_FAULTSERVER, "faultserver", "--upstream", upstream, "--port", number, (char *)NULL);
        else
            execl(DYNOX_FAULTSERVER, "faultserver", "--script", "--port", number, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    server->input = in[1];
    FILE *output  = fdopen(out[0], "r");
    if (!output || fscanf(output, "PORT %d CONTROL %d", &server->port, &control) != 2) faultserver_die("start");
    fclose(output);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d", server->port);

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)control)};
    address.sin_addr.s_addr    = htonl(INADDR_LOOPBACK);
    int fd                     = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)(const void *)&address, sizeof address) != 0) {
        faultserver_die("control");
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    server->control = fdopen(fd, "r+");
    if (!server->control) faultserver_die("control");
    setvbuf(server->control, NULL, _IONBF, 0);
}

static inline void faultserver_start(faultserver *server, const char *upstream)
{
    faultserver_start_at(server, upstream, 0);
}

/* In the middle of whatever it does. */
static inline void faultserver_kill(faultserver *server)
{
    if (kill(server->pid, SIGKILL) != 0 || waitpid(server->pid, NULL, 0) != server->pid) faultserver_die("kill");
    fclose(server->control);
    close(server->input);
}

static inline void faultserver_stop(faultserver *server)
{
    int status = 0;
    fclose(server->control);
    close(server->input);
    if (waitpid(server->pid, &status, 0) != server->pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "fault server: ended with status %d\n", status);
        exit(1);
    }
}

#endif
