/* Driving a transfer, and waking it up to end it. */
#include "http/curl/curl_perform.h"
#include <curl/curl.h>
#include <stdatomic.h>

enum { LOOK_UP_MS = 1000 }; /* where there were no descriptors for the wake-up of the multi handle */

/* A thread inside dynox__curl_perform. */
typedef struct dynox__curl_runner {
    CURLM                     *multi;
    struct dynox__curl_runner *next, *previous;
} runner;

void dynox__stop_init(dynox__stop *stop)
{
    *stop = (dynox__stop){.first = NULL};
    pthread_mutex_init(&stop->lock, NULL);
}

void dynox__stop_destroy(dynox__stop *stop)
{
    pthread_mutex_destroy(&stop->lock);
}

bool dynox__stop_is_set(const dynox__stop *stop)
{
    return stop && atomic_load(&stop->set);
}

void dynox__stop_now(dynox__stop *stop)
{
    atomic_store(&stop->set, true);
    pthread_mutex_lock(&stop->lock);
    for (runner *one = stop->first; one; one = one->next)
        curl_multi_wakeup(one->multi);
    pthread_mutex_unlock(&stop->lock);
}

static void enter(dynox__stop *stop, runner *self)
{
    if (!stop) return;
    pthread_mutex_lock(&stop->lock);
    self->next = stop->first;
    if (self->next) self->next->previous = self;
    stop->first = self;
    pthread_mutex_unlock(&stop->lock);
}

static void leave(dynox__stop *stop, runner *self)
{
    if (!stop) return;
    pthread_mutex_lock(&stop->lock);
    *(self->previous ? &self->previous->next : &stop->first) = self->next;
    if (self->next) self->next->previous = self->previous;
    pthread_mutex_unlock(&stop->lock);
}

static CURLcode outcome(CURLM *multi)
{
    int      left;
    CURLMsg *message = curl_multi_info_read(multi, &left);
    return message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_OUT_OF_MEMORY;
}

/* Asked for after `enter`, so that a stop is either seen here or wakes the wait, this one or the next. */
static CURLcode drive(CURLM *multi, const dynox__stop *stop)
{
    while (!dynox__stop_is_set(stop)) {
        int       active = 0;
        CURLMcode code   = curl_multi_perform(multi, &active);
        if (code == CURLM_OK && !active) return outcome(multi);
        if (code == CURLM_OK) code = curl_multi_poll(multi, NULL, 0, LOOK_UP_MS, NULL);
        if (code != CURLM_OK) return CURLE_OUT_OF_MEMORY; /* nothing else is left to go wrong */
    }
    return CURLE_ABORTED_BY_CALLBACK;
}

int dynox__curl_perform(void *curl, void *multi, dynox__stop *stop)
{
    runner self = {.multi = multi};
    if (curl_multi_add_handle(multi, curl) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    enter(stop, &self);
    CURLcode code = drive(multi, stop);
    leave(stop, &self);
    return (int)code;
}

void dynox__curl_free(void *curl, void *multi)
{
    if (curl && multi) curl_multi_remove_handle(multi, curl);
    curl_easy_cleanup(curl);
    curl_multi_cleanup(multi);
}
