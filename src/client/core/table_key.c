/* The keys of tables, as a client remembers them: a short list under the client's lock. */
#include "client/core/table_key.h"
#include <string.h>

enum { MOST = 256 }; /* tables that are remembered */

struct dynox__table_key {
    dynox__table_key *next;
    char             *table, *names[2];
};

static void end(dynox__table_key *key)
{
    if (!key) return;
    dynox__free(key->table);
    dynox__free(key->names[0]);
    dynox__free(key->names[1]);
    dynox__free(key);
}

static bool copy_names(char *to[2], char *const from[2])
{
    to[0] = dynox__strdup(from[0]);
    to[1] = dynox__strdup(from[1]);
    if (to[0] && (to[1] || !from[1])) return true;
    dynox__free(to[0]);
    dynox__free(to[1]);
    to[0] = to[1] = NULL;
    return false;
}

bool dynox__table_key_find(dynox_client *client, const char *table, char *names[2])
{
    bool found = false;
    pthread_mutex_lock(&client->lock);
    for (const dynox__table_key *key = client->table_keys; key && !found; key = key->next)
        if (strcmp(key->table, table) == 0) found = copy_names(names, key->names);
    pthread_mutex_unlock(&client->lock);
    return found;
}

static dynox__table_key *make(const char *table, char *const names[2])
{
    dynox__table_key *key = dynox__calloc(sizeof *key);
    if (!key) return NULL;
    key->table = dynox__strdup(table);
    if (key->table && copy_names(key->names, names)) return key;
    end(key);
    return NULL;
}

/* Takes it out of the list, and with it the oldest ones beyond so many. */
static dynox__table_key *unlink_locked(dynox_client *client, const char *table)
{
    dynox__table_key *out   = NULL;
    size_t            count = 0;
    for (dynox__table_key **at = &client->table_keys; *at;) {
        dynox__table_key *key = *at;
        if (strcmp(key->table, table) == 0 || ++count >= MOST) {
            *at       = key->next;
            key->next = out;
            out       = key;
        } else {
            at = &key->next;
        }
    }
    return out;
}

void dynox__table_key_learn(dynox_client *client, const char *table, char *const names[2])
{
    dynox__table_key *made = names ? make(table, names) : NULL;
    pthread_mutex_lock(&client->lock);
    dynox__table_key *out = unlink_locked(client, table);
    if (made) {
        made->next         = client->table_keys;
        client->table_keys = made;
    }
    pthread_mutex_unlock(&client->lock);
    while (out) {
        dynox__table_key *next = out->next;
        end(out);
        out = next;
    }
}

void dynox__table_keys_end(dynox_client *client)
{
    while (client->table_keys) {
        dynox__table_key *next = client->table_keys->next;
        end(client->table_keys);
        client->table_keys = next;
    }
}
