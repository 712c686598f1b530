/* The default chain from end to end: the cases that the official SDKs share, with their files, environments and
 * recorded calls. Each runs in a process of its own, which has that environment. */
#include "base/clock.h"
#include "json_data.h"
#include "services/replay.h"
#include "services/source/providers.h"
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>

extern char **environ;

static char home[128];

/* Cases that fail: what our error says. */
static const struct {
    const char *name, *ours;
} failures[] = {
    {"credential_process_failure", "exit"},
    {"credential_process_invalid", "JSON"},
    {"eks_pod_identity_no_token_file", "token.jwt"},
    {"empty_config", "there is no profile \"default\""},
    {"imds_default_chain_error", "nothing is configured"},
    {"imds_disabled", "nothing is configured"},
    {"imds_no_iam_role", "has no role"},
    {"imds_token_fail", "IMDS is disabled"},
    {"invalid_config", "config"},
    {"invalid_sso_credentials_config", "sso_account_id"},
    {"profile_overrides_web_identity", "AWS_ACCESS_KEY_ID is not set"},
    {"sso_no_token_file", "dace00cba5f8355ec9d274ceb2bcebdfbeed0e12.json"},
    {"sso_server_error", "503"},
    {"sso_token", "sso_account_id"},
    {"web_identity_source_profile_no_env", "web_identity_token_file, but is missing role_arn"},
    {"web_identity_token_invalid_jwt", "InvalidIdentityToken: No OpenIDConnect provider found in your account"},
};

/* ---- the virtual file system ---- */

static char *join(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char  *path = malloc(size);
    if (!path) abort();
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

/* The root of the files' own paths is our folder. */
static void write_moved(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    if (!file) exit(1);
    for (const char *token; (token = strstr(text, "/token.jwt")) != NULL; text = token + 10)
        fprintf(file, "%.*s%s/token.jwt", (int)(token - text), text, home);
    fputs(text, file);
    fclose(file);
}

static void copy_tree(const char *from, const char *to)
{
    DIR *folder = opendir(from);
    if (!folder) return;
    mkdir(to, 0700);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char       *source = join(from, entry->d_name), *target = join(to, entry->d_name);
        struct stat about;
        if (stat(source, &about) == 0 && S_ISDIR(about.st_mode)) {
            copy_tree(source, target);
        } else {
            char *text = test_read_file(source, NULL);
            write_moved(target, text);
            free(text);
        }
        free(source);
        free(target);
    }
    closedir(folder);
}

static void remove_tree(const char *path)
{
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char *inner = join(path, entry->d_name);
        if (unlink(inner) != 0) remove_tree(inner);
        free(inner);
    }
    if (folder) closedir(folder);
    rmdir(path);
}

/* ---- the environment and the calls ---- */

static void set_environment(json_object *variables)
{
    for (bool again = true; again;) {
        again = false;
        for (char **variable = environ; *variable && !again; variable++) {
            char  name[128];
            char *equals = strchr(*variable, '=');
            if (!equals || strncmp(*variable, "PATH=", 5) == 0 || strstr(*variable, "SAN_OPTIONS")) continue;
            snprintf(name, sizeof name, "%.*s", (int)(equals - *variable), *variable);
            again = unsetenv(name) == 0;
        }
    }
    json_object_object_foreach(variables, name, value)
    {
        char        moved[512];
        const char *text = json_object_get_string(value);
        snprintf(moved, sizeof moved, "%s%s", *text == '/' && strncmp(text, "/v2/", 4) != 0 ? home : "", text);
        setenv(name, moved, 1);
    }
}

static void add_steps(json_object *events)
{
    for (size_t i = 0; i < json_object_array_length(events); i++) {
        json_object *action  = member(json_object_array_get_idx(events, i), "action");
        json_object *request = member(member(action, "Request"), "request");
        json_object *answer  = member(member(member(action, "Response"), "response"), "Ok");
        json_object *data    = member(action, "Data");
        replay_step *last    = replayed.count ? &replayed.steps[replayed.count - 1] : NULL;
        if (request) replay_add((replay_step){.method = text_of(request, "method"), .url = text_of(request, "uri")});
        if (answer) last->status = json_object_get_int(member(answer, "status"));
        if (data && strcmp(text_of(data, "direction"), "Response") == 0)
            last->body = text_of(member(data, "data"), "Utf8");
    }
    for (int i = 0; i < replayed.count; i++)
        if (strstr(replayed.steps[i].url, "/latest/api/token"))
            replayed.steps[i].headers = "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n";
}

/* ---- a case ---- */

static bool same(const char *what, const char *got, const char *expected)
{
    if (!expected || (got && strcmp(got, expected) == 0)) return true;
    printf("%s is %s, not %s\n", what, got ? got : "nothing", expected);
    return false;
}

