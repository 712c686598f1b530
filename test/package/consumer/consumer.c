/* A program of somebody else: the version it was compiled against is the one that runs, and a future works. */
#include <dynox/future.h>
#include <dynox/version.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    long long     answer = 0;
    dynox_future *future = dynox_future_of(dynox_ok_int(42));
    if (strcmp(dynox_version(), DYNOX_VERSION_TEXT) != 0) return 1;
    if (dynox_join(future, &answer) != DYNOX_OK || answer != 42) return 2;
    printf("C: dynox %s\n", dynox_version());
    return 0;
}
