/* Being out of file descriptors, which many functions report as something else. */
#ifndef DYNOX_BASE_DESCRIPTORS_H
#define DYNOX_BASE_DESCRIPTORS_H

#include <stdbool.h>

/* Is that what an errno says? Its text (errno_text.h) then names the limit. */
bool dynox__is_descriptor_shortage(int number);

/* EMFILE or ENFILE if there are none now, found out by asking for one; else 0. Keeps errno. */
int dynox__descriptor_shortage(void);

#endif
