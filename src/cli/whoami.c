/* dynox whoami: which credentials a program would use here and now, whose they are, where requests would go, and why
 * the other places were passed over. Of the secrets it shows the end of the access key id, and nothing else. */
#include "aws/sign/sign.h"
#include "base/clock.h"
#include "cli/cli.h"
#include "services/sts/sts.h"
#include <dynox/client.h>
#include <stdio.h>
#include <string.h>

enum { MOST_PLACES = 8 };

/* A place of the chain, and what it said. */
typedef struct place {
    const char  *name;
    dynox_status status;
    char         why[256];
} place;

typedef struct places {
    place list[MOST_PLACES];
    int   count;
} places;

/* On the helper; whoami reads it when that is done. */
static void note_place(void *arg, const char *name, dynox_status status, const char *why)
{
    places *all = arg;
    if (all->count == MOST_PLACES) return;
    place *next  = &all->list[all->count++];
    next->name   = name;
    next->status = status;
    snprintf(next->why, sizeof next->why, "%s", why);
}

static void show(const char *name, const char *value)
{
    printf("%-12s ", name);
    dynox__cli_put(stdout, value);
    putchar('\n');
}

static void show_places(const places *all)
{
    puts("\nasked for credentials, in this order:");
    for (int i = 0; i < all->count; i++) {
        const place *at = &all->list[i];
        printf("  %-18s ", at->name);
        dynox__cli_put(stdout, at->status == DYNOX_OK ? "these are used" : at->why);
        putchar('\n');
    }
}

/* The list says it all then. */
static bool nothing_is_set_up(const places *all)
{
    for (int i = 0; i < all->count; i++)
        if (all->list[i].status != DYNOX__NOT_CONFIGURED) return false;
    return all->count > 0;
}

static void show_source(const dynox__cli_options *options, const places *all)
{
    const char *name = "?";
    for (int i = 0; i < all->count; i++)
        if (all->list[i].status == DYNOX_OK) name = all->list[i].name;
    if (strcmp(name, "profile") == 0) {
        printf("%-12s profile \"", "credentials");
        dynox__cli_put(stdout, dynox__profile_in_use(options->profile));
        puts("\"");
    } else {
        show("credentials", name);
    }
}

/* The last four characters; ids have 16 or more, anything shorter may be a secret in the wrong place. */
static void show_key(const char *id)
{
    size_t length = strlen(id);
    printf("%-12s ...", "access key");
    dynox__cli_put(stdout, length >= 16 ? id + length - 4 : "");
    putchar('\n');
}

static void show_expiry(int64_t expires_at)
{
    dynox__sign_time time;
    int64_t          left = expires_at - dynox__wall_ns() / DYNOX__SECOND;
    const char      *t    = time.text;
    if (!expires_at) {
        show("expire", "never, as far as is known");
        return;
    }
    dynox__sign_time_set(&time, expires_at < INT64_MAX / DYNOX__SECOND ? expires_at * DYNOX__SECOND : INT64_MAX);
    printf("%-12s %.4s-%.2s-%.2s %.2s:%.2s:%.2s UTC, ", "expire", t, t + 4, t + 6, t + 9, t + 11, t + 13);
    if (left <= 0)
        puts("which is over");
    else if (left < 7200)
        printf("in %lld minutes\n", (long long)(left / 60));
    else
        printf("in %lld hours\n", (long long)(left / 3600));
}

/* ---- whose they are ---- */

static dynox_status ask_sts(const dynox__cli_options *options, const dynox_credentials *credentials,
                            dynox__sts_caller *caller, dynox_error *error)
{
    dynox__source_context context = {.region = options->region};
    dynox__sts            sts     = {0};
    dynox_status          status  = dynox__profiles_load(&context.profiles, error);
    if (status == DYNOX_OK) {
        context.profile = dynox__profiles_find(context.profiles, dynox__profile_in_use(options->profile));
        status          = dynox__sts_open(&sts, &context, error);
    }
    if (status == DYNOX_OK) status = dynox__sts_caller_identity(&sts, credentials, caller, error);
    dynox__sts_close(&sts);
    dynox__profiles_release(context.profiles);
    return status;
}

static dynox_status show_identity(const dynox__cli_options *options, const dynox_credentials *credentials,
                                  dynox_error *error)
{
    dynox__sts_caller caller = {0};
    dynox_status      status = ask_sts(options, credentials, &caller, error);
    const char       *other  = credentials->account_id ? credentials->account_id : "not known";
    show("account", status == DYNOX_OK ? caller.account : other);
    show("ARN", status == DYNOX_OK ? caller.arn : "not known");
    return status;
}

/* ---- where requests go ---- */

static void show_destination(const dynox__cli_options *options, dynox_credentials_provider *provider)
{
    dynox_error   error    = {0};
    dynox_client *client   = dynox_client_new(.profile = options->profile, .region = options->region,
                                              .endpoint = options->endpoint, .credentials = provider, .error = &error);
    const char   *region   = dynox_client_region(client);
    const char   *endpoint = dynox_client_endpoint(client);
    if (!region) region = options->region;
    show("region", region ? region : "not known: set AWS_REGION, or give --region");
    show("endpoint", endpoint ? endpoint : "not known");
    if (!client) dynox__cli_fail(error.message);
    dynox_client_free(client);
    dynox_error_clear(&error);
}

int dynox__cli_whoami(const dynox__cli_options *options)
{
    places                      all      = {0};
    dynox_error                 error    = {0};
    dynox_credentials          *mine     = NULL;
    dynox_credentials_provider *provider = dynox__provider_chain(options->profile, options->region);
    if (!provider) return dynox__cli_fail("out of memory");
    dynox__chain_trace(provider, note_place, &all);
    dynox_status status = dynox_sync_credentials_get(provider, &mine, &error);
    if (status == DYNOX_OK) {
        show_source(options, &all);
        show_key(mine->access_key_id);
        show_expiry(mine->expires_at);
        status = show_identity(options, mine, &error);
    } else {
        show("credentials", "none");
    }
    show_destination(options, provider);
    show_places(&all);
    fflush(stdout);
    if (status != DYNOX_OK) dynox__cli_fail(nothing_is_set_up(&all) ? "no credentials are set up" : error.message);
    dynox_error_clear(&error);
    dynox_credentials_free(mine);
    dynox_credentials_provider_release(provider);
    return status == DYNOX_OK ? DYNOX__CLI_OK : DYNOX__CLI_FAILED;
}
