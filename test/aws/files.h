/* A home of its own for tests of what is read from ~/.aws. */
#ifndef DYNOX_TEST_FILES_H
#define DYNOX_TEST_FILES_H

#include "support.h"
#include <sys/stat.h>
#include <unistd.h>

static char test_home[64];

/* The path of a file below the home; static. */
static inline const char *home_path(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", test_home, name);
    return path;
}

static inline void write_home(const char *name, const char *text)
{
    FILE *file = fopen(home_path(name), "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static inline void write_config(const char *text)
{
    write_home(".aws/config", text);
}

/* For cmocka_unit_test_setup_teardown: an empty home, and no variable of AWS's. */
static inline int make_home(void **state)
{
    static const char *const variables[] = {"AWS_ACCESS_KEY_ID",
                                            "AWS_SECRET_ACCESS_KEY",
                                            "AWS_SESSION_TOKEN",
                                            "AWS_ACCOUNT_ID",
                                            "AWS_ACCOUNT_ID_ENDPOINT_MODE",
                                            "AWS_CA_BUNDLE",
                                            "AWS_CONFIG_FILE",
                                            "AWS_DEFAULT_REGION",
                                            "AWS_ENDPOINT_URL",
                                            "AWS_ENDPOINT_URL_DYNAMODB",
                                            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                                            "AWS_MAX_ATTEMPTS",
                                            "AWS_PROFILE",
                                            "AWS_REGION",
                                            "AWS_RETRY_MODE",
                                            "AWS_SDK_UA_APP_ID",
                                            "AWS_SHARED_CREDENTIALS_FILE",
                                            "AWS_STS_REGIONAL_ENDPOINTS",
                                            "AWS_USE_DUALSTACK_ENDPOINT",
                                            "AWS_USE_FIPS_ENDPOINT"};
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    snprintf(test_home, sizeof test_home, "/tmp/dynox-home-XXXXXX");
    if (!mkdtemp(test_home) || mkdir(home_path(".aws"), 0700) != 0) return -1;
    return setenv("HOME", test_home, 1);
}

static inline int remove_home(void **state)
{
    (void)state;
    chmod(home_path(".aws"), 0700);
    unlink(home_path(".aws/config"));
    unlink(home_path(".aws/credentials"));
    rmdir(home_path(".aws"));
    return rmdir(test_home);
}

#endif
