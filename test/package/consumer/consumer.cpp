// The same from C++17, through the functions behind the macros.
#include <cstdio>
#include <cstring>
#include <dynox/future.h>
#include <dynox/version.h>

int main()
{
    long long       answer = 0;
    dynox_join_args args{};
    args.size = sizeof args;
    args.out  = &answer;
    if (std::strcmp(dynox_version(), DYNOX_VERSION) != 0) return 1;
    if (dynox_join_with(dynox_future_of(dynox_ok_int(42)), &dynox_type_long_long, &args) != DYNOX_OK || answer != 42) {
        return 2;
    }
    std::printf("C++: dynox %s\n", dynox_version());
}
