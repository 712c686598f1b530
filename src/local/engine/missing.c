/* Stands in for rooms that are still being built, so that tests of the others link; goes when they are there. */
#include "local/operation/operations.h"
#include "local/validate/validate.h"

__attribute__((weak)) const dynox__request_shape *dynox__request_shape_of(const char *operation, size_t length,
                                                                          bool of_streams)
{
    (void)operation, (void)length, (void)of_streams;
    return NULL;
}

__attribute__((weak)) bool dynox__request_validate(const dynox__request_shape *shape, const dynox__tree *request,
                                                   const dynox__local_settings *settings, dynox__arena *arena,
                                                   dynox__refusal *refusal)
{
    (void)shape, (void)request, (void)settings, (void)arena, (void)refusal;
    return true;
}

__attribute__((weak)) const dynox__local_operation *dynox__local_operation_of(const char *name, size_t length,
                                                                              bool of_streams)
{
    (void)name, (void)length, (void)of_streams;
    return NULL;
}

__attribute__((weak)) dynox__store *dynox__store_file(const char *path, dynox_error *error)
{
    dynox_error_set(error, DYNOX_E_SYSTEM, "%s: files are not there yet", path);
    return NULL;
}
