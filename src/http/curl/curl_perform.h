/* A transfer that another thread can end: curl_easy_perform looks up only once a second. */
#ifndef DYNOX_HTTP_CURL_CURL_PERFORM_H
#define DYNOX_HTTP_CURL_CURL_PERFORM_H

#include <pthread.h>
#include <stdbool.h>

/* By which transfers are told to give up, now and for ever. Outlives them. */
typedef struct dynox__stop {
    _Atomic bool               set;
    pthread_mutex_t            lock; /* of the list */
    struct dynox__curl_runner *first;
} dynox__stop;

void dynox__stop_init(dynox__stop *stop);
void dynox__stop_destroy(dynox__stop *stop);
void dynox__stop_now(dynox__stop *stop);          /* any thread */
bool dynox__stop_is_set(const dynox__stop *stop); /* NULL: never */

/* As curl_easy_perform, with a multi handle of the caller's, in which `curl` stays. Told to stop (NULL: never), it
 * gives up at once: CURLE_ABORTED_BY_CALLBACK. The name server is not waited for from libcurl 7.87 on. Gives a
 * CURLcode. */
int dynox__curl_perform(void *curl, void *multi, dynox__stop *stop);

/* Frees both, and closes the connection. Each may be NULL. */
void dynox__curl_free(void *curl, void *multi);

#endif
