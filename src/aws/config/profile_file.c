/* Profiles: the entries of both files sorted and merged, and looked up. */
#include "aws/config/profile_file.h"
#include "aws/config/environment.h"
#include "aws/config/profile_grammar.h"
#include "aws/crypto/digest.h"
#include "base/alloc.h"
#include <stdlib.h>
#include <string.h>

typedef struct files {
    dynox__profiles     profiles; /* first: the profiles are the files */
    dynox__profile_text texts[2];
    dynox__property    *properties;
} files;

static void free_text(dynox__profile_text *text)
{
    if (text->text) dynox__wipe(text->text, text->size);
    dynox__free(text->text);
}

static void files_destroy(dynox__shared *shared)
{
    files *self = (files *)(void *)DYNOX__CONTAINER(shared, dynox__profiles, shared);
    for (size_t i = 0; i < 2; i++)
        free_text(&self->texts[i]);
    dynox__free(self->profiles.sections);
    dynox__free(self->properties);
    dynox__free(self);
}

/* ---- merging ---- */

static int compare_sections(const char *kind, const char *name, const char *other_kind, const char *other_name)
{
    int order = strcmp(kind, other_kind);
    return order ? order : strcmp(name, other_name);
}

static int compare_entries(const void *a, const void *b)
{
    const dynox__profile_entry *left = a, *right = b;
    int                         order = compare_sections(left->kind, left->name, right->kind, right->name);
    if (!order) order = strcmp(left->key, right->key);
    return order ? order : (left->order > right->order) - (left->order < right->order);
}

/* [default] of the config file is the profile default, unless [profile default] is there too: then it is nothing. */
static void settle_default(dynox__profile_entries *entries, size_t from_config)
{
    bool   better = false;
    size_t kept   = 0;
    for (size_t i = 0; i < from_config; i++)
        better = better ||
                 (strcmp(entries->items[i].kind, "profile") == 0 && strcmp(entries->items[i].name, "default") == 0);
    for (size_t i = 0; i < entries->count; i++) {
        dynox__profile_entry entry = entries->items[i];
        bool                 bare  = strcmp(entry.kind, DYNOX__PROFILE_DEFAULT) == 0;
        if (bare && better) continue;
        if (bare) entry.kind = "profile";
        entries->items[kept++] = entry;
    }
    entries->count = kept;
}

/* The entries are sorted: sections lie together, and in them the values of a key, the last of which counts. */
static dynox_status build(files *self, const dynox__profile_entries *entries)
{
    dynox__profiles *profiles   = &self->profiles;
    size_t           properties = 0;
    if (!entries->count) return DYNOX_OK;
    profiles->sections = dynox__malloc_array(entries->count, sizeof *profiles->sections);
    self->properties   = dynox__malloc_array(entries->count, sizeof *self->properties);
    if (!profiles->sections || !self->properties) return DYNOX_E_NO_MEMORY;
    for (size_t i = 0; i < entries->count; i++) {
        const dynox__profile_entry *entry   = &entries->items[i];
        dynox__profile             *section = profiles->count ? &profiles->sections[profiles->count - 1] : NULL;
        if (!section || compare_sections(section->kind, section->name, entry->kind, entry->name) != 0) {
            section  = &profiles->sections[profiles->count++];
            *section = (dynox__profile){entry->kind, entry->name, self->properties + properties, 0};
        }
        if (!entry->key[0]) continue;
        if (!section->count || strcmp(section->properties[section->count - 1].key, entry->key) != 0) {
            properties++;
            section->count++;
        }
        self->properties[properties - 1] = (dynox__property){entry->key, entry->value};
    }
    return DYNOX_OK;
}

dynox_status dynox__profiles_parse(dynox__profiles **profiles, dynox__profile_text config,
                                   dynox__profile_text credentials, dynox_error *error)
{
    dynox__profile_entries entries = {0};
    files                 *self    = dynox__calloc(sizeof *self);
    dynox_status           status  = self ? DYNOX_OK : dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    *profiles                      = NULL;
    if (!self) {
        free_text(&config);
        free_text(&credentials);
        return status;
    }
    dynox__shared_init(&self->profiles.shared, files_destroy);
    self->texts[0] = config;
    self->texts[1] = credentials;
    status         = dynox__profile_read(&entries, &config, true, error);
    if (status != DYNOX_OK) goto out;
    size_t from_config = entries.count;
    status             = dynox__profile_read(&entries, &credentials, false, error);
    if (status != DYNOX_OK) goto out;
    settle_default(&entries, from_config);
    if (entries.count) qsort(entries.items, entries.count, sizeof *entries.items, compare_entries);
    status = build(self, &entries);
    if (status != DYNOX_OK) dynox_error_set(error, status, "out of memory");
out:
    dynox__free(entries.items);
    /* the paths are the caller's */
    self->texts[0].path = self->texts[1].path = NULL;
    if (status == DYNOX_OK)
        *profiles = &self->profiles;
    else
        dynox__profiles_release(&self->profiles);
    return status;
}

/* ---- looking up ---- */

const char *dynox__profile_in_use(const char *given)
{
    if (given && given[strspn(given, " \t\r\n")]) return given;
    const char *set = dynox__setting("AWS_PROFILE");
    return set ? set : "default";
}

static int compare_with_section(const void *wanted, const void *found)
{
    const dynox__profile *a = wanted, *b = found;
    return compare_sections(a->kind, a->name, b->kind, b->name);
}

const dynox__profile *dynox__profiles_section(const dynox__profiles *profiles, const char *kind, const char *name)
{
    dynox__profile wanted = {.kind = kind, .name = name};
    if (!profiles || !profiles->count) return NULL;
    return bsearch(&wanted, profiles->sections, profiles->count, sizeof wanted, compare_with_section);
}

const dynox__profile *dynox__profiles_find(const dynox__profiles *profiles, const char *name)
{
    return dynox__profiles_section(profiles, "profile", name);
}

static int compare_with_property(const void *wanted, const void *found)
{
    return strcmp(wanted, ((const dynox__property *)found)->key);
}

const char *dynox__profile_get(const dynox__profile *profile, const char *key)
{
    if (!profile || !profile->count) return NULL;
    const dynox__property *found =
        bsearch(key, profile->properties, profile->count, sizeof *found, compare_with_property);
    return found && found->value[0] ? found->value : NULL;
}
