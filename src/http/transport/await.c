/* Which request a thread is going to wait for, and the one that it has been lent because of that. */
#include "http/transport/transport.h"

static _Thread_local const dynox__request *expected;

static _Thread_local struct {
    dynox__request      *request; /* NULL: none */
    dynox__transport_run run;
} lent;

void dynox__transport_expect(const dynox__request *request)
{
    expected = request;
}

bool dynox__transport_expected(const dynox__request *request)
{
    return request == expected;
}

void dynox__transport_lend(dynox__request *request, dynox__transport_run run)
{
    lent.request = request;
    lent.run     = run;
}

void dynox__transport_await(const dynox__request *request)
{
    dynox__request *mine = lent.request;
    expected             = NULL;
    lent.request         = NULL;
    if (mine) lent.run(mine, mine == request);
}
