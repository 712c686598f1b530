/* Texts that are stored compressed: the member is an ordinary text, and the item in the table is a tenth of it. */
#include <dynox/dynox.h>
#include <stdio.h>

typedef struct article {
    DYNOX_RECORD;
    const char *slug, *title, *body;
} article;
static const dynox_attribute article_attributes[] = {
    DYNOX_PARTITION_KEY(article, slug),
    DYNOX_STRING(article, title),
    DYNOX_COMPRESSED(article, body, .compression = DYNOX_COMPRESSION(.algorithm = DYNOX_GZIP)),
};
DYNOX_MODEL(article, .table = "articles")

static const char *long_text(void)
{
    static char text[10001];
    for (size_t i = 0; i + 1 < sizeof text; i++)
        text[i] = "All work and no play makes Jack a dull boy. "[i % 44];
    return text;
}

static dynox_status show(dynox_client *db, dynox_error *err)
{
    article     *found = NULL;
    dynox_item  *item  = NULL;
    dynox_status status =
        article_sync_get(db, &(article){.slug = "shining"}, &found, DYNOX_WITH(.consistent_read = true, .error = err));
    if (status == DYNOX_OK)
        status = dynox_sync_get_item(db, "articles", DYNOX_ITEM("slug", "shining"), &item, .consistent_read = true,
                                     .error = err);
    if (status == DYNOX_OK && found && item)
        printf("%s: a text of %zu bytes, stored in %zu: %.20s...\n", found->title, strlen(found->body),
               strlen(dynox_get_string(item, "body")), dynox_get_string(item, "body"));
    dynox_item_free(item);
    article_free(found);
    return status;
}

int main(void)
{
    dynox_error   err = {0};
    dynox_client *db  = dynox_client_new(.error = &err);
    article       one = {.slug = "shining", .title = "The Shining", .body = long_text()};
    if (db && article_sync_create_table(db, DYNOX_WITH(.error = &err)) == DYNOX_OK) {
        if (article_sync_save(db, &one, DYNOX_WITH(.error = &err)) == DYNOX_OK) show(db, &err);
        article_sync_delete_table(db, NULL);
    }
    if (err.status) dynox_error_print(stderr, &err);
    article_clear(&one);
    dynox_client_free(db);
    int failed = err.status != DYNOX_OK;
    dynox_error_clear(&err);
    return failed;
}
