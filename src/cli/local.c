/* dynox local: a DynamoDB of one's own, as a server. */
#include "base/thread.h"
#include "cli/cli.h"
#include "local/operation/operations.h"
#include "local/server/controls.h"
#include "local/server/server.h"
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>

enum { MOST = 32, DEFAULT_PORT = 8000, KEPT_REQUESTS = 1000, MOST_THREADS = 256 };

static const char usage[] =
    "usage: dynox local [option...]\n"
    "\n"
    "A DynamoDB on this machine, for any SDK. It keeps everything in memory, or in a file.\n"
    "\n"
    "  --port N             where it listens; 0: the system chooses (default 8000)\n"
    "  --host HOST          an address or a name of this machine (default 127.0.0.1)\n"
    "  --db FILE            keeps everything in a file\n"
    "  --threads N          that answer (default 1)\n"
    "  --region REGION      in ARNs (default ddblocal)\n"
    "  --log                a line for each request, on stderr\n"
    "\n"
    "Who may ask:\n"
    "  --verify KEY:SECRET  checks signatures by this key (KEY:SECRET:TOKEN with a session token); may be given\n"
    "                       several times\n"
    "  --unsigned           also requests without any signature\n"
    "  --allow-host NAME    by this name, too; otherwise by addresses and localhost. *: by any name\n"
    "  --cors ORIGIN        pages of this origin, too; otherwise those of this machine. *: those of all\n"
    "\n"
    "What the cloud does to a program:\n"
    "  --fail SPEC          a fault, such as throttle,operation=PutItem,probability=0.1 (docs/local-server.md)\n"
    "  --seed N             of faults and identifiers: the same seed, the same course of events\n"
    "  --clock-ahead S      the clock is so many seconds ahead\n"
    "  --clock-stands       it stands still\n"
    "  --slow-tables        tables and indexes take a while to be ACTIVE\n"
    "  --index-delay MS     global indexes follow their table so late\n"
    "  --old-words          messages as they were before June 2026\n"
    "  --admin              faults and clock can be turned by POST /_dynox/... (docs/local-server.md)\n";

typedef struct choice {
    dynox__store *(*open_file)(const char *path, dynox_error *error);
    dynox__server_settings server;
    dynox__local_settings  engine;
    const char            *db, *faults[MOST], *hosts[MOST], *origins[MOST];
    char                  *keys[MOST]; /* taken apart in place */
    dynox__server_key      key_list[MOST];
    size_t                 fault_count;
    uint64_t               ahead_s;
    bool                   stands;
} choice;

static dynox__server *running;

static void stop_running(int number)
{
    (void)number;
    dynox__server_stop(running);
}

/* Once: a second signal ends the process as it would any other. */
static void on_signals(void)
{
    struct sigaction action = {.sa_handler = stop_running, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

/* ---- the command line ---- */

static bool read_number(const char *text, uint64_t most, uint64_t *to)
{
    *to = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || *to > (most - (unsigned)(*text - '0')) / 10) return false;
        *to = *to * 10 + (unsigned)(*text - '0');
    }
    return true;
}

static bool read_key(char *text, dynox__server_key *key)
{
    char *secret = strchr(text, ':'), *token = secret ? strchr(secret + 1, ':') : NULL;
    if (!secret || secret == text || !secret[1]) return false;
    *secret = 0;
    if (token) *token = 0;
    *key = (dynox__server_key){text, secret + 1, token && token[1] ? token + 1 : NULL};
    return true;
}

static bool add(const char **list, size_t *count, const char *text)
{
    if (*count == MOST) return false;
    list[(*count)++] = text;
    return true;
}

static bool read_flag(choice *to, const char *argument)
{
    const struct {
        const char *name;
        bool       *set;
    } flags[] = {{"--unsigned", &to->server.takes_unsigned},
                 {"--admin", &to->server.has_controls},
                 {"--clock-stands", &to->stands},
                 {"--slow-tables", &to->engine.slow_tables},
                 {"--old-words", &to->engine.old_words}};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (strcmp(argument, flags[i].name) != 0) continue;
        *flags[i].set = true;
        return true;
    }
    return false;
}

