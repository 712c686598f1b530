/* The client of calls that get none. */
#include "model/default_client.h"
#include <dynox/model.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static dynox_client   *set; /* a reference; under the lock */

dynox_client *dynox__default_client_acquire(void)
{
    pthread_mutex_lock(&lock);
    dynox_client *client = dynox__client_acquire(set);
    pthread_mutex_unlock(&lock);
    return client;
}

void dynox_set_default_client(dynox_client *client)
{
    dynox__client_acquire(client);
    pthread_mutex_lock(&lock);
    dynox_client *last = set;
    set                = client;
    pthread_mutex_unlock(&lock);
    dynox__client_release(last);
}

dynox_client *dynox_default_client(void)
{
    pthread_mutex_lock(&lock);
    dynox_client *client = set;
    pthread_mutex_unlock(&lock);
    return client;
}
