/* A program that needs credentials and signatures only: it signs a request of which the signature is known. */
#include <dynox/aws.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const dynox_credentials     keys     = {.access_key_id     = "AKIDEXAMPLE",
                                            .secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
    dynox_credentials_provider *provider = dynox_credentials_static(&keys);
    dynox_credentials          *mine     = NULL;
    int                         code     = 1;
    if (dynox_sync_credentials_get(provider, &mine, NULL) == DYNOX_OK) {
        dynox_signed *result = dynox_sign(.url = "https://example.amazonaws.com/", .region = "us-east-1",
                                          .service = "service", .credentials = mine, .time = 1440938160);
        if (result && strstr(result->headers[0].value, "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8"))
            code = 0;
        dynox_signed_free(result);
    }
    dynox_credentials_free(mine);
    dynox_credentials_provider_release(provider);
    printf("aws: dynox %s, %s\n", dynox_version(), code ? "another signature" : "signed");
    return code;
}
