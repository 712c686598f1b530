/* Memory fails somewhere, for each place in turn: the server refuses to start, ends the connection or says so; it goes
 * on, and nothing is lost. */
#include "served.h"

static const char requests[] =
    GET_ITEM "Accept-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}" GET_ITEM
             "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
             "OPTIONS / HTTP/1.1\r\n" HOST "Origin: http://localhost\r\n\r\n"
             "GET /health HTTP/1.1\r\n" HOST "\r\n" GET_ITEM "Connection: close\r\nContent-Length: 3\r\n\r\n[1]";

static void live(void *arg)
{
    (void)arg;
    char                   bytes[4096];
    dynox_error            error    = {0};
    dynox__server_settings settings = {.backend        = {.engine = &engine, .answer = make_up, .now_us = made_up_now},
                                       .takes_unsigned = true};
    engine                          = (made_up){.body = "0123456789", .repeat = 200};
    served                          = dynox__server_start(&settings, &error);
    dynox_error_clear(&error);
    if (!served) return;
    served_port = (unsigned)strtoul(strrchr(dynox__server_url(served), ':') + 1, NULL, 10);
    int fd      = call_up();
    say_bytes(fd, requests, 100); /* in two pieces, so that the first is kept */
    pause_ms(1);
    say_bytes(fd, requests + 100, sizeof requests - 101);
    while (recv(fd, bytes, sizeof bytes, 0) > 0)
        continue;
    close(fd);
    dynox__server_free(served);
    served = NULL;
}

static void a_server_survives_any_failing_allocation(void **state)
{
    (void)state;
    live(NULL); /* makes what lives for ever */
    test_every_allocation_failing(live, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_server_survives_any_failing_allocation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
