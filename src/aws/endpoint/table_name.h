/* What a table is called where it may have been named by its ARN. */
#ifndef DYNOX_AWS_ENDPOINT_TABLE_NAME_H
#define DYNOX_AWS_ENDPOINT_TABLE_NAME_H

#include <string.h>

/* The end of arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME, from the name on; a name is itself. NULL: NULL. */
static inline const char *dynox__table_name(const char *table)
{
    const char *mark = table ? strstr(table, ":table/") : NULL;
    return mark ? mark + strlen(":table/") : table;
}

#endif
