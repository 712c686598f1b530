/* The shared config and credentials files (~/.aws/config, ~/.aws/credentials): read at once, then immutable.
 * Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files". */
#ifndef DYNOX_AWS_CONFIG_PROFILE_FILE_H
#define DYNOX_AWS_CONFIG_PROFILE_FILE_H

#include "base/shared.h"
#include <dynox/error.h>

typedef struct dynox__property {
    const char *key; /* in lower case */
    const char *value;
} dynox__property;

/* A section: a profile, an sso-session or a services section, both files merged. Lives as long as its profiles. */
typedef struct dynox__profile {
    const char            *kind; /* "profile", "sso-session", "services" */
    const char            *name;
    const dynox__property *properties; /* sorted by key */
    size_t                 count;
} dynox__profile;

/* Counted; any thread may read. The texts are wiped when the last user lets go: they may be secrets. */
typedef struct dynox__profiles {
    dynox__shared   shared;
    dynox__profile *sections; /* sorted by kind, then name */
    size_t          count;
} dynox__profiles;

/* Reads both files: AWS_CONFIG_FILE or ~/.aws/config, AWS_SHARED_CREDENTIALS_FILE or ~/.aws/credentials. Blocks. A file
 * that does not exist is empty. DYNOX_E_CONFIGURATION: one cannot be read, or is malformed; the error names the file
 * and the line, and never the text of the line. */
dynox_status dynox__profiles_load(dynox__profiles **profiles, dynox_error *error);

static inline dynox__profiles *dynox__profiles_acquire(dynox__profiles *profiles)
{
    if (profiles) dynox__shared_acquire(&profiles->shared);
    return profiles;
}
static inline void dynox__profiles_release(dynox__profiles *profiles)
{
    if (profiles) dynox__shared_release(&profiles->shared);
}

/* The profile in use: `given`, AWS_PROFILE, "default"; blank is the same as none. Borrowed. */
const char *dynox__profile_in_use(const char *given);

/* NULL: there is none. Borrowed. */
const dynox__profile *dynox__profiles_find(const dynox__profiles *profiles, const char *name);
const dynox__profile *dynox__profiles_section(const dynox__profiles *profiles, const char *kind, const char *name);

/* The value of a key (in lower case). NULL: it is not there, or blank; also when `profile` is NULL. Borrowed. */
const char *dynox__profile_get(const dynox__profile *profile, const char *key);

/* The value of `key` below `group`, which has no value of its own:
 *     dynamodb =
 *       endpoint_url = http://localhost:8000
 * Not NUL-terminated: *length says how long it is. NULL: it is not there, or blank. Borrowed. */
const char *dynox__profile_nested(const dynox__profile *profile, const char *group, const char *key, size_t *length);

/* `~` and `~/...` in the user's home; other paths, and all where there is no HOME, as they are. The caller frees it
 * with dynox__free. NULL: out of memory. */
char *dynox__expand_path(const char *path);

/* Where the two files are, or would be. As above. */
char *dynox__config_path(void);
char *dynox__credentials_path(void);

/* One of the files, as text. Taken apart in place. */
typedef struct dynox__profile_text {
    const char *path; /* in messages */
    char       *text; /* size + 1 bytes from dynox__malloc; NULL: empty */
    size_t      size;
} dynox__profile_text;

/* What dynox__profiles_load does with what it read. Takes over both texts (not the paths), also when it fails. */
dynox_status dynox__profiles_parse(dynox__profiles **profiles, dynox__profile_text config,
                                   dynox__profile_text credentials, dynox_error *error);

#endif
