/* Small files with secrets in them: tokens, and the caches of the AWS CLI. */
#ifndef DYNOX_SERVICES_SOURCE_SECRET_FILE_H
#define DYNOX_SERVICES_SOURCE_SECRET_FILE_H

#include "base/buffer.h"
#include <dynox/error.h>

enum { DYNOX__SECRET_FILE_LARGEST = 1 << 16 };

/* The whole file, with a NUL behind size. The caller ends *content with dynox__secret_free. Never waits, not even
 * for a FIFO. DYNOX_E_CREDENTIALS, with path and reason: it cannot be read, is no regular file, or is too large. */
dynox_status dynox__secret_file_read(const char *path, dynox__buffer *content, dynox_error *error);
void         dynox__secret_free(dynox__buffer *content); /* wipes, too */

/* Replaces the file at once: a reader sees the old one or the new one, and only the owner may read it (0600).
 * DYNOX_E_SYSTEM: the old one is still there. */
dynox_status dynox__secret_file_replace(const char *path, const void *bytes, size_t size, dynox_error *error);

/* Keeps other threads and processes that ask, too, away from the files in the folder of `path`. Waits for a while, then
 * goes on without: better two refreshes than none. -1: without. */
int  dynox__secret_file_lock(const char *path);
void dynox__secret_file_unlock(int lock);

#endif
