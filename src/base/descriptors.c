/* Asking for a descriptor to know whether there are any. */
#include "base/descriptors.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

bool dynox__is_descriptor_shortage(int number)
{
    return number == EMFILE || number == ENFILE;
}

int dynox__descriptor_shortage(void)
{
    int saved = errno, fd = socket(AF_UNIX, SOCK_STREAM, 0), number = fd < 0 ? errno : 0;
    if (fd >= 0) close(fd);
    errno = saved;
    return dynox__is_descriptor_shortage(number) ? number : 0;
}
