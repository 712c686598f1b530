/* Errors and failures: filling, copying, printing. */
#include "base/failure.h"
#include "base/alloc.h"
#include "base/printable.h"
#include <stdio.h>
#include <string.h>

/* Cuts before the first byte of a character. */
static void cut(char *message, size_t size)
{
    size_t end = size - sizeof "...";
    while (end > 0 && ((unsigned char)message[end] & 0xC0) == 0x80)
        end--;
    memcpy(message + end, "...", sizeof "...");
}

typedef struct words {
    char text[sizeof((dynox_error *)0)->message];
} words;

static void write_words(words *to, const char *format, va_list args)
{
    to->text[0] = 0;
    if (vsnprintf(to->text, sizeof to->text, format, args) >= (int)sizeof to->text) cut(to->text, sizeof to->text);
    for (char *c = to->text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = ' '; /* one line */
    dynox__make_printable(to->text);                         /* texts of servers must not steer a terminal */
}

void dynox__error_reword(dynox_error *error, const char *format, ...)
{
    words   message; /* the arguments may be texts of this very error */
    va_list args;
    va_start(args, format);
    write_words(&message, format, args);
    va_end(args);
    memcpy(error->message, message.text, sizeof message.text);
}

dynox_status dynox__error_setv(dynox_error *error, dynox_status status, const char *format, va_list args)
{
    if (!error) return status;
    words message;
    write_words(&message, format, args);
    dynox_error_clear(error);
    error->status = status;
    memcpy(error->message, message.text, sizeof message.text);
    return status;
}

dynox_status dynox_error_set(dynox_error *error, dynox_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    dynox__error_setv(error, status, format, args);
    va_end(args);
    return status;
}

void dynox_error_clear(dynox_error *error)
{
    if (!error) return;
    dynox__shared_release(error->owned_);
    *error = (dynox_error){0};
}

void dynox_error_copy(dynox_error *to, const dynox_error *from)
{
    if (!to || to == from) return;
    dynox__shared_acquire(from->owned_);
    dynox__shared_release(to->owned_);
    *to = *from;
}

void dynox__error_own(dynox_error *error, dynox__shared *owner)
{
    dynox__shared_release(error->owned_);
    error->owned_ = owner;
}

void dynox_error_print(FILE *to, const dynox_error *given)
{
    dynox_error clean = *given; /* a program may have filled it itself, with texts of others */
    for (char *c = clean.message; *c; c++)
        if (*c == '\n' || *c == '\t') *c = ' ';
    dynox__make_printable(clean.message);
    dynox__make_visible(clean.code);
    dynox__make_visible(clean.request_id);
    const dynox_error *error = &clean;
    fprintf(to, "%s", dynox_status_name(error->status));
    if (error->code[0]) fprintf(to, " (%s)", error->code);
    fprintf(to, ": %s", error->message[0] ? error->message : dynox_status_text(error->status));
    const char *separator = " [";
    if (error->http_status) {
        fprintf(to, "%sHTTP %d", separator, error->http_status);
        separator = ", ";
    }
    if (error->request_id[0]) {
        fprintf(to, "%srequest %s", separator, error->request_id);
        separator = ", ";
    }
    if (error->attempts) {
        fprintf(to, "%s%u attempt%s", separator, error->attempts, error->attempts == 1 ? "" : "s");
        separator = ", ";
    }
    if (error->may_have_applied) {
        fprintf(to, "%smay have been applied", separator);
        separator = ", ";
    }
    fputs(separator[0] == ',' ? "]\n" : "\n", to);
}

static void failure_destroy(dynox__shared *shared)
{
    dynox__failure *failure = DYNOX__CONTAINER(shared, dynox__failure, shared);
    dynox_error_clear(&failure->error);
    dynox__free(failure);
}

dynox__failure *dynox__failure_new(const dynox_error *error)
{
    dynox__failure *failure = dynox__calloc(sizeof *failure);
    if (!failure) return NULL;
    dynox__shared_init(&failure->shared, failure_destroy);
    dynox_error_copy(&failure->error, error);
    return failure;
}

dynox__failure *dynox__failure_acquire(dynox__failure *failure)
{
    if (failure) dynox__shared_acquire(&failure->shared);
    return failure;
}

void dynox__failure_release(dynox__failure *failure)
{
    if (failure) dynox__shared_release(&failure->shared);
}
