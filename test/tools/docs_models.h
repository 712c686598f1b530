/* What the examples of the pages about models take for granted: two models, and names that a reader knows from the text
 * around them. What an example declares itself is left out. */
#define DYNOX_USER_TYPES DYNOX_MODEL_TYPE(user) DYNOX_MODEL_TYPE(order)
#include <dynox/dynox.h>
#include <string.h>

#ifndef DOCS_DEFINES_USER
typedef struct user {
    DYNOX_RECORD;
    const char *pk, *email, *name;
    int64_t     age, version;
    time_t      created_at, expires_at;
    DYNOX_MANY(const char *) tags;
} user;
static const dynox_attribute user_attributes[] = {
    DYNOX_PARTITION_KEY(user, pk, .template_ = "USER#{email}"),
    DYNOX_STRING(user, email, .required = true),
    DYNOX_STRING(user, name, .alias = "n"),
    DYNOX_INT(user, age, .default_int = 18),
    DYNOX_VERSION(user, version),
    DYNOX_DATETIME(user, created_at, .generate = DYNOX_UTC_NOW),
    DYNOX_TTL(user, expires_at),
    DYNOX_SET(user, tags),
};
#ifndef DOCS_DEFINES_USER_MODEL
DYNOX_MODEL(user, .table = "users")
static user_list *users;
#endif
#endif

#ifndef DOCS_DEFINES_ORDER
typedef struct order {
    DYNOX_RECORD;
    const char *pk, *sk, *email, *status;
    int64_t     number, cents;
    time_t      placed_at;
} order;
static const dynox_attribute order_attributes[] = {
    DYNOX_PARTITION_KEY(order, pk, .template_ = "USER#{email}"),
    DYNOX_SORT_KEY(order, sk, .template_ = "ORDER#{number}"),
    DYNOX_KEY_PART(order, email),
    DYNOX_KEY_PART(order, number),
    DYNOX_STRING(order, status, .default_string = "open"),
    DYNOX_INT(order, cents),
    DYNOX_DATETIME(order, placed_at, .generate = DYNOX_UTC_NOW),
};
static const dynox_model_index order_indexes[] = {
    {.name = "by_status", .partition_keys = {"status"}, .sort_keys = {"placed_at"}},
    {0},
};
DYNOX_MODEL(order, .table = "shop", .indexes = order_indexes)
DYNOX_MODEL_INDEX(order, by_status)
#endif

static dynox_client     *db;
static dynox_error       err;
static dynox_future     *f;
static user              ada, bob, *u;
static order             first, *o;
static dynox_stream     *found;
static dynox_item       *item, *stopped_at;
static dynox_collection *all;
static const char       *text, *email;
static int64_t           n, sum;
static size_t            count, i;

#define DOCS_ARGUMENTS (dynox_client * db; const char *email;)
#define DOCS_LOCALS (user ada; user * u; order * o; int64_t n, sum;)
