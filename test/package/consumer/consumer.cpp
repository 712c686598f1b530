// The same from C++17, through the functions behind the macros: argument structs know their size by themselves.
#include <cstdio>
#include <cstring>
#include <dynox/dynox.h>

int main()
{
    long long       answer = 0;
    dynox_join_args join{};
    join.out = &answer;
    if (std::strcmp(dynox_version(), DYNOX_VERSION_TEXT) != 0) return 1;
    if (dynox_join_with(dynox_future_of(dynox_ok_int(42)), &dynox_type_long_long, &join) != DYNOX_OK || answer != 42) {
        return 2;
    }
    dynox_error         error{};
    dynox_item         *item = nullptr;
    dynox_get_item_args get{};
    get.table = "t";
    get.out   = &item;
    get.error = &error;
    if (dynox_sync_get_item_with(nullptr, &get) != DYNOX_E_ARGUMENT || !std::strstr(error.message, "client is NULL")) {
        return 3;
    }
    dynox_client_args args{};
    args.access_key      = "A";
    args.error           = &error;
    dynox_client *client = dynox_client_new_with(&args);
    if (client || !std::strstr(error.message, ".secret_key")) return 4;
    std::printf("C++: dynox %s\n", dynox_version());
}
