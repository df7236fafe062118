#include "CurlShim.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

// Messages to addresses that strangers choose. Whoever may name an address must not reach with it what only this machine
// and its network reach: so every address is looked at, just before a connection to it is opened.
//
// Source: SE-41 of the domain handbook; the special-purpose address registries of IANA (RFC 6890).

struct jiexu_halt {
    atomic_int is_set;
};

jiexu_halt *jiexu_halt_make(void) {
    jiexu_halt *halt = malloc(sizeof *halt);
    if (halt) atomic_init(&halt->is_set, 0);
    return halt;
}

void jiexu_halt_set(jiexu_halt *halt) { atomic_store(&halt->is_set, 1); }

void jiexu_halt_free(jiexu_halt *halt) { free(halt); }

// The networks of IPv4 that are not for everybody: this network, private, shared behind carriers, own machine, link,
// protocol assignments, documentation, old relays, measurements, multicast and reserved.
static const struct {
    uint32_t network;
    int bits;
} closed[] = {
    {0x00000000, 8}, {0x0A000000, 8}, {0x64400000, 10}, {0x7F000000, 8}, {0xA9FE0000, 16}, {0xAC100000, 12},
    {0xC0000000, 24}, {0xC0000200, 24}, {0xC0586300, 24}, {0xC0A80000, 16}, {0xC6120000, 15}, {0xC6336400, 24},
    {0xCB007100, 24}, {0xE0000000, 4}, {0xF0000000, 4},
};

static int may_reach_4(uint32_t address, int allows_loopback) {
    if (address >> 24 == 127) return allows_loopback;
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        if (((address ^ closed[i].network) >> (32 - closed[i].bits)) == 0) return 0;
    }
    return 1;
}

// Of IPv6 only global unicast, 2000::/3, is for everybody, without what stands for an IPv4 address or for nothing. So
// unique local, link-local, multicast, mapped and translated addresses are all refused.
static int may_reach_6(const uint8_t *address, int allows_loopback) {
    static const uint8_t loopback[16] = {[15] = 1};
    if (memcmp(address, loopback, 16) == 0) return allows_loopback;
    if ((address[0] & 0xE0) != 0x20) return 0;
    // Protocol assignments with Teredo, 2001::/23; documentation, 2001:db8::/32 and 3fff::/20; 6to4, 2002::/16.
    if (address[0] == 0x20 && address[1] == 0x01 && (address[2] & 0xFE) == 0) return 0;
    if (address[0] == 0x20 && address[1] == 0x01 && address[2] == 0x0D && address[3] == 0xB8) return 0;
    if (address[0] == 0x20 && address[1] == 0x02) return 0;
    if (address[0] == 0x3F && address[1] == 0xFF && (address[2] & 0xF0) == 0) return 0;
    return 1;
}

int32_t jiexu_webhook_may_reach(const char *address, int32_t allows_loopback) {
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, address, &four) == 1) return may_reach_4(ntohl(four.s_addr), allows_loopback);
    if (inet_pton(AF_INET6, address, &six) == 1) return may_reach_6(six.s6_addr, allows_loopback);
    return 0;
}

struct course {
    const jiexu_webhook_request *request;
    size_t received;
    int has_refused;
};

static curl_socket_t open_if_public(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    struct course *course = context;
    int is_allowed = 0;
    // The whole address is there, though its type says less.
    const void *whole = &address->addr;
    if (address->family == AF_INET) {
        const struct sockaddr_in *four = whole;
        is_allowed = may_reach_4(ntohl(four->sin_addr.s_addr), course->request->allows_loopback);
    } else if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        const struct sockaddr_in6 *six = whole;
        is_allowed = may_reach_6(six->sin6_addr.s6_addr, course->request->allows_loopback);
    }
    if (!is_allowed || purpose != CURLSOCKTYPE_IPCXN) {
        course->has_refused = 1;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t throw_away(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    struct course *course = context;
    course->received += size * count;
    return course->received > course->request->answer_limit ? 0 : size * count;
}

static int goes_on(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    struct course *course = context;
    return atomic_load(&course->request->halt->is_set);
}

static jiexu_webhook_outcome outcome(CURLcode code, const struct course *course, long status) {
    switch (code) {
    case CURLE_OK: return status > 0 ? JIEXU_WEBHOOK_ANSWERED : JIEXU_WEBHOOK_MALFORMED;
    // The status has come, and more of the body than anybody wants: that is an answer.
    case CURLE_WRITE_ERROR:
        return course->received > course->request->answer_limit && status > 0 ? JIEXU_WEBHOOK_ANSWERED
                                                                              : JIEXU_WEBHOOK_LOST;
    case CURLE_COULDNT_CONNECT: return course->has_refused ? JIEXU_WEBHOOK_REFUSED : JIEXU_WEBHOOK_CONNECT;
    case CURLE_COULDNT_RESOLVE_HOST: return JIEXU_WEBHOOK_RESOLVE;
    case CURLE_OPERATION_TIMEDOUT: return JIEXU_WEBHOOK_TIMEOUT;
    case CURLE_ABORTED_BY_CALLBACK: return JIEXU_WEBHOOK_HALTED;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return JIEXU_WEBHOOK_TLS;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return JIEXU_WEBHOOK_MALFORMED;
    default: return JIEXU_WEBHOOK_LOST;
    }
}

jiexu_webhook_outcome jiexu_webhook_post(const jiexu_webhook_request *request, int32_t *status) {
    struct course course = {.request = request, .received = 0, .has_refused = 0};
    *status = 0;
    CURL *easy = curl_easy_init();
    if (!easy) return JIEXU_WEBHOOK_LOST;
    const char *lines[] = {"Content-Type: application/json", request->id, request->timestamp, request->signature,
                           "Accept:", "Expect:"};
    struct curl_slist *fields = NULL;
    CURLcode code = CURLE_OK;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct curl_slist *more = curl_slist_append(fields, lines[i]);
        if (!more) code = CURLE_OUT_OF_MEMORY;
        else fields = more;
    }
#define SET(option, value) if (code == CURLE_OK) code = curl_easy_setopt(easy, option, value)
    SET(CURLOPT_URL, request->url);
    SET(CURLOPT_NOSIGNAL, 1L);
    // The environment of the process must not redirect what we send.
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_PROTOCOLS_STR, "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_if_public);
    SET(CURLOPT_OPENSOCKETDATA, &course);
    SET(CURLOPT_FORBID_REUSE, 1L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    if (request->roots) {
        SET(CURLOPT_CAINFO, request->roots);
        SET(CURLOPT_CAPATH, NULL);
    }
    SET(CURLOPT_TIMEOUT_MS, (long)request->total_milliseconds);
    SET(CURLOPT_USERAGENT, "Jiexu-Webhooks/1");
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDS, (const char *)request->body);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
    SET(CURLOPT_HTTPHEADER, fields);
    SET(CURLOPT_WRITEFUNCTION, throw_away);
    SET(CURLOPT_WRITEDATA, &course);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, goes_on);
    SET(CURLOPT_XFERINFODATA, &course);
#undef SET
    if (code == CURLE_OK) code = curl_easy_perform(easy);
    long answered = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answered);
    *status = (int32_t)answered;
    jiexu_webhook_outcome how = outcome(code, &course, answered);
    curl_slist_free_all(fields);
    curl_easy_cleanup(easy);
    return how;
}
