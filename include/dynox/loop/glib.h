/* A dynox_loop in a program on GLib (GTK and the like). Header-only: the program links GLib, the library does not. */
#ifndef DYNOX_LOOP_GLIB_H
#define DYNOX_LOOP_GLIB_H

#include <dynox/loop.h>
#include <glib-unix.h>
#include <glib.h>

DYNOX_EXTERN_C_BEGIN

static inline gboolean dynox_glib_readable_(gint fd, GIOCondition condition, gpointer loop)
{
    (void)fd;
    (void)condition;
    dynox_loop_dispatch((dynox_loop *)loop, 0);
    return G_SOURCE_CONTINUE;
}

/* What is queued on the loop runs on the thread that iterates `context` from now on (NULL: the default one). The source
 * is yours: end it with dynox_glib_detach. Never NULL. */
static inline GSource *dynox_glib_attach(GMainContext *context, dynox_loop *loop)
{
    GSource *source = g_unix_fd_source_new(dynox_loop_fd(loop), G_IO_IN);
    g_source_set_callback(source, G_SOURCE_FUNC(dynox_glib_readable_), loop, NULL);
    g_source_attach(source, context);
    return source;
}

/* Before the loop is freed; also out of what the loop runs. */
static inline void dynox_glib_detach(GSource *source)
{
    g_source_destroy(source);
    g_source_unref(source);
}

DYNOX_EXTERN_C_END

#endif
