#include "CurlShim.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

// One request, one answer, on the thread of the caller: for the rare requests that go to others than peers. Nothing of
// the engine is shared, so a slow authority holds up nobody.

struct reply {
    uint8_t *bytes;
    size_t length;
    size_t limit;
};

static size_t take(char *bytes, size_t size, size_t count, void *context) {
    struct reply *reply = context;
    size_t length = size * count;
    if (length > reply->limit - reply->length) return 0;
    memcpy(reply->bytes + reply->length, bytes, length);
    reply->length += length;
    return length;
}

int32_t jiexu_curl_post_once(
    const char *url, const char *content_type, const char *accept, const void *body, size_t body_length,
    int32_t total_milliseconds, void *answer, size_t answer_limit, size_t *answer_length, int32_t *status) {
    struct reply reply = {.bytes = answer, .length = 0, .limit = answer_limit};
    *answer_length = 0;
    *status = 0;
    CURL *easy = curl_easy_init();
    if (!easy) return CURLE_FAILED_INIT;
    struct curl_slist *fields = curl_slist_append(NULL, content_type);
    struct curl_slist *more = fields ? curl_slist_append(fields, accept) : NULL;
    more = more ? curl_slist_append(more, "Expect:") : NULL;
    CURLcode code = more ? CURLE_OK : CURLE_OUT_OF_MEMORY;
#define SET(option, value) if (code == CURLE_OK) code = curl_easy_setopt(easy, option, value)
    SET(CURLOPT_URL, url);
    SET(CURLOPT_NOSIGNAL, 1L);
    // The environment of the process must not redirect what we send.
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_TIMEOUT_MS, (long)total_milliseconds);
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)answer_limit);
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDS, (const char *)body);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body_length);
    SET(CURLOPT_HTTPHEADER, fields);
    SET(CURLOPT_WRITEFUNCTION, take);
    SET(CURLOPT_WRITEDATA, &reply);
#undef SET
    if (code == CURLE_OK) code = curl_easy_perform(easy);
    long answered = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answered);
    *status = (int32_t)answered;
    *answer_length = reply.length;
    curl_slist_free_all(fields);
    curl_easy_cleanup(easy);
    return (int32_t)code;
}

const char *jiexu_curl_words(int32_t code) { return curl_easy_strerror((CURLcode)code); }
