/* One process at a time: a locked file beside the store's. It goes when the store is closed, and means nothing when it
 * is left behind. */
#ifndef DYNOX_LOCAL_STORE_FILE_LOCK_H
#define DYNOX_LOCAL_STORE_FILE_LOCK_H

#include <dynox/error.h>

typedef struct dynox__file_lock {
    int   descriptor;
    char *path; /* NULL: not held */
} dynox__file_lock;

/* `path`: of the store's file, absolute. DYNOX_E_ARGUMENT: somebody holds it (this process, too, counts), or the folder
 * cannot be written; DYNOX_E_NO_MEMORY. */
dynox_status dynox__file_lock_take(dynox__file_lock *lock, const char *path, dynox_error *error);
void         dynox__file_lock_release(dynox__file_lock *lock);

#endif
