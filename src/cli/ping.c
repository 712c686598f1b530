/* dynox ping: does DynamoDB answer? Any answer counts, also that it does not like the caller. */
#include "base/clock.h"
#include "cli/cli.h"
#include <dynox/client.h>
#include <dynox/table.h>
#include <stdio.h>

enum { DEADLINE_MS = 20000 };

int dynox__cli_ping(const dynox__cli_options *options)
{
    dynox_error   error   = {0};
    dynox_client *client  = dynox_client_new(.profile = options->profile, .region = options->region,
                                             .endpoint = options->endpoint, .deadline_ms = DEADLINE_MS, .error = &error);
    int64_t       started = dynox__now_ns();
    int           code    = DYNOX__CLI_OK;
    if (dynox_sync_ping(client, .error = &error)) {
        dynox__cli_put(stdout, dynox_client_endpoint(client));
        printf(" answers (%lld ms)\n", (long long)((dynox__now_ns() - started) / DYNOX__MS));
    } else {
        code = dynox__cli_fail(error.message);
    }
    dynox_error_clear(&error);
    dynox_client_free(client);
    return code;
}
