/* A customer, her orders and what else lies in her partition: one query, sorted into the models that it fits. */
#include <dynox/dynox.h>

#include "../model.h"

typedef struct user {
    DYNOX_RECORD;
    const char *pk, *sk, *email, *name;
} user;
static const dynox_attribute user_attributes[] = {
    DYNOX_PARTITION_KEY(user, pk, .template_ = "USER#{email}"),
    DYNOX_SORT_KEY(user, sk, .template_ = "PROFILE"),
    DYNOX_STRING(user, email),
    DYNOX_STRING(user, name),
};
DYNOX_MODEL(user, .table = "shop")

typedef struct order {
    DYNOX_RECORD;
    const char *pk, *sk, *email;
    int64_t     number;
    double      total;
} order;
static const dynox_attribute order_attributes[] = {
    DYNOX_PARTITION_KEY(order, pk, .template_ = "USER#{email}"),
    DYNOX_SORT_KEY(order, sk, .template_ = "ORDER#{number}"),
    DYNOX_KEY_PART(order, email),
    DYNOX_INT(order, number),
    DYNOX_DOUBLE(order, total),
};
DYNOX_MODEL(order, .table = "shop")

int main(void)
{
    dynox_error   err = {0};
    dynox_client *db  = dynox_client_new(.error = &err);
    if (dynox_sync_create_table_of(db, DYNOX_MODELS(&user_model, &order_model), DYNOX_WITH(.error = &err)) != DYNOX_OK)
        return dynox_error_print(stderr, &err), 1;
    const char *email = "ada@example.org";
    user_sync_save(db, &(user){.email = email, .name = "Ada"}, NULL);
    for (int64_t n = 1; n <= 3; n++)
        order_sync_save(db, &(order){.email = email, .number = n, .total = 10.5 * (double)n}, NULL);
    dynox_sync_put_item(db, "shop", DYNOX_ITEM("pk", "USER#ada@example.org", "sk", "NOTE#1", "text", "likes tea"));

    dynox_collection *all = NULL;
    if (user_sync_collection(db, &(user){.email = email}, DYNOX_MODELS(&user_model, &order_model), &all,
                             DYNOX_WITH(.error = &err)) != DYNOX_OK)
        return dynox_error_print(stderr, &err), 1;
    size_t                   users, orders, notes;
    const user *const       *u    = user_in(all, &users);
    const order *const      *o    = order_in(all, &orders);
    const dynox_item *const *rest = dynox_collection_rest(all, &notes);
    printf("%s has %zu orders; order 3 of %s costs %.1f; and she %s\n", users ? u[0]->name : "nobody", orders,
           orders == 3 ? o[2]->email : "nobody", orders == 3 ? o[2]->total : 0, notes ? dynox_get_string(rest[0], "text") : "");
    bool right = users == 1 && orders == 3 && notes == 1 && strcmp(o[2]->email, email) == 0 && o[0]->number == 1;
    dynox_collection_free(all);

    all                = NULL;
    dynox_status twice = user_sync_collection(db, &(user){.email = email}, DYNOX_MODELS(&user_model, &user_model), &all,
                                              DYNOX_WITH(.error = &err));
    printf("%s\n", err.message);
    dynox_error_clear(&err);
    dynox_client_free(db);
    return right && twice == DYNOX_E_ARGUMENT && !all ? 0 : 1;
}
