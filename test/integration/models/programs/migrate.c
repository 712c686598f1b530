/* Items as pydynox wrote them: sets as lists, dates with offsets, numbers of enums as text, a NULL; and an attribute that
 * the model does not know. They load, and what is changed is stored as we do it; the rest stays as it was. */
#include <dynox/dynox.h>

#include "../model.h"

enum role { READER = 1, WRITER = 2 };
static const dynox_enum_name roles[] = {{READER, NULL}, {WRITER, NULL}};

typedef struct member {
    DYNOX_RECORD;
    const char *pk, *sk, *name;
    DYNOX_MANY(const char *) tags;
    DYNOX_MANY(int64_t) scores;
    time_t    joined, seen, expires_at;
    enum role role;
    int64_t   version;
    dynox_value settings;
} member;
static const dynox_attribute member_attributes[] = {
    DYNOX_PARTITION_KEY(member, pk),
    DYNOX_SORT_KEY(member, sk),
    DYNOX_STRING(member, name, .alias = "n"),
    DYNOX_SET(member, tags),
    DYNOX_SET(member, scores),
    DYNOX_DATETIME(member, joined),
    DYNOX_DATETIME(member, seen),
    DYNOX_TTL(member, expires_at, .alias = "ttl"),
    DYNOX_ENUM(member, role, roles),
    DYNOX_VERSION(member, version),
    DYNOX_DYNAMIC(member, settings),
};
DYNOX_MODEL(member, .table = "members")

int main(void)
{
    dynox_error   err = {0};
    dynox_client *db  = dynox_client_new(.error = &err);
    if (member_sync_create_table(db, DYNOX_WITH(.error = &err)) != DYNOX_OK) return dynox_error_print(stderr, &err), 1;
    const dynox_item *old = DYNOX_ITEM("pk", "TEAM#1", "sk", "ada", "n", "Ada", "tags", DYNOX_LIST("vip", "early"), "scores",
                                       DYNOX_LIST("3", "1"), "joined", "2026-01-02T05:04:05.250000+02:00", "seen",
                                       "2026-01-02T03:04:05", "ttl", dynox_null(), "role", "2", "version", 4, "settings",
                                       DYNOX_MAP("dark", true, "deep", DYNOX_MAP("a", 1)), "badge", "silver");
    if (dynox_sync_put_item(db, "members", old, .error = &err) != DYNOX_OK) return dynox_error_print(stderr, &err), 1;

    member *m = NULL, key = {.pk = "TEAM#1", .sk = "ada"};
    if (member_sync_get(db, &key, &m, DYNOX_WITH(.error = &err)) != DYNOX_OK || !m) return dynox_error_print(stderr, &err), 1;
    bool right = m->tags.count == 2 && m->scores.count == 2 && m->scores.at[0] == 3 && m->joined == m->seen && !m->expires_at &&
                 m->role == WRITER && m->version == 4 && !member_is_dirty(m);
    printf("%s, role %d, %zu tags, joined %lld, %zu changed\n", m->name, (int)m->role, m->tags.count, (long long)m->joined,
           member_changed(m, NULL, 0));

    const char *tags[] = {"vip"};
    m->tags.at         = tags;
    m->tags.count      = 1;
    m->role            = READER;
    m->joined += 3600;
    if (member_sync_save(db, m, DYNOX_WITH(.error = &err)) != DYNOX_OK) return dynox_error_print(stderr, &err), 1;
    member_free(m);

    dynox_item *stored = NULL;
    dynox_sync_get_item(db, "members", DYNOX_ITEM("pk", "TEAM#1", "sk", "ada"), &stored, .consistent_read = true);
    dynox_item_print(stdout, stored);
    right = right && dynox_item_get(stored, "tags")->type == DYNOX_SS && dynox_item_get(stored, "scores")->type == DYNOX_L &&
            strcmp(dynox_get_string(stored, "joined"), "2026-01-02T04:04:05+00:00") == 0 && dynox_get_int(stored, "role") == 1 &&
            dynox_get_int(stored, "version") == 5 && strcmp(dynox_get_string(stored, "badge"), "silver") == 0;
    dynox_item_free(stored);
    dynox_client_free(db);
    return right ? 0 : 1;
}