/* NULL: it was read. Else what is wrong with the value. */
static const char *set_value(choice *to, const char *name, char *value)
{
    dynox__server_settings *server = &to->server;
    uint64_t                number = 0;
    bool                    right  = true;
#define IS(word) (strcmp(name, word) == 0)
    if (IS("--port")) {
        right        = read_number(value, UINT16_MAX, &number);
        server->port = (uint16_t)number;
    } else if (IS("--host")) {
        server->host = value;
    } else if (IS("--db")) {
        to->db = value;
    } else if (IS("--threads")) {
        right           = read_number(value, MOST_THREADS, &number) && number;
        server->threads = (unsigned)number;
    } else if (IS("--region")) {
        right = strlen(value) < sizeof to->engine.region;
        if (right) memcpy(to->engine.region, value, strlen(value) + 1);
    } else if (IS("--seed")) {
        right = read_number(value, UINT64_MAX, &to->engine.seed);
    } else if (IS("--clock-ahead")) {
        right = read_number(value, UINT32_MAX, &to->ahead_s);
    } else if (IS("--index-delay")) {
        right                     = read_number(value, UINT32_MAX, &number);
        to->engine.late_indexes   = number > 0;
        to->engine.index_delay_ms = (uint32_t)number;
    } else if (IS("--fail")) {
        right = add(to->faults, &to->fault_count, value);
    } else if (IS("--allow-host")) {
        right = add(to->hosts, &server->host_count, value);
    } else if (IS("--cors")) {
        right = add(to->origins, &server->origin_count, value);
    } else if (IS("--verify")) {
        if (server->key_count == MOST || !read_key(value, &to->key_list[server->key_count]))
            return "this is not KEY:SECRET"; /* which is not shown: it may be one */
        server->key_count++;
    }
#undef IS
    return right ? NULL : value;
}

static int read_choice(choice *to, int count, char **arguments)
{
    static const char *const names[] = {"--port",   "--host",       "--db",          "--threads",
                                        "--region", "--seed",       "--clock-ahead", "--index-delay",
                                        "--fail",   "--allow-host", "--cors",        "--verify"};
    for (int i = 0; i < count; i++) {
        const char *missing = NULL, *wrong = NULL;
        char       *value = NULL;
        if (strcmp(arguments[i], "--log") == 0) {
            to->server.log_arg = stderr;
            continue;
        }
        if (read_flag(to, arguments[i])) continue;
        size_t name = 0;
        for (; name < sizeof names / sizeof names[0] && !value && !missing; name++)
            value = dynox__cli_value(names[name], count, arguments, &i, &missing);
        if (missing) return dynox__cli_misused("a value is missing behind ", missing);
        if (!value) return dynox__cli_misused("dynox local has no option ", arguments[i]);
        if ((wrong = set_value(to, names[name - 1], value))) return dynox__cli_misused("this cannot be: ", wrong);
    }
    to->server.hosts   = to->hosts;
    to->server.origins = to->origins;
    to->server.keys    = to->key_list;
    return DYNOX__CLI_OK;
}

/* ---- running ---- */

static void answer(void *engine, const dynox__local_request *request, dynox__local_answer *to)
{
    dynox__local_engine_answer(engine, request, to);
}

static bool knows(const char *operation, size_t length, bool of_streams)
{
    return dynox__local_operation_of(operation, length, of_streams) != NULL;
}

static int64_t now_us(void *engine)
{
    return dynox__local_engine_now_us(engine);
}

static void write_line(void *arg, const char *line, size_t length)
{
    fprintf(arg, "%.*s\n", (int)length, line);
}

static dynox__local_engine *make_engine(const choice *from, dynox_error *error)
{
    dynox__store        *store  = from->db ? from->open_file(from->db, error) : dynox__store_memory(error);
    dynox__local_engine *engine = store ? dynox__local_engine_new(store, &from->engine, error) : NULL;
    if (!engine) return NULL;
    if (from->server.has_controls) dynox__local_engine_trace(engine, KEPT_REQUESTS);
    if (from->ahead_s) dynox__local_engine_add_ms(engine, (int64_t)from->ahead_s * 1000);
    if (from->stands) dynox__local_engine_stop_clock(engine, true);
    for (size_t i = 0; i < from->fault_count; i++) {
        if (dynox__server_fail_by_text(engine, from->faults[i], error) == DYNOX_OK) continue;
        dynox__local_engine_free(engine);
        return NULL;
    }
    return engine;
}

/* Each connection is a descriptor. */
static void allow_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int serve(choice *from, dynox_error *error)
{
    dynox__local_engine *engine = make_engine(from, error);
    if (!engine) return dynox__cli_fail(error->message);
    from->server.backend = (dynox__server_backend){
        .engine = engine, .answer = answer, .knows = knows, .now_us = now_us, .control = dynox__server_control};
    if (from->server.log_arg) from->server.log = write_line;
    allow_descriptors();
    running = dynox__server_start(&from->server, error);
    if (!running) {
        dynox__local_engine_free(engine);
        return dynox__cli_fail(error->message);
    }
    on_signals();
    printf("dynox local listens on %s\n", dynox__server_url(running));
    fflush(stdout);
    bool finished = dynox__server_wait(running);
    dynox__server_free(running);
    dynox__local_engine_free(engine);
    return finished ? DYNOX__CLI_OK : dynox__cli_fail("some requests were not finished in time");
}

int dynox__cli_local(int count, char **arguments, dynox__store *(*open_file)(const char *path, dynox_error *error))
{
    choice      from  = {.open_file = open_file, .server = {.port = DEFAULT_PORT}};
    dynox_error error = {0};
    for (int i = 0; i < count; i++)
        if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0) return fputs(usage, stdout) < 0;
    int code = read_choice(&from, count, arguments);
    if (code == DYNOX__CLI_OK) code = serve(&from, &error);
    dynox_error_clear(&error);
    return code;
}
