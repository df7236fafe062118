#include "ContractShim.h"

#include <string.h>

// Embedding is of C23; compilers that know it take it in older forms of C as well, and warn.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t openapi_public[] = {
#embed "../../contracts/openapi-public.yaml"
};
static const uint8_t reasons[] = {
#embed "../../contracts/reasons.md"
};
static const uint8_t common[] = {
#embed "../../contracts/documents/common.schema.json"
};
static const uint8_t application_form[] = {
#embed "../../contracts/documents/application-form.schema.json"
};
static const uint8_t account[] = {
#embed "../../contracts/documents/account.schema.json"
};
static const uint8_t staff_action[] = {
#embed "../../contracts/documents/staff-action.schema.json"
};
static const uint8_t application_sample[] = {
#embed "../../contracts/samples/valid/application-employer.json"
};
static const uint8_t account_sample[] = {
#embed "../../contracts/samples/valid/account-own.json"
};

static const jiexu_contract contracts[] = {
    {"openapi-public.yaml", openapi_public, sizeof openapi_public},
    {"reasons.md", reasons, sizeof reasons},
    {"documents/common.schema.json", common, sizeof common},
    {"documents/application-form.schema.json", application_form, sizeof application_form},
    {"documents/account.schema.json", account, sizeof account},
    {"documents/staff-action.schema.json", staff_action, sizeof staff_action},
    {"samples/valid/application-employer.json", application_sample, sizeof application_sample},
    {"samples/valid/account-own.json", account_sample, sizeof account_sample},
};

const jiexu_contract *jiexu_contract_named(const char *name) {
    for (size_t place = 0; place < sizeof contracts / sizeof *contracts; place++) {
        if (strcmp(contracts[place].name, name) == 0) return &contracts[place];
    }
    return NULL;
}
