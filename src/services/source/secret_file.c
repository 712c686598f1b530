/* Reading and replacing files with secrets in them. */
#include "services/source/secret_file.h"
#include "base/clock.h"
#include "base/descriptors.h"
#include "base/errno_text.h"
#include "base/random.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const int64_t longest_wait_ns = 20 * DYNOX__SECOND; /* for the lock: longer than a refresh may take */

void dynox__secret_free(dynox__buffer *content)
{
    if (content->data) dynox__wipe(content->data, content->capacity);
    dynox__buffer_free(content);
}

static dynox_status cannot_read(const char *path, const char *why, dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_CREDENTIALS, "cannot read %.250s: %s", path, why);
}

/* All the room is there from the start: growing would leave copies behind. */
static dynox_status read_all(int file, const char *path, dynox__buffer *content, dynox_error *error)
{
    struct stat about;
    ssize_t     got = 1;
    if (fstat(file, &about) != 0) return cannot_read(path, DYNOX__ERRNO(errno), error);
    if (!S_ISREG(about.st_mode)) return cannot_read(path, "it is not a regular file", error);
    if (about.st_size > DYNOX__SECRET_FILE_LARGEST) return cannot_read(path, "it is larger than 64 KiB", error);
    size_t room = about.st_size > 0 ? (size_t)about.st_size + 1 : DYNOX__SECRET_FILE_LARGEST + 1;
    if (!dynox__buffer_reserve(content, room + 1)) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    while (got != 0 && content->size < room) {
        got = read(file, content->data + content->size, room - content->size);
        if (got < 0 && errno != EINTR) return cannot_read(path, DYNOX__ERRNO(errno), error);
        if (got > 0) content->size += (size_t)got;
    }
    content->data[content->size] = 0;
    return content->size < room ? DYNOX_OK : cannot_read(path, "it grew while it was read", error);
}

dynox_status dynox__secret_file_read(const char *path, dynox__buffer *content, dynox_error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0 && dynox__is_descriptor_shortage(errno))
        return dynox_error_set(error, DYNOX_E_SYSTEM, "cannot read %.250s: %s", path, DYNOX__ERRNO(errno));
    if (file < 0) return cannot_read(path, DYNOX__ERRNO(errno), error);
    dynox_status status = read_all(file, path, content, error);
    close(file);
    return status;
}

static bool write_all(int file, const char *bytes, size_t size)
{
    while (size) {
        ssize_t written = write(file, bytes, size);
        if (written < 0 && errno != EINTR) return false;
        if (written <= 0) continue;
        bytes += written;
        size -= (size_t)written;
    }
    return fsync(file) == 0;
}

dynox_status dynox__secret_file_replace(const char *path, const void *bytes, size_t size, dynox_error *error)
{
    char          name[37];
    dynox__buffer other  = {0};
    int           number = 0;
    dynox__uuid4(name);
    dynox__buffer_format(&other, "%s.%s.tmp", path, name);
    dynox__buffer_byte(&other, 0);
    if (other.failed) {
        dynox__buffer_free(&other);
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    int file = open(other.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 || !write_all(file, bytes, size)) number = errno;
    if (file >= 0 && close(file) != 0 && !number) number = errno;
    if (!number && rename(other.data, path) != 0) number = errno;
    if (number && file >= 0) unlink(other.data);
    dynox__buffer_free(&other);
    if (!number) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_SYSTEM, "cannot write %.250s: %s", path, DYNOX__ERRNO(number));
}

/* The folder itself is locked: the file is replaced by others that know nothing of locks, and no file is added to a
 * folder that is not ours. */
int dynox__secret_file_lock(const char *path)
{
    const char *slash  = strrchr(path, '/');
    char       *folder = slash ? dynox__strndup(path, slash == path ? 1 : (size_t)(slash - path)) : dynox__strdup(".");
    int         lock   = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    int64_t     until  = dynox__now_ns() + longest_wait_ns;
    dynox__free(folder);
    while (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0) {
        bool again = (errno == EWOULDBLOCK || errno == EINTR) && dynox__now_ns() < until;
        if (again) {
            nanosleep(&(struct timespec){.tv_nsec = 20 * 1000000L}, NULL);
            continue;
        }
        close(lock);
        lock = -1;
    }
    return lock;
}

/* Said aloud: a child of a fork() in between would keep the lock until it ends. */
void dynox__secret_file_unlock(int lock)
{
    if (lock < 0) return;
    flock(lock, LOCK_UN);
    close(lock);
}
