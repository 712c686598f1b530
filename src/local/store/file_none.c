/* Where the library was built without SQLite: there are no files. */
#include "local/store/store.h"

dynox__store *dynox__store_file(const char *path, dynox_error *error)
{
    dynox_error_set(error, DYNOX_E_ARGUMENT, "%s: this library was built without files (SQLite)", path);
    return NULL;
}
