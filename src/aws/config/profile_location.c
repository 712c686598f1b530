/* Where the config and credentials files are, and what is in them. */
#include "aws/config/environment.h"
#include "aws/config/profile_file.h"
#include "aws/crypto/digest.h"
#include "base/alloc.h"
#include "base/buffer.h"
#include "base/descriptors.h"
#include "base/errno_text.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_FILE = 1 << 20 };

char *dynox__expand_path(const char *path)
{
    const char   *home = path[0] == '~' && (path[1] == '/' || !path[1]) ? dynox__setting("HOME") : NULL;
    dynox__buffer full = {0};
    if (!home) return dynox__strdup(path);
    size_t length = strlen(home);
    while (length > 1 && home[length - 1] == '/')
        length--;
    dynox__buffer_add(&full, home, length == 1 && home[0] == '/' && path[1] ? 0 : length);
    dynox__buffer_add(&full, path + 1, strlen(path));
    if (!full.failed) return full.data;
    dynox__buffer_free(&full);
    return NULL;
}

static char *location(const char *variable, const char *usual)
{
    const char *given = dynox__setting(variable);
    return dynox__expand_path(given ? given : usual);
}

char *dynox__config_path(void)
{
    return location("AWS_CONFIG_FILE", "~/.aws/config");
}

char *dynox__credentials_path(void)
{
    return location("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
}

/* Nobody put it there: HOME says where the files would be, but not that this user may look there (a service that was
 * started with the home of root). */
static bool is_out_of_reach(const char *path, const char *variable)
{
    char *folder = dynox__strdup(path);
    char *slash  = folder ? strrchr(folder, '/') : NULL;
    bool  closed = false;
    if (slash && !dynox__setting(variable)) {
        *slash = 0;
        closed = access(folder, X_OK) != 0;
    }
    dynox__free(folder);
    return closed;
}

/* What people name when there shall be no file. */
static bool is_null_device(const struct stat *about)
{
    struct stat null;
    return S_ISCHR(about->st_mode) && stat("/dev/null", &null) == 0 && null.st_rdev == about->st_rdev;
}

/* The room is one block from the start: a larger copy would leave secrets behind in the smaller one. */
static dynox_status read_all(int file, dynox__profile_text *text, dynox_error *error)
{
    struct stat about;
    size_t      room = LARGEST_FILE + 1;
    ssize_t     got;
    if (fstat(file, &about) != 0 || (!S_ISREG(about.st_mode) && !is_null_device(&about)))
        return dynox_error_set(error, DYNOX_E_CONFIGURATION, "%.200s cannot be read: it is not a regular file",
                               text->path);
    if (S_ISREG(about.st_mode) && about.st_size > 0 && about.st_size < LARGEST_FILE) room = (size_t)about.st_size + 1;
    text->text = dynox__malloc(room + 1);
    if (!text->text) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    do {
        got = read(file, text->text + text->size, room - text->size);
        if (got > 0) text->size += (size_t)got;
    } while (text->size < room && (got > 0 || (got < 0 && errno == EINTR)));
    if (got < 0)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION, "%.200s cannot be read: %s", text->path,
                               DYNOX__ERRNO(errno));
    if (text->size < room) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "%.200s: %s", text->path,
                           room > LARGEST_FILE ? "larger than 1 MiB" : "it grew while it was read");
}

static dynox_status read_file(dynox__profile_text *text, const char *variable, dynox_error *error)
{
    if (text->path[0] == '~') return DYNOX_OK; /* there is no home */
    int file = open(text->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0) {
        int  number = errno; /* access() has its own */
        bool absent =
            number == ENOENT || number == ENOTDIR || (number == EACCES && is_out_of_reach(text->path, variable));
        if (absent) return DYNOX_OK;
        return dynox_error_set(error, dynox__is_descriptor_shortage(number) ? DYNOX_E_SYSTEM : DYNOX_E_CONFIGURATION,
                               "%.200s cannot be read: %s", text->path, DYNOX__ERRNO(number));
    }
    dynox_status status = read_all(file, text, error);
    close(file);
    return status;
}

dynox_status dynox__profiles_load(dynox__profiles **profiles, dynox_error *error)
{
    char               *config_path = dynox__config_path(), *credentials_path = dynox__credentials_path();
    dynox__profile_text config = {.path = config_path}, credentials = {.path = credentials_path};
    dynox_status        status = DYNOX_OK;
    *profiles                  = NULL;
    if (!config_path || !credentials_path) {
        status = DYNOX_E_NO_MEMORY;
        dynox_error_set(error, status, "out of memory");
    }
    if (status == DYNOX_OK) status = read_file(&config, "AWS_CONFIG_FILE", error);
    if (status == DYNOX_OK) status = read_file(&credentials, "AWS_SHARED_CREDENTIALS_FILE", error);
    if (status == DYNOX_OK) {
        status = dynox__profiles_parse(profiles, config, credentials, error);
    } else {
        if (config.text) dynox__wipe(config.text, config.size);
        if (credentials.text) dynox__wipe(credentials.text, credentials.size);
        dynox__free(config.text);
        dynox__free(credentials.text);
    }
    dynox__free(config_path);
    dynox__free(credentials_path);
    return status;
}
