/* What a signature costs: the fast form with a small body, with a session token, with larger bodies, and with a key
 * that has to be derived. Each number is the minimum of many repetitions. With --check the program fails when a small
 * request is dearer than the bar. */
#include "aws/sign/sign.h"
#include "base/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPETITIONS = 25, ROUNDS = 2000, BAR_NS = 1500 };

typedef struct job {
    const char       *name;
    dynox_credentials credentials;
    size_t            body_size;
    bool              new_key;
} job;

static dynox__sign_scope scope;
static char              body[4200];
static char              token[900];

static void sign_once(const job *j, uint64_t identity)
{
    static const char target[] = "DynamoDB_20120810.GetItem";
    char              signature[DYNOX__SIGNATURE];
    dynox__sign_time  time;
    dynox__sign_time_set(&time, dynox__wall_ns());
    bool good = dynox__sign_post(&scope, &j->credentials, identity, &time, (dynox__span){target, sizeof target - 1},
                                 (dynox__span){body, j->body_size}, signature);
    if (good) return;
    fprintf(stderr, "bench_sign: cannot sign\n");
    exit(2);
}

static double measure(const job *j)
{
    static uint64_t identity = 1000;
    double          best     = 1e18;
    for (int i = 0; i < REPETITIONS; i++) {
        int64_t begin = dynox__now_ns();
        for (int k = 0; k < ROUNDS; k++)
            sign_once(j, j->new_key ? ++identity : 1 + (uint64_t)(j->credentials.session_token != NULL));
        double ns = (double)(dynox__now_ns() - begin) / ROUNDS;
        if (ns < best) best = ns;
    }
    printf("%-44s %8.0f ns\n", j->name, best);
    return best;
}

int main(int count, char **arguments)
{
    bool check = count > 1 && strcmp(arguments[1], "--check") == 0;
    memset(body, 'x', sizeof body);
    memset(token, 't', sizeof token - 1);
    const dynox_credentials plain   = {.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"};
    const dynox_credentials session = {.access_key_id = "ASIA", .secret_access_key = "secret", .session_token = token};
    const job               jobs[]  = {{"sign, body of 130 bytes", plain, 130, false},
                                       {"sign, body of 130 bytes, session token", session, 130, false},
                                       {"sign, body of 600 bytes", plain, 600, false},
                                       {"sign, body of 4200 bytes", plain, 4200, false},
                                       {"sign, body of 130 bytes, key derived anew", plain, 130, true}};
    if (!dynox__sign_scope_init(&scope, "eu-west-1", "dynamodb", "dynamodb.eu-west-1.amazonaws.com", "/",
                                "application/x-amz-json-1.0"))
        return 2;
    double small = measure(&jobs[0]);
    for (size_t i = 1; i < sizeof jobs / sizeof jobs[0]; i++)
        measure(&jobs[i]);
    dynox__sign_scope_free(&scope);
    if (check && small > BAR_NS) {
        fprintf(stderr, "bench_sign: a small request costs %.0f ns to sign; the bar is %d ns\n", small, BAR_NS);
        return 1;
    }
    return 0;
}
