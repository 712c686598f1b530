/* The lock is flock's: it ends with the process, however that ends. It is no lock on the store's own file, since
 * closing any descriptor of that would end SQLite's locks. */
#include "local/store/file_lock.h"
#include "base/alloc.h"
#include "base/errno_text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is it still the file of that name? Whoever releases the lock removes the file, perhaps after it was opened here. */
static bool is_current(const dynox__file_lock *lock)
{
    struct stat held, named;
    return fstat(lock->descriptor, &held) == 0 && stat(lock->path, &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
}

/* 0, or an errno. ESTALE: it was removed meanwhile. */
static int try_once(dynox__file_lock *lock)
{
    lock->descriptor = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock->descriptor < 0) return errno;
    int failure = 0;
    if (flock(lock->descriptor, LOCK_EX | LOCK_NB) != 0)
        failure = errno;
    else if (!is_current(lock))
        failure = ESTALE;
    if (failure) close(lock->descriptor);
    return failure;
}

dynox_status dynox__file_lock_take(dynox__file_lock *lock, const char *path, dynox_error *error)
{
    size_t length = strlen(path);
    int    failure;
    lock->path = dynox__malloc(length + sizeof "-lock");
    if (!lock->path) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    memcpy(lock->path, path, length);
    memcpy(lock->path + length, "-lock", sizeof "-lock");
    int tries = 0;
    do
        failure = try_once(lock);
    while ((failure == ESTALE || failure == EINTR) && ++tries < 100);
    if (!failure) return DYNOX_OK;
    dynox__free(lock->path);
    lock->path = NULL;
    if (failure == EWOULDBLOCK) return dynox_error_set(error, DYNOX_E_ARGUMENT, "%s is in use already", path);
    return dynox_error_set(error, DYNOX_E_ARGUMENT, "%s-lock: %s", path, DYNOX__ERRNO(failure));
}

void dynox__file_lock_release(dynox__file_lock *lock)
{
    if (!lock->path) return;
    unlink(lock->path);
    close(lock->descriptor);
    dynox__free(lock->path);
    lock->path = NULL;
}