static bool check_credentials(const dynox_credentials *got, json_object *expected)
{
    bool good      = same("the key", got->access_key_id, text_of(expected, "access_key_id"));
    good           = same("the secret", got->secret_access_key, text_of(expected, "secret_access_key")) && good;
    good           = same("the token", got->session_token, text_of(expected, "session_token")) && good;
    good           = same("the account", got->account_id, text_of(expected, "account_id")) && good;
    int64_t expiry = json_object_get_int64(member(expected, "expiry"));
    if (got->expires_at == expiry) return good;
    printf("they expire at %lld, not %lld\n", (long long)got->expires_at, (long long)expiry);
    return false;
}

static bool check_failure(const char *name, const dynox_error *error)
{
    printf("  it fails with: %s\n", error->message);
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (strcmp(failures[i].name, name) == 0) return strstr(error->message, failures[i].ours) != NULL;
    printf("it should not fail\n");
    return false;
}

static bool check_requests(void)
{
    if (replayed.unexpected) {
        const char *end = strstr(replayed.unexpected, "\r\n");
        printf("an unexpected request: %.*s\n", (int)(end - replayed.unexpected), replayed.unexpected);
    }
    if (replayed.next < replayed.count) printf("%d requests, not %d\n", replayed.next, replayed.count);
    return !replayed.unexpected && replayed.next >= replayed.count;
}

/* The calls were recorded years ago: so late it is, or instance metadata that has expired would be used on and on. */
static int64_t recorded_at_ns;

static int64_t clock_then(int which)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return which ? recorded_at_ns : now.tv_sec * DYNOX__SECOND + now.tv_nsec;
}

static bool run_provider(const char *name, json_object *result, dynox_credentials_provider *provider)
{
    dynox_error        error    = {0};
    dynox_credentials *got      = NULL;
    json_object       *expected = member(result, "Ok");
    bool               good;
    recorded_at_ns = (json_object_get_int64(member(expected, "expiry")) - 3600) * DYNOX__SECOND;
    if (recorded_at_ns > 0) dynox__clock_fake(clock_then);
    if (dynox__provider_fetch(provider, &got, &error) == DYNOX_OK) {
        if (!expected) printf("it succeeds\n");
        good = expected && check_credentials(got, expected);
    } else {
        good = !expected && check_failure(name, &error);
        if (expected) printf("it fails: %s\n", error.message);
    }
    dynox_credentials_free(got);
    dynox_credentials_provider_release(provider);
    return good;
}

static json_object *read_json(const char *folder, const char *name)
{
    char        *path = join(folder, name), *text = test_read_file(path, NULL);
    json_object *read = json_tokener_parse(text);
    free(path);
    free(text);
    if (!read) exit(1);
    return read;
}

typedef dynox_credentials_provider *(*make_fn)(const char *profile, const char *region);

/* In the child. */
static int run_case(const char *folder, const char *name, make_fn make)
{
    json_object *environment = read_json(folder, "env.json"), *traffic = read_json(folder, "http-traffic.json");
    json_object *about = read_json(folder, "test-case.json");
    char        *files = join(folder, "fs");
    copy_tree(files, home);
    free(files);
    set_environment(environment);
    replay_start(NULL);
    add_steps(member(traffic, "events"));
    bool good = run_provider(name, member(about, "result"), make(NULL, NULL));
    good      = check_requests() && good;
    replay_stop(NULL);
    json_object_put(environment);
    json_object_put(traffic);
    json_object_put(about);
    return good ? 0 : 1;
}

static bool run_apart(const char *folder, const char *name, make_fn make)
{
    int status = 1;
    snprintf(home, sizeof home, "/tmp/dynox-chain-XXXXXX");
    if (!mkdtemp(home)) return false;
    printf("%s\n", name);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) exit(run_case(folder, name, make));
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    remove_tree(home);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) printf("%s: FAILED\n", name);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Not on the stack: a child that ends inside would seem to have lost them. */
static char *root, *folder;

/* All cases of a folder, or the only one that is wanted; how many were run. */
static int run_folder(const char *data, make_fn make, const char *only, int *failed)
{
    struct dirent **cases = NULL;
    int             run   = 0;
    root                  = strdup(test_data(data));
    for (int up = 0; up < 2; up++)
        *strrchr(root, '/') = 0; /* the file, the case */
    int found = scandir(root, &cases, NULL, alphasort);
    for (int i = 0; i < found; i++) {
        const char *name = cases[i]->d_name;
        folder           = join(root, name);
        if (*name != '.' && (!only || strcmp(only, name) == 0)) {
            run++;
            *failed += !run_apart(folder, name, make);
        }
        free(folder);
        free(cases[i]);
    }
    free(cases);
    free(root);
    return run;
}

int main(int count, char **names)
{
    const char *only   = count > 1 ? names[1] : NULL;
    int         failed = 0;
    int         chain  = run_folder("data/aws/credentials/default-credential-provider-chain/imds_disabled/env.json",
                                    dynox__provider_chain, only, &failed);
    int profile = run_folder("data/aws/credentials/profile-provider/empty_config/env.json", dynox__provider_profile,
                             only, &failed);
    printf("%d cases of the chain and %d of profiles, %d failed\n", chain, profile, failed);
    if (only) return failed || chain + profile != 1;
    return failed || chain < 29 || profile < 18;
}
